using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Tests.Support;
using Listmonk.Web.Subscribers;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Subscribers.Hygiene;

public sealed class HygienePageTests : ComponentTest
{
    [Fact]
    public async Task A_report_is_made_and_leads_to_the_people_and_to_an_action()
    {
        await Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = "info@x.org" }, Actor.System, default);
        var dialogs = RenderProviders();
        var page = Render<HygienePage>();
        page.WaitForElement("[data-field=months]");
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Look through all subscribers").Click());
        page.WaitForElement("[aria-label='Report progress']");
        Assert.True(await Get<HygieneScan>().RunNextAsync(default));
        page.WaitForElement("a[href='admin/subscribers?finding=role']");

        await page.InvokeAsync(() => page.Find("button[aria-label='Blocklist: Role addresses']").Click());
        dialogs.WaitForElement(".mud-dialog .mud-button-filled");
        await dialogs.InvokeAsync(() => dialogs.Find(".mud-dialog .mud-button-filled").Click());
        page.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/actions/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));

        Get<NavigationManager>().NavigateTo("admin/subscribers?finding=role");
        var people = Render<SubscribersPage>();
        people.WaitForAssertion(() => Assert.Contains("info@x.org", people.Markup, StringComparison.Ordinal));
        Assert.Contains("Role addresses", people.Markup, StringComparison.Ordinal);
    }
}
