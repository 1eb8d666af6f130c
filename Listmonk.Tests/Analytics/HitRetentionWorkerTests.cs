using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

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

    [Theory, MemberData(nameof(Providers))]
    public async Task More_people_and_nameless_hits_than_a_slice_holds_go_and_figures_equal_what_is_left(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        await database.SaveSettingsAsync(new JsonObject { ["tracking.keep_opens_days"] = 30, ["tracking.keep_clicks_days"] = 30 });
        var campaign = await database.CampaignAsync();
        var people = Enumerable.Range(0, 120).Select(_ => Guid.NewGuid()).Select(uuid => new Core.Subscribers.Subscriber { Uuid = uuid, Email = $"{uuid:N}@example.com" }).ToArray();
        await database.AddAsync([.. people]);
        ReceivedHit Aged(ReceivedHit hit) => hit with { At = hit.At.AddDays(-31) };
        await database.AppendAsync([.. people.Select(person => Aged(database.Open(campaign, person)))]);
        await database.AppendAsync([.. people.Take(50).Select(person => database.Click(campaign, person))]);
        await database.AppendAsync([.. Enumerable.Range(0, 1_100).Select(_ => Aged(database.Click(campaign, null)))]);
        await database.AppendAsync(database.Open(campaign, null));

        await database.Get<HitRetentionWorker>().CleanAsync(CancellationToken.None);

        Assert.Equal(51, (await database.HitsAsync()).Count);
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_user_agent_that_nothing_names_for_a_day_is_forgotten(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        await database.SaveSettingsAsync(new JsonObject { ["tracking.keep_details_days"] = 1 });
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        ReceivedHit Open(string agent) => database.Open(campaign, person) with { Agent = agent };
        await database.AppendAsync(Open("Old/1.0"), Open("Used/1.0"));
        var worker = database.Get<HitRetentionWorker>();

        for (var day = 0; day < 3; day++)
        {
            database.Clock.Advance(TimeSpan.FromDays(1.1));
            await database.AppendAsync(Open("Used/1.0"));
            await worker.CleanAsync(CancellationToken.None);
        }

        Assert.Equal(["Used/1.0"], await database.ReadAsync(db => db.HitAgents.Select(agent => agent.Agent).ToListAsync()));
        Assert.NotNull((await database.HitsAsync())[^1].AgentId);
    }
}
