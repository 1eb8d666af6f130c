using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Tracking;

/// <summary>Campaigns, people and hits for tracking tests.</summary>
internal static class TrackingWorld
{
    public static readonly HitJudgement Person = new(HitVerdict.Human, "", "desktop");
    public static readonly HitJudgement Machine = new(HitVerdict.Machine, "scanner", "bot");

    public static async Task<Campaign> CampaignAsync(this TestDatabase database, TrackingLevel? level = null)
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News", TrackingLevel = level };
        await database.AddAsync(campaign);
        return campaign;
    }

    public static async Task<Subscriber> PersonAsync(this TestDatabase database, TrackingLevel? level = null)
    {
        var uuid = Guid.NewGuid();
        var subscriber = new Subscriber { Uuid = uuid, Email = $"{uuid:N}@example.com", TrackingLevel = level };
        await database.AddAsync(subscriber);
        return subscriber;
    }

    public static Task TrackAsync(this TestDatabase database, bool isIndividual = true, bool isDisabled = false, bool opens = true, bool clicks = true) =>
        database.SaveSettingsAsync(new System.Text.Json.Nodes.JsonObject
        {
            ["privacy.individual_tracking"] = isIndividual,
            ["privacy.disable_tracking"] = isDisabled,
            ["privacy.track_opens"] = opens,
            ["privacy.track_clicks"] = clicks,
        });

    public static async Task SaveSettingsAsync(this TestDatabase database, System.Text.Json.Nodes.JsonObject changes)
    {
        var outcome = await database.Get<Core.Settings.SettingsService>().SaveAsync(changes, Actor.System, CancellationToken.None);
        Assert.True(outcome.IsOk, outcome.Message);
    }

    public static ReceivedHit Open(this TestDatabase database, Campaign campaign, Subscriber? subscriber, HitJudgement? judgement = null) => new()
    {
        Kind = HitKind.Open,
        CampaignId = campaign.Id,
        SubscriberId = subscriber?.Id ?? 0,
        At = database.Clock.GetUtcNow(),
        Judgement = judgement ?? Person,
        RuleVersion = HitRules.Version,
    };

    public static ReceivedHit Click(
        this TestDatabase database, Campaign campaign, Subscriber? subscriber, int linkId = 7, int position = 1, HitJudgement? judgement = null) =>
        database.Open(campaign, subscriber, judgement) with { Kind = HitKind.Click, LinkId = linkId, Position = position };

    public static Task AppendAsync(this TestDatabase database, params ReceivedHit[] hits) =>
        database.Get<ITrackingLog>().AppendAsync(hits, _ => true, CancellationToken.None);

    public static Task<List<TrackingHit>> HitsAsync(this TestDatabase database) =>
        database.ReadAsync(db => db.TrackingHits.AsNoTracking().OrderBy(hit => hit.Id).ToListAsync());

    public static Task<Campaign> ReadAsync(this TestDatabase database, Campaign campaign) =>
        database.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(row => row.Id == campaign.Id));
}
