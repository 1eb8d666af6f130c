using Listmonk.Core;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Tracking.Review;

public sealed class HoneypotTests : DatabaseTest
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_follows_the_hidden_link_is_a_machine_and_so_is_what_came_around_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        ReceivedHit Click(int link, int position) => database.Click(campaign, person, link, position) with { Agent = Browser };
        await database.AppendAsync(Click(3, 1));
        database.Clock.Advance(TimeSpan.FromSeconds(15));
        await database.AppendAsync(Click(9, TrackingToken.HoneypotPosition));
        database.Clock.Advance(TimeSpan.FromMinutes(5));
        await database.AppendAsync(Click(4, 2));

        await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);

        Assert.Equal([HitReasons.Honeypot, HitReasons.Honeypot, ""], (await database.HitsAsync()).Select(hit => hit.Reason));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }
}
