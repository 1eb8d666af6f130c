using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;

namespace Listmonk.Tests.Subscribers;

public sealed class HitErasureTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_persons_export_holds_each_open_and_click_with_all_that_is_kept_of_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var person = await ReactAsync(database);
        await database.Get<PreferenceService>().SaveAsync(person.Uuid, "Ann", [], allowTracking: false, "I do not want to be tracked", default);

        var export = (await database.Get<SubscriberQueries>().ExportAsync(person.Id, Actor.System, default)).Value;

        Assert.Equal(
            [(HitKind.Click, "https://a.example/", "Firefox/140.0", "198.51.100.0"), (HitKind.Open, null, "Firefox/140.0", "198.51.100.0")],
            export.Hits.Select(hit => (hit.Kind, hit.Url, hit.UserAgent ?? "", hit.Network ?? "")));
        var consent = Assert.Single(export.Consents);
        Assert.Equal((TrackingLevel.Off, "preferences", "I do not want to be tracked"), (consent.Level, consent.Source, consent.Text));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Erasing_a_person_leaves_figures_of_nobody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var wiped = await ReactAsync(database);
        var deleted = await ReactAsync(database);

        Assert.True((await database.Get<PreferenceService>().WipeAsync(wiped.Uuid, default)).IsOk);
        Assert.Equal(1, (await database.Get<SubscriberService>().DeleteAsync(SubscriberSelection.Of(deleted.Id), Actor.System, default)).Value);

        var hits = await database.HitsAsync();
        Assert.Equal(4, hits.Count);
        Assert.All(hits, hit => Assert.Equal((null, null, null, ""), (hit.SubscriberId, hit.AgentId, hit.Network, hit.AgentClass)));
    }

    private static async Task<Subscriber> ReactAsync(TestDatabase database)
    {
        await database.TrackAsync();
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        var link = (await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/"], default))[0];
        ReceivedHit Known(ReceivedHit hit) => hit with { Agent = "Firefox/140.0", Network = "198.51.100.0" };
        await database.AppendAsync(Known(database.Open(campaign, person)), Known(database.Click(campaign, person, link)));
        return person;
    }
}
