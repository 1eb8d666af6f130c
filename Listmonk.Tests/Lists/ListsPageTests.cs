using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Tests.Support;
using Listmonk.Web.Lists;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Lists;

public sealed class ListsPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    [Fact]
    public void Without_lists_the_page_says_what_a_list_is()
    {
        RenderProviders();
        var page = Render<ListsPage>();
        page.WaitForAssertion(() => Assert.Contains("No lists yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lists_are_shown_and_counts_lead_to_their_people()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "Weekly", Type = ListType.Public }, Actor.System, default)).Value;
        RenderProviders();
        var page = Render<ListsPage>();
        page.WaitForAssertion(() => Assert.Contains("Weekly", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(page.Find($"a[href='admin/subscribers?list={list.Id}']"));
    }

    [Fact]
    public async Task The_search_in_the_address_filters()
    {
        await Get<ListService>().CreateAsync(new ListDraft { Name = "Weekly" }, Actor.System, default);
        Get<NavigationManager>().NavigateTo("admin/lists?q=nothing");
        RenderProviders();
        var page = Render<ListsPage>();
        page.WaitForAssertion(() => Assert.Contains("No list matches", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_is_created_on_its_own_page()
    {
        RenderProviders();
        var page = Render<ListPage>();
        page.WaitForElement("input").Input("Fresh");
        page.Find("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.EndsWith("/admin/lists/1", Get<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal("Fresh", (await Get<ListQueries>().FindAsync(1, Actor.System, default)).Value.Name);
    }

    [Fact]
    public void A_list_without_a_name_is_refused_at_the_field()
    {
        RenderProviders();
        var page = Render<ListPage>();
        page.WaitForElement("[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Contains("give the list a name", page.Find(".field-errors").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_list_is_said_to_be_missing()
    {
        RenderProviders();
        var page = Render<ListPage>(parameters => parameters.Add(list => list.Id, 99));
        page.WaitForAssertion(() => Assert.Contains("List not found", page.Markup, StringComparison.Ordinal));
    }
}
