using Bunit;
using Listmonk.Core.Data;
using Listmonk.Core.Takeover;
using Listmonk.Tests.Support;
using Listmonk.Web.Maintenance;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Takeover;

public sealed class TakeoverPageTests : ComponentTest
{
    [Fact]
    public async Task A_look_shows_what_there_is_and_what_will_not_map_and_changes_nothing()
    {
        await using var source = await ListmonkSource.CreateAsync();
        RenderProviders();
        var page = Render<TakeoverPage>();
        Assert.True(page.Find("[data-action=look]").HasAttribute("disabled"));

        await page.InvokeAsync(() => page.Find("input[type=password]").Input(source.Connection));
        await page.InvokeAsync(() => page.Find("[data-action=look]").Click());

        page.WaitForAssertion(() => Assert.Contains("Nothing was changed.", page.Find("[data-report]").TextContent, StringComparison.Ordinal));
        Assert.Contains(page.FindAll("[data-report] tbody tr"), row => row.TextContent.Contains("subscribers", StringComparison.Ordinal) && row.TextContent.Contains('3'));
        Assert.Contains("app.moon_phase", page.Find("[data-notes]").TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await Get<IDbContextFactory<ListmonkDbContext>>().CreateDbContext().Lists.CountAsync());
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_told_beside_the_form()
    {
        RenderProviders();
        var page = Render<TakeoverPage>();

        await page.InvokeAsync(() => page.Find("input[type=password]").Input("what is this"));
        await page.InvokeAsync(() => page.Find("[data-action=look]").Click());

        page.WaitForAssertion(() => Assert.Contains("The connection is not understood.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-report]"));
    }

    [Fact]
    public async Task A_run_is_asked_for_and_its_end_is_shown_and_found_again()
    {
        await using var source = await ListmonkSource.CreateAsync();
        var dialogs = RenderProviders();
        var page = Render<TakeoverPage>();
        await page.InvokeAsync(() => page.Find("input[type=password]").Input(source.Connection));
        await page.InvokeAsync(() => page.Find("[data-action=take-over]").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Take over listmonk?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Null(await Get<TakeoverService>().FindAsync(CancellationToken.None));

        // The worker that takes the page's request is not started in component tests.
        await Get<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection), CancellationToken.None);

        page.WaitForAssertion(() => Assert.Contains("Taken over", page.Find("[data-report]").TextContent, StringComparison.Ordinal));
        var later = Render<TakeoverPage>();
        later.WaitForAssertion(() => Assert.Contains("Taken over", later.Find("[data-report]").TextContent, StringComparison.Ordinal));
        Assert.Contains("Go on, or bring what changed", later.Find("[data-action=take-over]").TextContent, StringComparison.Ordinal);
    }
}
