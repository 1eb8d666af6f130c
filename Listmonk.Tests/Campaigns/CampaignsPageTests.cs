using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Tests.Support;
using Listmonk.Web.Campaigns;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Campaigns;

public sealed class CampaignsPageTests : ComponentTest
{
    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    [Fact]
    public void An_empty_installation_offers_the_first_step()
    {
        RenderProviders();
        var page = Render<CampaignsPage>();
        page.WaitForAssertion(() => Assert.Contains("No campaign yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Campaigns_are_listed_with_state_and_lists()
    {
        await SeedAsync();
        RenderProviders();

        var page = Render<CampaignsPage>();

        page.WaitForAssertion(() => Assert.Contains("Test campaign", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Default list", page.Markup, StringComparison.Ordinal);
        Assert.Equal("draft", page.Find("td[data-label=State] .tag").TextContent);
    }

    [Fact]
    public async Task The_address_carries_the_filter()
    {
        await SeedAsync();
        RenderProviders();
        Get<NavigationManager>().NavigateTo("admin/campaigns?q=nothing-like-it");

        var page = Render<CampaignsPage>();

        page.WaitForAssertion(() => Assert.Contains("No campaign matches", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_of_state_shows_without_a_reload()
    {
        await SeedAsync();
        RenderProviders();
        var page = Render<CampaignsPage>();
        page.WaitForAssertion(() => Assert.Contains("Test campaign", page.Markup, StringComparison.Ordinal));

        Assert.True((await Get<CampaignService>().ChangeStatusAsync(1, CampaignStatus.Running, Actor.System, CancellationToken.None)).IsOk);

        page.WaitForAssertion(() => Assert.Equal("sending", page.Find("td[data-label=State] .tag").TextContent));
    }

    private Task SeedAsync() => Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);
}
