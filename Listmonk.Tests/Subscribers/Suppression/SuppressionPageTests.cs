using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Tests.Support;
using Listmonk.Web.Subscribers;

namespace Listmonk.Tests.Subscribers.Suppression;

public sealed class SuppressionPageTests : ComponentTest
{
    [Fact]
    public async Task Pasted_lines_are_added_and_entries_removed()
    {
        var dialogs = RenderProviders();
        var page = Render<SuppressionPage>();
        page.WaitForElement(".empty-state");
        await page.InvokeAsync(() => page.Find("textarea").Input("ann@x.org\nx.example, spam traps\nnonsense"));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Add").Click());
        page.WaitForAssertion(() => Assert.Contains("1 line is neither an address nor a domain: nonsense", page.Markup, StringComparison.Ordinal));
        Assert.Contains("spam traps", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("input[aria-label='Select ann@x.org']").Change(true));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Remove 1 entry").Click());
        dialogs.WaitForElement(".mud-dialog .mud-button-filled");
        await dialogs.InvokeAsync(() => dialogs.Find(".mud-dialog .mud-button-filled").Click());
        page.WaitForAssertion(() => Assert.DoesNotContain("ann@x.org", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Equal(1, (await Get<SuppressionQueries>().PageAsync("", new PageRequest(), Actor.System, default)).Value.Total);
    }
}
