using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

[Trait("Kind", "Worker")]
public sealed class CampaignSendTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Everybody_gets_one_mail_of_their_own_and_the_campaign_finishes(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port, ("app.notify_emails", new[] { "admin@example.org" }));
        var campaign = await GivenCampaignAsync(database, 250, NewCampaign(
            "<html><body><p>Dear {{ .Subscriber.Name }} of {{ .Subscriber.Attribs.city }}</p><a href=\"https://shop.example/\">Shop</a></body></html>"));

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));
        await server.WaitForMailsAsync(251);

        Assert.Equal((250, 250, 0, 0), (ended.ToSend, ended.Sent, ended.Failed, ended.Skipped));
        Assert.NotNull(ended.StartedAt);
        Assert.NotNull(ended.FinishedAt);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        var mails = server.Mails.Where(mail => mail.Recipients[0] != "admin@example.org").ToDictionary(mail => mail.Recipients[0], mail => mail.Parse());
        Assert.Equal(250, mails.Count);
        var mail = mails["person7@example.com"];
        Assert.Equal("News for Person 7", mail.Subject);
        Assert.Contains("Dear Person 7 of City 7", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("/track/link/", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.example", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("/track/open/", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains(campaign.Uuid.ToString(), mail.Headers["List-Unsubscribe"], StringComparison.Ordinal);
        Assert.Contains("News", server.Mails.Single(note => note.Recipients[0] == "admin@example.org").Parse().Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_stops_the_sending_and_resuming_reaches_the_rest_exactly_once()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", 4), ("app.message_rate", 100));
        var campaign = await GivenCampaignAsync(database, 400);

        var paused = await WhenAsync(database, campaign.Id, CampaignStatus.Paused, async () =>
        {
            await StartAsync(database);
            await server.WaitForMailsAsync(20);
            await ChangeAsync(database, campaign.Id, CampaignStatus.Paused);
        });
        var sentBeforePause = server.Mails.Count;

        Assert.InRange(sentBeforePause, 20, 399);
        Assert.Equal(sentBeforePause, paused.Sent);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);

        await SetAsync(database, ("app.message_rate", 10_000));
        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => ChangeAsync(database, campaign.Id, CampaignStatus.Running));

        Assert.Equal((400, 400), (finished.ToSend, finished.Sent));
        Assert.Equal(400, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(400, server.Mails.Count);
    }

    [Fact]
    public async Task Whose_domain_was_blocked_meanwhile_is_left_out_with_the_reason()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("privacy.domain_blocklist", new[] { "example.com" }));
        var campaign = await GivenCampaignAsync(database, 2);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((0, 2), (ended.Sent, ended.Skipped));
        Assert.Empty(server.Mails);
        Assert.All(await DeliveriesAsync(database, campaign.Id), delivery => Assert.Equal("The e-mail domain is blocklisted.", delivery.Reply));
    }

    [Fact]
    public async Task A_cancelled_campaign_sends_nothing_more()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", 2), ("app.message_rate", 50));
        var campaign = await GivenCampaignAsync(database, 300);

        var cancelled = await WhenAsync(database, campaign.Id, CampaignStatus.Cancelled, async () =>
        {
            await StartAsync(database);
            await server.WaitForMailsAsync(5);
            await ChangeAsync(database, campaign.Id, CampaignStatus.Cancelled);
        });

        Assert.InRange(server.Mails.Count, 5, 299);
        Assert.Equal(server.Mails.Count, cancelled.Sent);
    }

    [Fact]
    public async Task A_refused_address_fails_and_bounces_while_the_others_are_sent()
    {
        await using var server = FakeSmtpServer.Start().Answer("RCPT TO:<person3@", "550 5.1.1 no such user");
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenCampaignAsync(database, 5);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((4, 1, 1), (ended.Sent, ended.Failed, ended.Bounces));
        var failed = (await DeliveriesAsync(database, campaign.Id)).Single(one => one.Status == DeliveryStatus.Failed);
        Assert.Equal(550, failed.SmtpCode);
        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((failed.SubscriberId, BounceType.Hard, "smtp"), (bounce.SubscriberId, bounce.Type, bounce.Source));
    }

    [Fact]
    public async Task A_refusal_of_the_address_blocks_the_person_and_one_of_our_domain_does_not()
    {
        await using var server = FakeSmtpServer.Start()
            .Answer("RCPT TO:<person2@", "550 5.7.515 Access denied, sending domain does not meet the required authentication level")
            .Answer("RCPT TO:<person3@", "550 5.1.1 no such user");
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("bounce.enabled", true));
        var alerts = new System.Collections.Concurrent.ConcurrentQueue<BounceRecorded>();
        using var watch = database.Get<LiveFeed<BounceRecorded>>().Subscribe(alerts.Enqueue);
        var campaign = await GivenCampaignAsync(database, 5);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((3, 2, 2), (ended.Sent, ended.Failed, ended.Bounces));
        var bounces = await database.ReadAsync(db => db.Bounces.Join(db.Subscribers, row => row.SubscriberId, person => person.Id, (row, person) => new { row, person.Status, person.Email }).OrderBy(pair => pair.Email).ToListAsync());
        Assert.Equal([(BounceType.Policy, "authentication"), (BounceType.Hard, "user-unknown")], bounces.Select(pair => (pair.row.Type, pair.row.Reason!)));
        Assert.Equal([SubscriberStatus.Enabled, SubscriberStatus.Blocklisted], bounces.Select(pair => pair.Status));
        Assert.All(bounces, pair => Assert.Equal(campaign.Id, pair.row.CampaignId));
        Assert.Contains(alerts, alert => alert is { Type: BounceType.Policy, Reason: "authentication", Action: Listmonk.Core.Settings.BounceAction.None });
    }

    [Fact]
    public async Task An_unreachable_server_pauses_the_campaign_with_the_reason_and_loses_nobody()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, FakeSmtpServer.UnusedPort(), ("app.max_send_errors", 3), ("app.concurrency", 3));
        var campaign = await GivenCampaignAsync(database, 30);

        var paused = await WhenAsync(database, campaign.Id, CampaignStatus.Paused, () => StartAsync(database));

        Assert.Contains("3 errors", paused.StatusReason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (paused.Sent, paused.Failed, paused.Skipped));

        await SetServerAsync(database, server.Port);
        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => ChangeAsync(database, campaign.Id, CampaignStatus.Running));

        Assert.Equal((30, 30), (finished.ToSend, finished.Sent));
        Assert.Null(finished.StatusReason);
        Assert.Equal(30, server.Mails.Count);
    }

    [Fact]
    public async Task Who_unsubscribes_after_being_claimed_is_left_out()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", 1), ("app.message_rate", 40));
        var campaign = await GivenCampaignAsync(database, 60);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await server.WaitForMailsAsync(1);
            await database.WriteAsync(db => db.Subscriptions.Where(one => one.Subscriber!.Email == "person50@example.com")
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed)));
        });

        Assert.Equal((59, 1), (ended.Sent, ended.Skipped));
        Assert.DoesNotContain(server.Mails, mail => mail.Recipients[0] == "person50@example.com");
        var skipped = (await DeliveriesAsync(database, campaign.Id)).Single(one => one.Status == DeliveryStatus.Skipped);
        Assert.Contains("left the lists", skipped.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_fails_for_one_person_skips_that_person_with_the_reason()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenCampaignAsync(database, 3, NewCampaign("""<p>{{ if eq .Subscriber.Name "Person 2" }}{{ fail "not for you" }}{{ end }}Hello</p>"""));

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((2, 1), (ended.Sent, ended.Skipped));
        Assert.Contains("not for you", (await DeliveriesAsync(database, campaign.Id)).Single(one => one.Status == DeliveryStatus.Skipped).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_does_not_compile_pauses_the_campaign_with_the_reason()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenCampaignAsync(database, 3, NewCampaign("<p>{{ if }}</p>"));

        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = database.Get<LiveFeed<CampaignStatusChanged>>().Subscribe(_ => changed.TrySetResult());
        await StartAsync(database);
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var paused = await FindAsync(database, campaign.Id);
        Assert.Equal(CampaignStatus.Paused, paused.Status);
        Assert.Contains("could not be prepared", paused.StatusReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_without_anybody_finishes()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenCampaignAsync(database, 0);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((0, 0), (ended.ToSend, ended.Sent));
    }

    [Fact]
    public async Task Rows_that_an_earlier_process_left_claimed_are_sent()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenCampaignAsync(database, 20);
        await TakeAsync(database, await OpenAsync(database, campaign), 12);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((20, 20), (ended.ToSend, ended.Sent));
        Assert.Equal(20, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_address_that_the_template_computes_is_tracked()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenCampaignAsync(database, 2, NewCampaign("""<p>{{ TrackLink (printf "https://shop.example/?p=%v" .Subscriber.ID) . }}</p>"""));

        await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.All(server.Mails, mail => Assert.Contains("/track/link/", mail.Parse().HtmlBody, StringComparison.Ordinal));
        Assert.Equal(2, await database.ReadAsync(db => db.Links.CountAsync()));
    }
}
