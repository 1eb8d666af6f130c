using System.Net;
using System.Net.Http.Headers;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Webhooks;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Webhooks;

public sealed class WebhookDeliveryTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_message_is_signed_by_the_specification_and_delivered_once(DatabaseProvider provider)
    {
        var receiver = new WebhookReceiver();
        await using var database = await WebhookWorld.CreateAsync(provider, receiver);
        var id = await OpenAsync(database);
        Assert.True((await database.Get<WebhookService>().AddSecretAsync(id, default)).IsOk);

        // Two processes reach for it at once.
        await Task.WhenAll(database.DeliverAsync(), database.DeliverAsync());

        var (request, body) = Assert.Single(receiver.Received);
        var message = Assert.Single(await database.MessagesAsync());
        Assert.Equal((WebhookState.Delivered, 1, 204), (message.State, message.Attempts, message.Status));
        Assert.Equal(message.Payload, body);
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.MediaType);
        Assert.Equal(message.MessageId, request.Headers.GetValues("webhook-id").Single());
        var secrets = database.Get<WebhookQueries>().Secrets((await database.Get<WebhookQueries>().FindAsync(id, default))!);
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers.GetValues("webhook-timestamp").Single(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(2, secrets.Count);
        Assert.Equal(WebhookSigning.Sign(secrets, message.MessageId, at, body), request.Headers.GetValues("webhook-signature").Single());
    }

    [Fact]
    public async Task What_does_not_arrive_is_tried_again_later_and_later_and_can_be_sent_once_more()
    {
        var receiver = new WebhookReceiver { Answer = () => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("out of order") } };
        await using var database = await WebhookWorld.CreateAsync(DatabaseProvider.Sqlite, receiver);
        var id = await OpenAsync(database);

        await database.DeliverAsync();
        await database.DeliverAsync();
        var message = Assert.Single(await database.MessagesAsync());
        Assert.Equal((WebhookState.Waiting, 1, 500, "out of order"), (message.State, message.Attempts, message.Status, message.Answer));
        Assert.Equal(database.Clock.GetUtcNow() + TimeSpan.FromSeconds(5), message.DueAt);
        for (var attempt = 2; attempt <= 8; attempt++)
        {
            database.Clock.Advance(TimeSpan.FromHours(10));
            Assert.Equal(1, await database.DeliverAsync());
        }

        Assert.Equal(WebhookState.Failed, (await database.MessagesAsync())[0].State);
        receiver.Answer = () => new HttpResponseMessage(HttpStatusCode.OK);
        Assert.Equal(1, (await database.Get<WebhookService>().ReplayAsync(id, new WebhookReplay { OnlyFailed = true }, default)).Value);
        database.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await database.DeliverAsync());
        var delivered = Assert.Single(await database.MessagesAsync());
        Assert.Equal((WebhookState.Delivered, message.MessageId), (delivered.State, delivered.MessageId));
        Assert.Null((await database.Get<WebhookQueries>().FindAsync(id, default))!.FailingSince);
    }

    [Fact]
    public async Task A_receiver_may_ask_for_a_longer_pause()
    {
        var receiver = new WebhookReceiver
        {
            Answer = () =>
            {
                var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
                answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(3));
                return answer;
            },
        };
        await using var database = await WebhookWorld.CreateAsync(DatabaseProvider.Sqlite, receiver);
        await OpenAsync(database);

        await database.DeliverAsync();

        Assert.Equal(database.Clock.GetUtcNow() + TimeSpan.FromMinutes(3), (await database.MessagesAsync())[0].DueAt);
    }

    [Fact]
    public async Task A_process_that_dies_in_an_attempt_is_replaced_after_a_minute()
    {
        var receiver = new WebhookReceiver();
        await using var database = await WebhookWorld.CreateAsync(DatabaseProvider.Sqlite, receiver);
        await OpenAsync(database);

        // The claim of a process that was killed before the answer.
        await database.WriteAsync(db => db.WebhookMessages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Attempts, 1).SetProperty(row => row.DueAt, database.Clock.GetUtcNow() + WebhookSchedule.AttemptTime)));
        Assert.Equal(0, await database.DeliverAsync());
        database.Clock.Advance(WebhookSchedule.AttemptTime);

        Assert.Equal(1, await database.DeliverAsync());
        Assert.Equal((WebhookState.Delivered, 2), ((await database.MessagesAsync())[0].State, (await database.MessagesAsync())[0].Attempts));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_given_up_and_gets_what_waited_when_it_is_switched_on_again()
    {
        var receiver = new WebhookReceiver { Answer = () => new HttpResponseMessage(HttpStatusCode.Gone) };
        await using var database = await WebhookWorld.CreateAsync(DatabaseProvider.Sqlite, receiver);
        var id = await OpenAsync(database);

        await database.DeliverAsync();
        database.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await database.DeliverAsync());
        Assert.NotNull((await database.Get<WebhookQueries>().FindAsync(id, default))!.GivenUpAt);

        receiver.Answer = () => new HttpResponseMessage(HttpStatusCode.OK);
        Assert.True((await database.Get<WebhookService>().UpdateAsync(id, new WebhookDraft("Shop", "https://shop.example/hook", [WebhookEvents.Opened]), default)).IsOk);
        Assert.Equal(1, await database.DeliverAsync());
    }

    [Fact]
    public async Task A_private_network_is_not_entered()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var message = new WebhookMessage { MessageId = "msg_1", Type = WebhookEvents.Test, Payload = "{}", SourceKey = "test:1" };

        foreach (var url in new[] { "http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "http://169.254.169.254/latest/meta-data" })
        {
            var answer = await database.Get<WebhookSender>().SendAsync(url, [WebhookSigning.NewSecret()], message, default);
            Assert.Null(answer.Status);
            Assert.Contains("private network", answer.Answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "https://shop.example/", "message.opened", "name")]
    [InlineData("Shop", "ftp://shop.example/", "message.opened", "url")]
    [InlineData("Shop", "https://user:pw@shop.example/", "message.opened", "url")]
    [InlineData("Shop", "https://shop.example/", "message.nonsense", "events")]
    public async Task Faults_are_told_at_their_field(string name, string url, string wanted, string field)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        var created = await database.Get<WebhookService>().CreateAsync(new WebhookDraft(name, url, [wanted]), default);

        Assert.Equal(OutcomeKind.Invalid, created.Kind);
        Assert.Equal(field, Assert.Single(created.Errors).Field);
    }

    /// <summary>One open that waits to be delivered.</summary>
    private static async Task<int> OpenAsync(TestDatabase database)
    {
        var campaign = await database.CampaignAsync();
        var id = await database.WebhookAsync(events: WebhookEvents.Opened);
        await database.AppendAsync(database.Open(campaign, null));
        Assert.Equal(1, await database.CollectAsync());
        return id;
    }
}
