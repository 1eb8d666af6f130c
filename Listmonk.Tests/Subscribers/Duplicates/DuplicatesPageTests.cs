using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Tests.Support;
using Listmonk.Web.Subscribers;

namespace Listmonk.Tests.Subscribers.Duplicates;

public sealed class DuplicatesPageTests : ComponentTest
{
    [Fact]
    public void Without_a_report_the_page_leads_to_one() =>
        Render<DuplicatesPage>().WaitForElement(".empty-state a[href='admin/subscribers/hygiene']");

    [Fact]
    public async Task The_chosen_person_is_kept()
    {
        foreach (var email in new[] { "ann@gmail.com", "a.nn@gmail.com" })
        {
            await Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = email }, Actor.System, default);
        }

        await Get<HygieneService>().StartAsync(6, 5, Actor.System, default);
        Assert.True(await Get<HygieneScan>().RunNextAsync(default));
        var dialogs = RenderProviders();
        var page = Render<DuplicatesPage>();
        page.WaitForElement("button[aria-label='Merge into ann@gmail.com']");
        await page.InvokeAsync(() => page.Find("input[aria-label='Keep a.nn@gmail.com']").Change(true));
        await page.InvokeAsync(() => page.Find("button[aria-label='Merge into a.nn@gmail.com']").Click());
        dialogs.WaitForElement(".mud-dialog .mud-button-filled");
        await dialogs.InvokeAsync(() => dialogs.Find(".mud-dialog .mud-button-filled").Click());
        page.WaitForElement(".empty-state");
        var left = (await Get<SubscriberQueries>().PageAsync(new SubscriberFilter(), new PageRequest(), Actor.System, default)).Value;
        Assert.Equal(["a.nn@gmail.com"], left.Results.Select(person => person.Email));
    }
}
