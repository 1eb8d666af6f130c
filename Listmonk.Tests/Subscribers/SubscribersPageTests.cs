using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;
using Listmonk.Web.Subscribers;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscribersPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    [Fact]
    public void Without_people_the_page_offers_the_import()
    {
        RenderProviders();
        var page = Render<SubscribersPage>();
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".empty-state a[href='admin/subscribers/import']")));
    }

    [Fact]
    public async Task The_address_holds_list_and_search()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "Weekly" }, Actor.System, default)).Value;
        await AddAsync("ann@x.org", list.Id);
        await AddAsync("bob@x.org", list.Id);
        await AddAsync("ann@other.org");
        Get<NavigationManager>().NavigateTo($"admin/subscribers?list={list.Id}&q=ann");
        RenderProviders();
        var page = Render<SubscribersPage>();
        page.WaitForAssertion(() => Assert.Contains("ann@x.org", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("bob@x.org", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@other.org", page.Markup, StringComparison.Ordinal);
        Assert.Contains("On Weekly", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_cannot_be_read_is_explained()
    {
        Get<NavigationManager>().NavigateTo("admin/subscribers?query=nosuch%3D1");
        RenderProviders();
        var page = Render<SubscribersPage>();
        page.WaitForAssertion(() => Assert.Contains("does not exist", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Selected_people_are_deleted_after_the_question()
    {
        await AddAsync("ann@x.org");
        await AddAsync("bob@x.org");
        var dialogs = RenderProviders();
        var page = Render<SubscribersPage>();
        page.WaitForElement("input[aria-label='Select ann@x.org']").Change(true);
        page.FindAll(".bulk-bar button").Single(button => button.TextContent.Trim() == "Delete").Click();
        dialogs.WaitForElement(".mud-dialog .mud-button-filled").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("ann@x.org", page.Markup, StringComparison.Ordinal));
        Assert.Equal(1, (await Get<SubscriberQueries>().CountAsync(new SubscriberFilter(), Actor.System, default)).Value);
    }

    [Fact]
    public void A_person_is_added_on_an_own_page()
    {
        RenderProviders();
        var page = Render<SubscriberPage>();
        page.WaitForElement("input[type=email]").Input("New.Person@x.org");
        page.Find("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.EndsWith("/admin/subscribers/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_address_is_said_at_the_field()
    {
        var id = await AddAsync("ann@x.org");
        RenderProviders();
        var page = Render<SubscriberPage>(parameters => parameters.Add(person => person.Id, id));
        page.WaitForElement("input[type=email]").Input("nonsense");
        page.Find("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Contains("Invalid email.", page.Find(".field-errors").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_activity_tab_tells_the_persons_history_and_says_when_there_is_none_of_a_kind()
    {
        var id = await AddAsync("ann@x.org");
        Get<NavigationManager>().NavigateTo($"admin/subscribers/{id}?tab=activity");
        RenderProviders();
        var page = Render<SubscriberPage>(parameters => parameters.Add(person => person.Id, id));
        page.WaitForAssertion(() => Assert.Contains("Added", page.Find(".timeline").TextContent, StringComparison.Ordinal));
        Assert.Contains("How it is counted", page.Markup, StringComparison.Ordinal);
        Get<NavigationManager>().NavigateTo($"admin/subscribers/{id}?tab=activity&show=reactions");
        page.WaitForAssertion(() => Assert.Contains("Nothing is recorded here", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_persons_word_on_tracking_is_recorded_with_its_proof()
    {
        var id = await AddAsync("ann@x.org");
        RenderProviders();
        var page = Render<SubscriberPage>(parameters => parameters.Add(person => person.Id, id));
        page.WaitForElement("[data-field=tracking] input[type=radio]");
        await page.InvokeAsync(() => page.FindAll("[data-field=tracking] input[type=radio]")[^1].Click());
        page.WaitForElement("[data-field=text] input, input[data-field=text]");
        await page.InvokeAsync(() => page.FindAll("[data-field=tracking] button").Single(button => button.TextContent.Trim() == "Record the choice").Click());
        page.WaitForAssertion(() => Assert.Contains("off, by an administrator", page.Find(".tracking-history").TextContent, StringComparison.Ordinal));
        Assert.Equal(TrackingLevel.Off, (await Get<TrackingChoiceService>().FindAsync(id, Actor.System, default)).Value.Level);
    }

    private async Task<int> AddAsync(string email, params int[] lists) =>
        (await Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = email, ListIds = lists }, Actor.System, default)).Value.Id;
}
