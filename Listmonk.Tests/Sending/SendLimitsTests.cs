using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Sending;

/// <summary>Limits that hold for campaigns: across restarts, between processes, for domains, and fairly between campaigns.</summary>
[Trait("Kind", "Worker")]
public sealed class SendLimitsTests : SendingTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, MemberData(nameof(Providers))]
    public async Task A_limit_over_a_period_outlasts_a_restart_and_never_yields_more_in_any_period(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = database.Clock;
        var taken = new List<DateTimeOffset>();

        // A new object each three minutes knows nothing but what is stored, as after a restart.
        for (var restart = 0; restart < 45; restart++)
        {
            using var quota = new Quota(database.Get<IQuotaStore>(), "test", 60, Hour, clock);
            for (var minute = 0; minute < 3; minute++)
            {
                for (var i = 0; i < 7 && await quota.TakeAsync(default) == TimeSpan.Zero; i++)
                {
                    taken.Add(clock.GetUtcNow());
                }

                clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Equal(60, taken.Max(from => taken.Count(at => at >= from && at < from + Hour)));
        Assert.True(taken.Count >= 120);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_processes_share_a_limit(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var one = new Quota(database.Get<IQuotaStore>(), "test", 50, Hour, database.Clock);
        using var other = new Quota(database.Get<IQuotaStore>(), "test", 50, Hour, database.Clock);

        var taken = await Task.WhenAll(Enumerable.Range(0, 80).Select(async i => await (i % 2 == 0 ? one : other).TakeAsync(default)));

        Assert.Equal(50, taken.Count(wait => wait == TimeSpan.Zero));
        Assert.All(taken, wait => Assert.InRange(wait, TimeSpan.Zero, Hour + TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public async Task What_a_block_leaves_when_its_slice_ends_is_given_back()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var quota = new Quota(database.Get<IQuotaStore>(), "test", 2_000, Hour, database.Clock);
        await quota.TakeAsync(default);
        Assert.Equal(10, await database.Get<IQuotaStore>().UsedAsync("test", Hour, default));

        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await quota.TakeAsync(default);

        Assert.Equal(11, await database.Get<IQuotaStore>().UsedAsync("test", Hour, default));
    }

    [Fact]
    public async Task A_campaign_waits_while_its_servers_day_is_used_up_and_goes_on_when_the_limit_is_raised()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        var id = Guid.NewGuid();
        await SetDailyLimitAsync(database, id, server.Port, 20);
        var campaign = await GivenCampaignAsync(database, 150);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(progress =>
        {
            if (progress is { HoldReason: not null, Sent: 20 })
            {
                held.TrySetResult();
            }
        });

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await held.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(20, server.Mails.Count);
            await SetDailyLimitAsync(database, id, server.Port, 0);
        });

        Assert.Equal((150, 150, 0), (finished.ToSend, finished.Sent, finished.Failed));
        Assert.Equal(150, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(150, server.Mails.Count);
    }

    [Fact]
    public async Task A_limited_domain_gets_its_few_at_once_and_everybody_is_mailed_once()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.domain_limits", new[] { new { domains = new[] { "example.com" }, per_minute = 60_000, at_once = 1 } }));
        var campaign = await GivenCampaignAsync(database, 600);

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((600, 600), (finished.Sent, server.Mails.Count));
        Assert.Equal(600, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(1, server.PeakConnectionCount);
    }

    [Fact]
    public void A_domain_s_turns_are_spaced_bounded_and_shared_by_the_domains_of_a_limit()
    {
        var clock = new FakeTimeProvider();
        var turns = new DomainTurns(new() { Domains = ["a.example", "b.example"], PerMinute = 60 }, clock);

        var waits = Enumerable.Range(0, 30).Select(_ => turns.TryBook(out var wait) ? wait : (TimeSpan?)null).ToList();

        Assert.Equal(Enumerable.Range(0, 11).Select(second => (TimeSpan?)TimeSpan.FromSeconds(second)), waits.Take(11));
        Assert.All(waits.Skip(11), Assert.Null);
    }

    [Fact]
    public async Task Two_campaigns_advance_together()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        // Slow enough that both are always read ahead of the workers: what is measured is the turns, not the reading.
        await SetServerAsync(database, server.Port, ("app.concurrency", 4), ("app.message_rate", 60));
        var (one, second) = await GivenTwoCampaignsAsync(database, 400);

        await WhenAsync(database, second.Id, CampaignStatus.Finished, () => WhenAsync(database, one.Id, CampaignStatus.Finished, () => StartAsync(database)));

        // Whichever was first began alone; from when both have begun they take turns.
        var seconds = server.Mails.Select(mail => mail.Parse().Subject == "Second").ToList();
        var both = Math.Max(seconds.IndexOf(true), seconds.IndexOf(false));
        var shared = seconds.Skip(both + 20).Take(300).ToList();
        Assert.Equal(800, seconds.Count);
        Assert.InRange(shared.Count(isSecond => isSecond), 120, 180);
    }

    private static Task SetDailyLimitAsync(TestDatabase database, Guid uuid, int port, int limit) => SetAsync(
        database,
        ("smtp", new object[] { new { uuid, enabled = true, host = "127.0.0.1", port, tls_type = "none", auth_protocol = "none", max_conns = 10, daily_limit = limit } }),
        ("app.message_rate", 1000));
}
