using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Messengers.Smtp;

/// <summary>Which of several servers carries a message, and what their limits and failures do to it.</summary>
public sealed class SmtpRoutingTests
{
    [Fact]
    public async Task Servers_get_their_share_of_the_mail()
    {
        await using var large = FakeSmtpServer.Start();
        await using var small = FakeSmtpServer.Start();
        await using var messenger = Messenger(TimeProvider.System, large.ToOptions() with { Weight = 3 }, small.ToOptions() with { Weight = 1 });

        await SendAsync(messenger, 100);

        Assert.InRange(large.Mails.Count, 73, 77);
        Assert.Equal(100, large.Mails.Count + small.Mails.Count);
    }

    [Fact]
    public async Task A_server_of_weight_0_stands_by_until_the_others_cannot()
    {
        await using var first = FakeSmtpServer.Start();
        await using var reserve = FakeSmtpServer.Start();
        await using var messenger = Messenger(TimeProvider.System, reserve.ToOptions() with { Weight = 0 }, first.ToOptions() with { DailyLimit = 5 });

        await SendAsync(messenger, 8);

        Assert.Equal((5, 3), (first.Mails.Count, reserve.Mails.Count));
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("MAIL FROM")]
    [InlineData("RCPT TO")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task A_server_that_answers_421_rests_while_the_other_one_carries_all(string command)
    {
        await using var busy = FakeSmtpServer.Start().Answer(command, "421 4.3.2 come back later");
        await using var well = FakeSmtpServer.Start();
        await using var messenger = Messenger(new FakeTimeProvider(), busy.ToOptions() with { MaxMessageRetries = 1 }, well.ToOptions() with { MaxMessageRetries = 1 });

        await SendAsync(messenger, 10);

        Assert.Equal((0, 10), (busy.Mails.Count, well.Mails.Count));
        var status = messenger.Status.Single(server => server.Uuid == busy.ToOptions().Uuid);
        Assert.Equal((SmtpServerState.Resting, 1L), (status.State, status.Failed));
        Assert.StartsWith("421", status.LastFailure, StringComparison.Ordinal);
        Assert.Equal(1, busy.ConnectionCount);
    }

    [Fact]
    public async Task A_421_says_nothing_about_the_person_even_when_no_other_server_is_left()
    {
        await using var busy = FakeSmtpServer.Start().Answer("RCPT TO", "421 4.7.0 closing");
        await using var messenger = Messenger(TimeProvider.System, busy.ToOptions() with { MaxMessageRetries = 1 });

        var result = Assert.Single(await SendAsync(messenger, 1, isSent: false));

        Assert.Equal((DeliveryOutcome.ServerUnavailable, 421, false), (result.Outcome, result.Code, result.IsAddressFault));
    }

    [Fact]
    public async Task A_server_is_used_again_after_its_rest()
    {
        var clock = new FakeTimeProvider();
        await using var server = FakeSmtpServer.Start().Answer("MAIL FROM", "421 4.3.2 come back later", times: 1);
        await using var other = FakeSmtpServer.Start();
        await using var messenger = Messenger(clock, server.ToOptions(), other.ToOptions() with { Weight = 0 });
        await SendAsync(messenger, 3);
        Assert.Equal((0, 3), (server.Mails.Count, other.Mails.Count));

        clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(messenger, 3);

        Assert.Equal((3, 3), (server.Mails.Count, other.Mails.Count));
        Assert.Null(messenger.Status[0].LastFailure);
    }

    [Fact]
    public async Task When_all_servers_have_carried_their_day_the_message_is_held_and_nobody_blamed()
    {
        await using var server = FakeSmtpServer.Start();
        await using var messenger = Messenger(TimeProvider.System, server.ToOptions() with { DailyLimit = 3 });
        await SendAsync(messenger, 3);

        var held = Assert.Single(await SendAsync(messenger, 1, isSent: false));

        Assert.True(held.IsHeld);
        Assert.Contains("last 24 hours", held.ReplyText, StringComparison.Ordinal);
        Assert.Equal(SmtpServerState.UsedUp, messenger.Status[0].State);
        Assert.Equal(3, server.Mails.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(60)]
    public void No_second_holds_more_than_the_rate_wherever_it_is_laid(int rate)
    {
        var clock = new FakeTimeProvider();
        var limit = new RateLimit(rate, TimeSpan.FromSeconds(1), clock);
        var taken = new List<DateTimeOffset>();
        for (var step = 0; step < 5_000; step++)
        {
            // A pause in the middle must not save up turns.
            while (step is < 2_000 or > 3_000 && limit.Take(TimeSpan.Zero) == TimeSpan.Zero)
            {
                taken.Add(clock.GetUtcNow());
            }

            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(taken.Max(from => taken.Count(at => at >= from && at < from.AddSeconds(1))), rate * 0.9, rate);
        Assert.True(taken.Count >= rate * 4 * 0.9);
    }

    [Fact]
    public async Task The_servers_rate_holds_at_the_server()
    {
        var clock = new FakeTimeProvider();
        await using var server = FakeSmtpServer.Start();
        await using var messenger = Messenger(clock, server.ToOptions() with { MessageRate = 4 });

        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendOneAsync(messenger)));
        var elapsed = TimeSpan.Zero;
        await Polling.UntilAsync(() =>
        {
            // The first goes at once, of the others at most one in each quarter of a second; the clock moves on until all are through.
            Assert.InRange(server.Mails.Count, 0, 1 + (int)(elapsed / TimeSpan.FromMilliseconds(250)));
            elapsed += TimeSpan.FromMilliseconds(125);
            clock.Advance(TimeSpan.FromMilliseconds(125));
            return Task.FromResult(sending.IsCompleted);
        });

        Assert.All(await sending, result => Assert.True(result.IsSent));
        Assert.True(elapsed >= TimeSpan.FromMilliseconds(750));
    }

    private static SmtpMessenger Messenger(TimeProvider clock, params SmtpServerOptions[] servers) =>
        new(new FakeSmtpServers(servers), new MemoryQuotaStore(), clock, NullLogger<SmtpMessenger>.Instance);

    private static async Task<List<DeliveryResult>> SendAsync(SmtpMessenger messenger, int count, bool isSent = true)
    {
        var results = new List<DeliveryResult>();
        for (var i = 0; i < count; i++)
        {
            results.Add(await SendOneAsync(messenger));
        }

        Assert.All(results, result => Assert.Equal(isSent, result.IsSent));
        return results;
    }

    private static async Task<DeliveryResult> SendOneAsync(SmtpMessenger messenger)
    {
        using var message = new OutboundMessage("From: <a@example.org>\r\n\r\nHello\r\n"u8.ToArray())
        {
            EnvelopeFrom = "a@example.org",
            EnvelopeRecipients = ["ann@example.com"],
            FromAddress = "a@example.org",
            MessageId = "test@example.org",
        };
        return await messenger.SendAsync(message, CancellationToken.None);
    }
}
