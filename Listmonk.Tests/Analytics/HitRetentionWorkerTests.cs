using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;

namespace Listmonk.Tests.Analytics;

public sealed class HitRetentionWorkerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Each_kind_goes_when_its_days_are_over_and_details_go_first(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        await database.SaveSettingsAsync(new JsonObject { ["tracking.keep_opens_days"] = 30, ["tracking.keep_details_days"] = 10 });
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        ReceivedHit Aged(ReceivedHit hit, int days) => hit with { At = hit.At.AddDays(-days), Agent = "Mozilla/5.0 Firefox/140.0", Network = "198.51.100.0" };
        await database.AppendAsync(
            Aged(database.Open(campaign, person), 31),
            Aged(database.Click(campaign, person), 31),
            Aged(database.Open(campaign, person), 11),
            Aged(database.Open(campaign, person), 9));

        await database.Get<HitRetentionWorker>().CleanAsync(CancellationToken.None);

        Assert.Equal(
            [(HitKind.Click, false, false), (HitKind.Open, false, false), (HitKind.Open, true, true)],
            (await database.HitsAsync()).Select(hit => (hit.Kind, hit.AgentId is not null, hit.Network is not null)));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }
}
