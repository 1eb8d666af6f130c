using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Tracking.Edits;

public sealed class LinkEditServiceTests : DatabaseTest
{
    private static readonly Actor Ann = Actor.System with { UserId = 1, Name = "ann" };

    [Theory, MemberData(nameof(Providers))]
    public async Task A_changed_destination_holds_for_its_place_and_can_be_taken_back_step_by_step(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, ids) = await WorldAsync(database);
        var edits = database.Get<LinkEditService>();

        Assert.True((await edits.EditAsync(campaign.Id, ids[0], 1, new LinkChange(" https://new.example/ ", IsCounted: true, IsEverywhere: false), Ann, default)).IsOk);
        Assert.True((await edits.EditAsync(campaign.Id, ids[0], 1, new LinkChange("https://newer.example/", IsCounted: false, IsEverywhere: false), Ann, default)).IsOk);

        Assert.Equal(new LinkRuleView("https://newer.example/", false), Rule(database, campaign, ids[0], 1));
        Assert.Null(Rule(database, campaign, ids[2], 3));
        var links = (await database.Get<LinkEditQueries>().FindAsync(campaign.Id, Ann, default)).Value;
        Assert.Equal(["https://newer.example/", "https://b.example/", "https://a.example/"], links.Links.Select(link => link.Destination));
        Assert.Equal([("https://new.example/", "https://newer.example/", false), ("https://a.example/", "https://new.example/", true)],
            links.History.Select(edit => (edit.OldUrl, edit.NewUrl, edit.IsCounted)));
        Assert.All(links.History, edit => Assert.Equal("ann", edit.UserName));

        Assert.True((await edits.UndoAsync(campaign.Id, links.History[0].Id, Ann, default)).IsOk);
        Assert.Equal(new LinkRuleView("https://new.example/", true), Rule(database, campaign, ids[0], 1));
        Assert.True((await edits.UndoAsync(campaign.Id, links.History[1].Id, Ann, default)).IsOk);
        Assert.Null(Rule(database, campaign, ids[0], 1));
        Assert.Equal(4, await database.ReadAsync(db => db.AuditLog.CountAsync(entry => entry.Action == "campaign.link" && entry.UserName == "ann")));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_change_may_be_for_every_place_with_the_address_and_survives_a_restart(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, ids) = await WorldAsync(database);

        Assert.True((await database.Get<LinkEditService>().EditAsync(campaign.Id, ids[0], 1, new LinkChange("https://new.example/?id={{ .Subscriber.UUID }}", true, IsEverywhere: true), Ann, default)).IsOk);

        var fresh = new LinkEditStore(database.Databases, new LinkStore(database.Databases, database.Clock));
        await fresh.LoadAsync(default);
        Assert.All(new[] { 1, 3 }, position => Assert.True(fresh.Find(database.Click(campaign, null, ids[0], position))!.Destination!.HasExpressions));
        Assert.Null(fresh.Find(database.Click(campaign, null, ids[1], 2)));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("shop.example")]
    [InlineData("https://user@shop.example/")]
    [InlineData("https://shop.example/\n")]
    [InlineData("{{ .Subscriber.Attribs.url }}")]
    [InlineData("https://{{ .Subscriber.Name }}.example/")]
    [InlineData("https://shop.example/{{ .Subscriber.Name")]
    [InlineData("http://localhost:9000/track/link/abc")]
    public async Task What_no_redirect_may_lead_to_is_refused_at_the_field(string url)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (campaign, ids) = await WorldAsync(database);

        // Blanks at the ends are the pasting hand's, control characters within are not.
        var outcome = await database.Get<LinkEditService>().EditAsync(campaign.Id, ids[0], 1, new LinkChange(url.Replace("\n", "\nx", StringComparison.Ordinal), true, false), Ann, default);

        Assert.Equal("url", Assert.Single(outcome.Errors).Field);
        Assert.Null(Rule(database, campaign, ids[0], 1));
    }

    [Fact]
    public async Task A_link_of_another_campaign_and_an_actor_without_the_right_are_refused()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (campaign, ids) = await WorldAsync(database);
        var other = await database.CampaignAsync();
        var change = new LinkChange("https://new.example/", true, false);

        Assert.Equal(OutcomeKind.NotFound, (await database.Get<LinkEditService>().EditAsync(other.Id, ids[0], 1, change, Ann, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<LinkEditService>().EditAsync(campaign.Id, ids[0], 1, change, Actor.Anonymous, default)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Clicks_and_recipients_are_told_for_each_place(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var (campaign, ids) = await WorldAsync(database);
        var (first, second) = (await database.PersonAsync(), await database.PersonAsync());
        await database.AppendAsync(
            database.Click(campaign, first, ids[0], 1), database.Click(campaign, first, ids[0], 1), database.Click(campaign, second, ids[0], 1, TrackingWorld.Machine), database.Click(campaign, second, ids[2], 3));

        var links = (await database.Get<LinkEditQueries>().FindAsync(campaign.Id, Ann, default)).Value.Links;

        Assert.Equal([(1, 3, 2, 2, 1), (2, 0, 0, 0, 0), (3, 1, 1, 1, 1)],
            links.Select(link => (link.Position, link.Clicks, link.ClicksPeople, link.Uniques ?? -1, link.UniquesPeople ?? -1)));
    }

    private static LinkRuleView? Rule(TestDatabase database, Campaign campaign, int linkId, int position) =>
        database.Get<LinkEditStore>().Find(database.Click(campaign, null, linkId, position)) is { } rule ? new LinkRuleView(rule.Destination?.Url, rule.IsCounted) : null;

    private static async Task<(Campaign Campaign, IReadOnlyList<int> Ids)> WorldAsync(TestDatabase database)
    {
        var campaign = await database.CampaignAsync();
        return (campaign, await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/", "https://b.example/", "https://a.example/"], default));
    }

    private sealed record LinkRuleView(string? Url, bool IsCounted);
}
