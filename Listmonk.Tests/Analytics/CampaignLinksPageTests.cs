using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Listmonk.Web.Analytics;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Analytics;

public sealed class CampaignLinksPageTests : ComponentTest
{
    [Fact]
    public async Task The_page_lists_tracked_and_untracked_links_and_lays_the_clicks_over_the_mail()
    {
        var (campaign, _) = await WorldAsync();

        var page = Render<CampaignLinksPage>(parameters => parameters.Add(links => links.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("not tracked: the link is marked as not to be tracked", page.Markup, StringComparison.Ordinal));
        Assert.Equal("1", page.FindAll("tbody tr")[0].QuerySelectorAll("td")[2].TextContent.Trim());
        var map = page.Find("iframe");
        Assert.Equal("", map.GetAttribute("sandbox"));
        Assert.Contains("a[href=\"#link-1\"]::after{content:\"1 · 100", map.GetAttribute("srcdoc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_address_is_refused_at_the_field_and_a_right_one_saved_with_its_history()
    {
        var (campaign, link) = await WorldAsync();
        RenderProviders();
        var page = Render<CampaignLinkPage>(parameters => parameters.Add(edit => edit.Id, campaign.Id).Add(edit => edit.LinkId, link).Add(edit => edit.Position, 1));
        page.WaitForAssertion(() => page.Find("input[type=url]"));

        page.Find("input[type=url]").Input("nonsense");
        page.WaitForAssertion(() => Assert.False(SaveButton(page).HasAttribute("disabled")));
        await SaveButton(page).ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("complete web address", page.Markup, StringComparison.Ordinal));
        page.Find("input[type=url]").Input("https://right.example/");
        await SaveButton(page).ClickAsync(new());

        page.WaitForAssertion(() => Assert.Contains("https://right.example/", page.Find(".link-history ins").TextContent, StringComparison.Ordinal));
        Assert.Equal("https://right.example/", (await Get<LinkEditQueries>().FindAsync(campaign.Id, Actor.System, default)).Value.Links[0].Destination);
        await page.Find(".link-history button").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".link-history li").Count));
        Assert.Equal("https://a.example/", (await Get<LinkEditQueries>().FindAsync(campaign.Id, Actor.System, default)).Value.Links[0].Destination);
    }

    [Fact]
    public void An_unknown_campaign_says_so()
    {
        var page = Render<CampaignLinksPage>(parameters => parameters.Add(links => links.Id, 4711));

        page.WaitForAssertion(() => Assert.Contains("Campaign not found", page.Markup, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement SaveButton(IRenderedComponent<CampaignLinkPage> page) => page.Find("button[data-shortcut=save]");

    private async Task<(Campaign Campaign, int LinkId)> WorldAsync()
    {
        Assert.True((await Get<SettingsService>().SaveAsync(new System.Text.Json.Nodes.JsonObject { ["privacy.individual_tracking"] = true }, Actor.System, default)).IsOk);
        var campaign = new Campaign
        {
            Uuid = Guid.NewGuid(),
            Name = "News",
            Subject = "News",
            Body = """<html><body><a href="https://a.example/">a</a><a data-no-track href="https://n.example/">n</a></body></html>""",
            ContentType = CampaignContentType.Visual,
            Status = CampaignStatus.Finished,
        };
        await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Add(campaign);
                return Task.CompletedTask;
            },
            default);
        var link = (await Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/"], default))[0];
        await Get<ITrackingLog>().AppendAsync(
            [new ReceivedHit { Kind = HitKind.Click, CampaignId = campaign.Id, LinkId = link, Position = 1, At = Get<TimeProvider>().GetUtcNow(), Judgement = TrackingWorld.Person }], _ => true, default);
        return (campaign, link);
    }
}
