using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Messengers.Postback;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Messengers.Postback;

public sealed class PostbackMessengerTests
{
    private static readonly Guid Campaign = Guid.NewGuid();
    private static readonly Guid Person = Guid.NewGuid();

    private static readonly PostbackOptions Options = new() { Name = "sms", RootUrl = "https://hook.example/path?x=1", Username = "me", Password = "pass", MaxMessageRetries = 3 };

    [Fact]
    public async Task A_message_is_posted_as_the_receiver_expects_it()
    {
        using var receiver = new Receiver(HttpStatusCode.OK);
        var messenger = new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System);
        using OutboundMessage message = Message();

        DeliveryResult result = await messenger.SendAsync(message, CancellationToken.None);

        Assert.True(result.IsSent);
        (HttpRequestMessage request, string body) = receiver.Requests.Single();
        Assert.Equal("https://hook.example/path?x=1", request.RequestUri!.OriginalString);
        Assert.Equal("Basic bWU6cGFzcw==", request.Headers.Authorization!.ToString());
        Assert.Equal("listmonk", request.Headers.UserAgent.ToString());
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.ToString());
        JsonElement json = JsonDocument.Parse(body).RootElement;
        Assert.Equal("Grüße", json.GetProperty("subject").GetString());
        Assert.Equal("News <news@example.org>", json.GetProperty("from_email").GetString());
        Assert.Equal("html", json.GetProperty("content_type").GetString());
        Assert.Equal("<p>ä</p>", json.GetProperty("body").GetString());
        JsonElement recipient = json.GetProperty("recipients")[0];
        Assert.Equal((Person.ToString(), "ann@example.com", "Ann", "Pune", "enabled"),
            (recipient.GetProperty("uuid").GetString(), recipient.GetProperty("email").GetString(), recipient.GetProperty("name").GetString(),
             recipient.GetProperty("attribs").GetProperty("city").GetString(), recipient.GetProperty("status").GetString()));
        JsonElement campaign = json.GetProperty("campaign");
        Assert.Equal((Campaign.ToString(), "Spring", "t1"), (campaign.GetProperty("uuid").GetString(), campaign.GetProperty("name").GetString(), campaign.GetProperty("tags")[0].GetString()));
        Assert.Equal("YXR0YWNoZWQ=", json.GetProperty("attachments")[0].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(HttpStatusCode.Created, DeliveryOutcome.ServerUnavailable, 1)]
    [InlineData(HttpStatusCode.NoContent, DeliveryOutcome.ServerUnavailable, 1)]
    [InlineData(HttpStatusCode.NotFound, DeliveryOutcome.ServerUnavailable, 1)]
    [InlineData(HttpStatusCode.InternalServerError, DeliveryOutcome.ServerUnavailable, 3)]
    [InlineData(HttpStatusCode.TooManyRequests, DeliveryOutcome.Deferred, 3)]
    public async Task Only_200_is_success_and_only_what_may_pass_is_tried_again(HttpStatusCode status, DeliveryOutcome outcome, int attempts)
    {
        using var receiver = new Receiver(status);
        var messenger = new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System);
        using OutboundMessage message = Message();

        DeliveryResult result = await messenger.SendAsync(message, CancellationToken.None);

        Assert.Equal((outcome, (int)status, attempts), (result.Outcome, result.Code, receiver.Requests.Count));
    }

    [Fact]
    public async Task With_a_key_each_request_proves_where_it_comes_from_and_names_its_message()
    {
        using var receiver = new Receiver(HttpStatusCode.InternalServerError);
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var messenger = new PostbackMessenger(Options with { SigningKey = "a-shared-secret-of-both", MaxMessageRetries = 2, Timeout = TimeSpan.FromHours(1) }, new HttpMessageInvoker(receiver), clock);
        using OutboundMessage message = Message();

        Task<DeliveryResult> sending = messenger.SendAsync(message, CancellationToken.None);
        await Polling.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(sending.IsCompleted);
        });

        await sending;
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(2, receiver.Requests.Select(one => Header(one.Request, "X-Listmonk-Signature")).Distinct(StringComparer.Ordinal).Count());
        Assert.All(receiver.Requests, one =>
        {
            var time = Header(one.Request, "X-Listmonk-Timestamp");
            var expected = HMACSHA256.HashData("a-shared-secret-of-both"u8, Encoding.UTF8.GetBytes($"{time}.{one.Body}"));
            Assert.Equal($"sha256={Convert.ToHexStringLower(expected)}", Header(one.Request, "X-Listmonk-Signature"));
            Assert.Equal(message.MessageId, Header(one.Request, "X-Listmonk-Message-Id"));
        });
    }

    [Fact]
    public async Task Without_a_key_nothing_is_signed()
    {
        using var receiver = new Receiver(HttpStatusCode.OK);
        using OutboundMessage message = Message();

        await new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System).SendAsync(message, CancellationToken.None);

        Assert.False(receiver.Requests.Single().Request.Headers.Contains("X-Listmonk-Signature"));
    }

    [Theory]
    [InlineData(1, 0, 100)]
    [InlineData(2, 0, 200)]
    [InlineData(4, 0, 800)]
    [InlineData(30, 0, 5_000)]
    [InlineData(1, 3, 3_000)]
    public void The_pause_doubles_up_to_five_seconds_and_is_no_shorter_than_the_receiver_asks(int attempt, int askedSeconds, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), PostbackMessenger.PauseAfter(attempt, TimeSpan.FromSeconds(askedSeconds)));

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_in_time()
    {
        using var receiver = new Receiver(status: null);
        var clock = new FakeTimeProvider();
        var messenger = new PostbackMessenger(Options with { MaxMessageRetries = 1 }, new HttpMessageInvoker(receiver), clock);
        using OutboundMessage message = Message();

        Task<DeliveryResult> sending = messenger.SendAsync(message, CancellationToken.None);
        await Polling.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(sending.IsCompleted);
        });

        DeliveryResult result = await sending;
        Assert.Equal((DeliveryOutcome.ServerUnavailable, "No answer in time."), (result.Outcome, result.ReplyText));
    }

    [Fact]
    public async Task A_stop_does_not_break_off_a_post_that_has_begun_and_begins_no_other()
    {
        using var stop = new CancellationTokenSource();
        using var receiver = new Receiver(() =>
        {
            stop.Cancel();
            return new HttpResponseMessage(HttpStatusCode.OK);
        });
        var messenger = new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System);
        using OutboundMessage message = Message();

        DeliveryResult result = await messenger.SendAsync(message, stop.Token);

        Assert.Equal(DeliveryOutcome.Sent, result.Outcome);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => messenger.SendAsync(message, stop.Token));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task An_unreachable_receiver_is_our_fault()
    {
        using var receiver = new Receiver(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        var messenger = new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System);
        using OutboundMessage message = Message();

        DeliveryResult result = await messenger.SendAsync(message, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Connect, 3), (result.Outcome, result.Stage, receiver.Requests.Count));
    }

    private static string Header(HttpRequestMessage request, string name) => request.Headers.GetValues(name).Single();

    private static OutboundMessage Message()
    {
        var blueprint = new MessageBlueprint(new MessageDraft
        {
            From = "News <news@example.org>",
            Body = MessageBody.Html,
            CampaignUuid = Campaign,
            Campaign = new CampaignProfile { Uuid = Campaign, Name = "Spring", FromEmail = "News <news@example.org>", Tags = ["t1"] },
            Attachments = [new Attachment("a.txt", "text/plain", "attached"u8.ToArray())],
        });
        return new MessageWriter(blueprint).Write(
            new MessageRecipient
            {
                Address = "ann@example.com",
                Subject = "Grüße",
                Date = DateTimeOffset.UnixEpoch,
                SubscriberUuid = Person,
                Profile = new RecipientProfile { Uuid = Person, Email = "ann@example.com", Name = "Ann", Attribs = JsonDocument.Parse("""{"city":"Pune"}""").RootElement },
            },
            null,
            "<p>ä</p>");
    }

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly Func<HttpResponseMessage?> _answer;

        /// <param name="status">Null answers never.</param>
        public Receiver(HttpStatusCode? status) => _answer = () => status is { } known ? new HttpResponseMessage(known) : null;

        public Receiver(Exception error) => _answer = () => throw error;

        public Receiver(Func<HttpResponseMessage> answer) => _answer = answer;

        public List<(HttpRequestMessage Request, string Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request, await request.Content!.ReadAsStringAsync(cancellationToken)));
            if (_answer() is { } answer)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return answer;
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("The wait ends by its token only.");
        }
    }
}
