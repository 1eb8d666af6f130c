using System.Collections.Concurrent;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Sending;

/// <summary>Limits counted where they matter: at the server, on a clock that the test moves in steps and that dates each mail as it arrives.</summary>
[Trait("Kind", "Worker")]
public sealed class SendRateTests : SendingTest
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task No_minute_brings_the_server_more_than_the_window_allows_and_two_campaigns_share_it()
    {
        const int Limit = 40;
        var step = TimeSpan.FromMilliseconds(500);
        await using var server = FakeSmtpServer.Start();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services =>
            services.AddSingleton<IQuotaStore>(provider => new CountingQuotaStore(ActivatorUtilities.CreateInstance<QuotaStore>(provider))));
        await SetServerAsync(
            database, server.Port, ("app.concurrency", 4),
            ("app.message_sliding_window", true), ("app.message_sliding_window_rate", Limit), ("app.message_sliding_window_duration", "1m"));
        var (one, second) = await GivenTwoCampaignsAsync(database, 200);
        var quotas = (CountingQuotaStore)database.Get<IQuotaStore>();

        // Time stands still while a granted mail is under way, so each is dated at most one step after its grant.
        var arrivals = await SendAllAsync(database, server, [one, second], step, () => quotas.Granted == server.Mails.Count);

        Assert.Equal(400, arrivals.Count);
        Assert.InRange(MostWithin(arrivals, TimeSpan.FromMinutes(1) - step), Limit * 9 / 10, Limit);
        var seconds = server.Mails.Select(mail => mail.Parse().Subject == "Second").ToList();
        var shared = seconds.Skip(Math.Max(seconds.IndexOf(true), seconds.IndexOf(false)) + 20).Take(150).ToList();
        Assert.InRange(shared.Count(isSecond => isSecond), 60, 90);
    }

    [Fact]
    public async Task No_second_brings_the_server_more_than_the_rate_and_what_the_workers_held()
    {
        const int Workers = 2;
        const int PerSecond = 10;
        await using var server = FakeSmtpServer.Start();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", Workers), ("app.message_rate", PerSecond / Workers));
        var campaign = await GivenCampaignAsync(database, 100);

        var arrivals = await SendAllAsync(database, server, [campaign], TimeSpan.FromMilliseconds(20), () => true);

        Assert.Equal(100, arrivals.Count);
        Assert.InRange(MostWithin(arrivals, TimeSpan.FromSeconds(1)), 1, PerSecond + Workers);
        Assert.True(arrivals[^1] - arrivals[0] >= TimeSpan.FromSeconds((100 / PerSecond) - 1));
    }

    /// <summary>Sends the campaigns to their end and returns when, on the moved clock, each mail arrived.</summary>
    /// <param name="isQuiet">Whether the clock may move.</param>
    private static async Task<List<DateTimeOffset>> SendAllAsync(TestDatabase database, FakeSmtpServer server, Campaign[] campaigns, TimeSpan step, Func<bool> isQuiet)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var clock = database.Clock;
        var finished = new ConcurrentDictionary<int, bool>();
        using var watch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(progress =>
        {
            if (progress.Status == CampaignStatus.Finished)
            {
                finished.TryAdd(progress.CampaignId, true);
            }
        });
        await StartAsync(database);
        var arrivals = new List<DateTimeOffset>();
        while (finished.Count < campaigns.Length)
        {
            await Task.Delay(Breath, TimeProvider.System, limit.Token);
            if (isQuiet())
            {
                Date(arrivals, server, clock);
                clock.Advance(step);
            }
        }

        Date(arrivals, server, clock);
        return arrivals;
    }

    private static void Date(List<DateTimeOffset> arrivals, FakeSmtpServer server, FakeTimeProvider clock) =>
        arrivals.AddRange(Enumerable.Repeat(clock.GetUtcNow(), server.Mails.Count - arrivals.Count));

    private static int MostWithin(List<DateTimeOffset> arrivals, TimeSpan length) =>
        arrivals.Max(from => arrivals.Count(at => at >= from && at < from + length));

    /// <summary>Counts grants from before the clock is read for them, so that none can hide between the store and the server.</summary>
    private sealed class CountingQuotaStore(IQuotaStore inner) : IQuotaStore
    {
        private int _granted;

        public int Granted => Volatile.Read(ref _granted);

        public async Task<QuotaGrant> TakeAsync(QuotaRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _granted, request.Wanted);
            var grant = await inner.TakeAsync(request, cancellationToken);
            Interlocked.Add(ref _granted, grant.Count - request.Wanted);
            return grant;
        }

        public Task<int> UsedAsync(string scope, TimeSpan period, CancellationToken cancellationToken) => inner.UsedAsync(scope, period, cancellationToken);
    }
}
