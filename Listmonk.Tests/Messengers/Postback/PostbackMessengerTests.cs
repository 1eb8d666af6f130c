using System.Net;
using System.Text.Json;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Messengers.Postback;

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
    public async Task An_unreachable_receiver_is_our_fault()
    {
        using var receiver = new Receiver(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        var messenger = new PostbackMessenger(Options, new HttpMessageInvoker(receiver), TimeProvider.System);
        using OutboundMessage message = Message();

        DeliveryResult result = await messenger.SendAsync(message, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Connect, 3), (result.Outcome, result.Stage, receiver.Requests.Count));
    }

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
        private readonly Func<HttpResponseMessage> _answer;

        public Receiver(HttpStatusCode status) => _answer = () => new HttpResponseMessage(status);

        public Receiver(Exception error) => _answer = () => throw error;

        public List<(HttpRequestMessage Request, string Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request, await request.Content!.ReadAsStringAsync(cancellationToken)));
            return _answer();
        }
    }
}
