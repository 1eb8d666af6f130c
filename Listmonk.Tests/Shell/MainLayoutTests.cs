using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Shell;

namespace Listmonk.Tests.Shell;

public sealed class MainLayoutTests : ComponentTest
{
    [Fact]
    public void The_menu_has_its_groups_in_order()
    {
        var layout = Render<MainLayout>();
        layout.WaitForAssertion(() => Assert.Equal(
            ["Dashboard", "Lists", "Forms", "Subscribers", "Segments", "Import", "Hygiene", "Suppression", "Bounces", "Campaigns", "Templates", "Media", "Analytics", "Transactional", "Outbox", "Users", "Roles", "Settings", "Maintenance", "Logs", "API", "About"],
            layout.FindAll("nav.nav a").Select(link => link.TextContent.Trim())));
    }

    [Fact]
    public void The_menu_shows_only_what_the_account_may_open()
    {
        var menu = Render<NavMenu>(parameters => parameters.Add(nav => nav.Actor, new Actor { Name = "ann", Permissions = [Permissions.CampaignsGet] }));
        Assert.Equal(["Dashboard", "Campaigns"], menu.FindAll("a").Select(link => link.TextContent.Trim()));
    }

    [Fact]
    public async Task A_new_site_name_and_root_url_show_at_once()
    {
        var layout = Render<MainLayout>();
        layout.WaitForAssertion(() => Assert.Contains("Links in mails start with", layout.Find(".notice").TextContent, StringComparison.Ordinal));
        var general = Get<SettingsStore>().Current.General with { SiteName = "Acme news", RootUrl = "http://localhost" };
        Assert.True((await Get<SettingsService>().SaveSectionAsync(general, Actor.System, CancellationToken.None)).IsOk);
        layout.WaitForAssertion(() => Assert.Equal("Acme news", layout.Find(".shell-brand").TextContent));
        Assert.Empty(layout.FindAll(".notice-warning"));
    }

    [Fact]
    public async Task A_running_campaign_shows_its_share_and_leaves_when_it_ends()
    {
        var list = (await Get<ListService>().CreateAsync(new ListDraft { Name = "News" }, Actor.System, CancellationToken.None)).Value;
        var campaign = (await Get<CampaignService>().CreateAsync(new CampaignDraft { Name = "Spring", Subject = "Spring", ListIds = [list.Id] }, Actor.System, CancellationToken.None)).Value;
        var layout = Render<MainLayout>();
        layout.WaitForElement(".shell-brand");
        var feed = Get<LiveFeed<CampaignProgress>>();
        var progress = new CampaignProgress { CampaignId = campaign.Id, Status = CampaignStatus.Running, ToSend = 400, Sent = 100 };
        feed.Publish(progress);
        layout.WaitForAssertion(() => Assert.Equal("25.0%", layout.Find(".running-percent").TextContent));
        feed.Publish(progress with { Status = CampaignStatus.Finished });
        layout.WaitForAssertion(() => Assert.Empty(layout.FindAll(".running-chip")));
    }
}
