using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Tests.Support;
using Listmonk.Web.Subscribers;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Bulk;

public sealed class BulkPagesTests : ComponentTest
{
    [Fact]
    public async Task Many_people_are_deleted_in_the_background_after_the_word_is_typed()
    {
        await AddPeopleAsync(BulkService.Immediate + 1);
        var dialogs = RenderProviders();
        var page = Render<SubscribersPage>();
        page.WaitForElement("input[aria-label='Select all on this page']");
        await page.InvokeAsync(() => page.Find("input[aria-label='Select all on this page']").Change(true));
        await ClickAsync(page, "Select all 1,001 that match");
        await ClickAsync(page, "Delete");
        dialogs.WaitForElement(".mud-dialog [data-field=confirm]");
        Assert.True(Button(dialogs, "Delete 1,001 people").HasAttribute("disabled"));
        await dialogs.InvokeAsync(() => dialogs.Find(".mud-dialog input").Input("delete"));
        await ClickAsync(dialogs, "Delete 1,001 people");
        page.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/actions/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));

        var job = Render<BulkActionPage>(parameters => parameters.Add(one => one.Id, 1));
        job.WaitForAssertion(() => Assert.Contains("waiting", job.Markup, StringComparison.Ordinal));
        Assert.True(await Get<BulkRunner>().RunNextAsync(default));
        job.WaitForAssertion(() => Assert.Contains("1,001 of 1,001 people done", string.Join(' ', job.Find(".import-progress").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal));
        Assert.Contains("cannot be undone", job.Markup, StringComparison.Ordinal);
        Assert.Equal(0, (await Get<SubscriberQueries>().CountAsync(new SubscriberFilter(), Actor.System, default)).Value);
    }

    [Fact]
    public async Task An_action_is_listed_and_undone()
    {
        await AddPeopleAsync(2);
        var history = Render<BulkActionsPage>();
        history.WaitForElement(".empty-state");
        await Get<BulkService>().StartAsync(BulkRequest.For(SubscriberSelection.Matching(new SubscriberFilter { Search = "x.org" }), BulkAction.Blocklist), Actor.System, default);
        await Get<BulkRunner>().RunNextAsync(default);
        history.WaitForAssertion(() => Assert.Contains("matching “x.org”", history.Markup, StringComparison.Ordinal));

        var dialogs = RenderProviders();
        var job = Render<BulkActionPage>(parameters => parameters.Add(one => one.Id, 1));
        job.WaitForElement(".panel");
        await ClickAsync(job, "Undo this action");
        await ClickAsync(dialogs, "Undo for 2 people");
        job.WaitForAssertion(() => Assert.Contains("Being undone", job.Markup, StringComparison.Ordinal));
        await Get<BulkRunner>().RunNextAsync(default);
        job.WaitForAssertion(() => Assert.Contains("2 people are as before", job.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_action_says_so()
    {
        var job = Render<BulkActionPage>(parameters => parameters.Add(one => one.Id, 99));
        job.WaitForAssertion(() => Assert.Contains("No such action", job.Markup, StringComparison.Ordinal));
    }

    private async Task AddPeopleAsync(int count)
    {
        await using var db = await Get<IDbContextFactory<Core.Data.ListmonkDbContext>>().CreateDbContextAsync();
        var now = Get<TimeProvider>().GetUtcNow();
        db.AddRange(Enumerable.Range(0, count).Select(number => new Subscriber { Uuid = Guid.NewGuid(), Email = $"p{number}@x.org", CreatedAt = now, UpdatedAt = now }));
        await db.SaveChangesAsync();
    }

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string text)
        where T : IComponent => page.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private static async Task ClickAsync<T>(IRenderedComponent<T> page, string text)
        where T : IComponent
    {
        page.WaitForAssertion(() => Button(page, text));
        await page.InvokeAsync(() => Button(page, text).Click());
    }
}
