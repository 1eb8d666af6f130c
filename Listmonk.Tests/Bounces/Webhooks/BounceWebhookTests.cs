using System.Text.Json;
using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Webhooks;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Bounces.Webhooks;

/// <summary>Each mail service reports as it documents; nobody else can, and nothing counts twice.</summary>
public sealed class BounceWebhookTests : SendingTest
{
    private const string Email = "person1@example.com";

    public static TheoryData<string> Services => [.. WebhookSamples.Services];

    public static TheoryData<string, DatabaseProvider> ServicesAndDatabases
    {
        get
        {
            var all = new TheoryData<string, DatabaseProvider>();
            foreach (var service in WebhookSamples.Services)
            {
                all.Add(service, DatabaseProvider.Sqlite);
                all.Add(service, DatabaseProvider.Postgres);
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(ServicesAndDatabases))]
    public async Task A_report_is_recorded_with_person_campaign_and_reason(string service, DatabaseProvider provider)
    {
        await using var set = await SetUpAsync(provider);

        Assert.Equal(WebhookVerdict.Accepted, (await set.CallAsync(service, set.Sample(service))).Verdict);

        var bounce = await set.Database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((BounceType.Hard, service, "5.1.1", "user-unknown"), (bounce.Type, bounce.Source, bounce.Status, bounce.Reason));
        // Event Grid tells nothing of the mail's headers.
        Assert.Equal(service == "azure" ? null : set.CampaignId, bounce.CampaignId);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 8, 59, 0, TimeSpan.Zero), bounce.CreatedAt, TimeSpan.FromMinutes(2));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(bounce.Meta).RootElement.ValueKind);
    }

    [Theory, MemberData(nameof(Services))]
    public async Task A_replay_is_ignored(string service)
    {
        await using var set = await SetUpAsync();
        await set.CallAsync(service, set.Sample(service));

        Assert.Equal(WebhookVerdict.Accepted, (await set.CallAsync(service, set.Sample(service))).Verdict);

        Assert.Equal(1, await set.CountAsync());
    }

    [Fact]
    public async Task What_could_not_be_recorded_is_to_be_told_again()
    {
        await using var set = await SetUpAsync();
        await set.Database.WriteAsync(db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER picky BEFORE INSERT ON bounces BEGIN SELECT RAISE(ABORT, 'Not now.'); END"));
        Assert.Equal(WebhookVerdict.Incomplete, (await set.CallAsync("postmark", set.Sample("postmark"))).Verdict);

        await set.Database.WriteAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER picky"));
        Assert.Equal(WebhookVerdict.Accepted, (await set.CallAsync("postmark", set.Sample("postmark"))).Verdict);

        Assert.Equal(1, await set.CountAsync());
    }

    [Theory, MemberData(nameof(Services))]
    public async Task A_call_without_the_secret_is_refused(string service)
    {
        await using var set = await SetUpAsync();

        var answer = await set.CallAsync(service, set.Sample(service), isForged: true);

        Assert.Contains(answer.Verdict, new[] { WebhookVerdict.Forged, WebhookVerdict.Unauthorized });
        Assert.Equal(0, await set.CountAsync());
    }

    [Theory, MemberData(nameof(Services))]
    public async Task A_malformed_body_is_refused_as_a_whole(string service)
    {
        await using var set = await SetUpAsync();
        var sample = set.Sample(service);
        var broken = sample[..^3];
        var halfGood = sample.StartsWith('[') ? sample[..^1] + ",7]" : """{"unexpected":7}""";

        foreach (var content in new[] { broken, halfGood, "\"text\"", "" })
        {
            Assert.Equal(WebhookVerdict.Malformed, (await set.CallAsync(service, content)).Verdict);
        }

        Assert.Equal(0, await set.CountAsync());
    }

    [Theory, MemberData(nameof(Services))]
    public async Task Without_a_secret_or_switched_off_nothing_is_taken(string service)
    {
        await using var set = await SetUpAsync();
        var sample = set.Sample(service);
        await set.SetAsync(new BounceProviderSettings());
        Assert.Equal(WebhookVerdict.Unknown, (await set.CallAsync(service, sample)).Verdict);

        await set.SetAsync(new BounceProviderSettings
        {
            SesEnabled = true,
            SesTopics = ["arn:other"],
            SendGridEnabled = true,
            Postmark = new() { Enabled = true },
            ForwardEmail = new() { Enabled = true },
            Azure = new() { Enabled = true },
            Lettermint = new() { Enabled = true },
            Mailgun = new() { Enabled = true },
            Brevo = new() { Enabled = true },
            Mailjet = new() { Enabled = true },
            SparkPost = new() { Enabled = true },
        });
        Assert.Equal(WebhookVerdict.Forged, (await set.CallAsync(service, sample)).Verdict);
        Assert.Equal(0, await set.CountAsync());
    }

    [Theory]
    [InlineData("ses", """{"eventType":"Complaint","complaint":{"feedbackId":"c1","complainedRecipients":[{"emailAddress":"person1@example.com"}],"complaintFeedbackType":"abuse"},"mail":{"messageId":"1"}}""", BounceType.Complaint)]
    [InlineData("ses", """{"eventType":"Complaint","complaint":{"feedbackId":"c1","complainedRecipients":[{"emailAddress":"person1@example.com"}],"complaintFeedbackType":"not-spam"},"mail":{"messageId":"1"}}""", null)]
    [InlineData("ses", """{"eventType":"Delivery","mail":{"messageId":"1"}}""", null)]
    [InlineData("ses", """{"notificationType":"Bounce","bounce":{"feedbackId":"b","bounceType":"Transient","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"person1@example.com","status":"5.4.4"}]},"mail":{"messageId":"1"}}""", BounceType.Hard)]
    [InlineData("ses", """{"notificationType":"Bounce","bounce":{"feedbackId":"b","bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"person1@example.com","status":"5.2.2","diagnosticCode":"smtp; 552 5.2.2 mailbox full"}]},"mail":{"messageId":"1"}}""", BounceType.Soft)]
    [InlineData("sendgrid", """[{"email":"person1@example.com","event":"spamreport","sg_event_id":"1"}]""", BounceType.Complaint)]
    [InlineData("sendgrid", """[{"email":"person1@example.com","event":"bounce","type":"blocked","bounce_classification":"Reputation","reason":"550 5.7.1 blocked using a block list","sg_event_id":"1"}]""", BounceType.Policy)]
    [InlineData("sendgrid", """[{"email":"person1@example.com","event":"bounce","bounce_classification":"Technical","reason":"451 4.4.1 timeout","sg_event_id":"1"}]""", BounceType.Soft)]
    [InlineData("sendgrid", """[{"email":"person1@example.com","event":"dropped","reason":"Unsubscribed Address","sg_event_id":"1"}]""", null)]
    [InlineData("postmark", """{"RecordType":"SpamComplaint","ID":7,"Type":"SpamComplaint","Email":"person1@example.com"}""", BounceType.Complaint)]
    [InlineData("postmark", """{"RecordType":"Bounce","ID":7,"Type":"DMARCPolicy","Email":"person1@example.com"}""", BounceType.Policy)]
    [InlineData("postmark", """{"RecordType":"Bounce","ID":7,"Type":"AutoResponder","Email":"person1@example.com"}""", null)]
    [InlineData("forwardemail", """{"recipient":"person1@example.com","bounce":{"category":"network","message":"connection timed out"}}""", BounceType.Soft)]
    [InlineData("azure", """[{"id":"1","eventType":"Microsoft.Communication.EmailDeliveryReportReceived","data":{"recipient":"person1@example.com","status":"Failed","deliveryStatusDetails":{"statusMessage":"550 5.7.515 access denied, sending domain does not meet the required authentication level"}}}]""", BounceType.Policy)]
    [InlineData("azure", """[{"id":"1","eventType":"Microsoft.Communication.EmailDeliveryReportReceived","data":{"recipient":"person1@example.com","status":"Delivered"}}]""", null)]
    [InlineData("lettermint", """{"id":"1","event":"message.spam_complaint","data":{"recipient":"person1@example.com"}}""", BounceType.Complaint)]
    [InlineData("mailgun", """{"id":"1","event":"failed","severity":"temporary","recipient":"person1@example.com"}""", null)]
    [InlineData("mailgun", """{"id":"1","event":"complained","recipient":"person1@example.com"}""", BounceType.Complaint)]
    [InlineData("brevo", """{"event":"deferred","email":"person1@example.com","message-id":"1"}""", null)]
    [InlineData("brevo", """{"event":"spam","email":"person1@example.com","message-id":"1"}""", BounceType.Complaint)]
    [InlineData("mailjet", """{"event":"blocked","email":"person1@example.com","MessageID":1,"error_related_to":"content","error":"content blocked"}""", BounceType.Policy)]
    [InlineData("mailjet", """{"event":"spam","email":"person1@example.com","MessageID":1,"source":"JMRPP"}""", BounceType.Complaint)]
    [InlineData("sparkpost", """[{"msys":{"message_event":{"type":"spam_complaint","event_id":"1","rcpt_to":"person1@example.com","fbtype":"abuse"}}}]""", BounceType.Complaint)]
    [InlineData("sparkpost", """[{"msys":{"message_event":{"type":"bounce","bounce_class":"51","event_id":"1","rcpt_to":"person1@example.com","raw_reason":"554 spam"}}},{"msys":{}}]""", BounceType.Policy)]
    [InlineData("sparkpost", """[{"msys":{"message_event":{"type":"bounce","bounce_class":"60","event_id":"1","rcpt_to":"person1@example.com","raw_reason":"out of office"}}}]""", null)]
    public async Task Events_count_as_what_they_are(string service, string content, BounceType? expected)
    {
        await using var set = await SetUpAsync();

        Assert.Equal(WebhookVerdict.Accepted, (await set.CallAsync(service, content)).Verdict);

        Assert.Equal(expected, await set.Database.ReadAsync(db => db.Bounces.Select(row => (BounceType?)row.Type).SingleOrDefaultAsync()));
    }

    [Fact]
    public async Task Amazons_second_signature_version_is_read()
    {
        await using var set = await SetUpAsync();
        var body = WebhookSamples.Sns("Notification", set.Sample("ses"), version: "2");
        Assert.Equal(WebhookVerdict.Accepted, (await set.SendAsync("ses", WebhookSamples.Request(body))).Verdict);
        Assert.Equal(1, await set.CountAsync());
    }

    [Fact]
    public async Task Amazons_feedback_as_notification_and_as_event_counts_once()
    {
        await using var set = await SetUpAsync();
        var notification = set.Sample("ses");
        await set.CallAsync("ses", notification);
        await set.CallAsync("ses", notification.Replace("notificationType", "eventType", StringComparison.Ordinal));
        Assert.Equal(1, await set.CountAsync());
    }

    [Theory]
    [InlineData("http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com.evil.test/SimpleNotificationService-1.pem")]
    [InlineData("https://evil.test/sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com@evil.test/SimpleNotificationService-1.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem")]
    [InlineData("https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com/other.pem")]
    public async Task A_certificate_from_elsewhere_is_not_even_fetched(string address)
    {
        await using var set = await SetUpAsync();
        var body = WebhookSamples.Sns("Notification", set.Sample("ses"), certificate: address);
        Assert.Equal(WebhookVerdict.Forged, (await set.SendAsync("ses", WebhookSamples.Request(body))).Verdict);
        Assert.Empty(set.Fetched);
    }

    [Fact]
    public async Task A_subscription_is_confirmed_and_its_topic_becomes_the_only_one()
    {
        await using var set = await SetUpAsync();
        await set.SetAsync(WebhookSamples.Settings with { SesTopics = [] });
        const string Confirm = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37";
        var body = WebhookSamples.Sns("SubscriptionConfirmation", "You have chosen to subscribe", subscribe: Confirm);

        Assert.Equal(WebhookVerdict.Accepted, (await set.SendAsync("ses", WebhookSamples.Request(body))).Verdict);

        Assert.Contains(Confirm, set.Fetched);
        Assert.Equal([WebhookSamples.Topic], set.Database.Get<SettingsStore>().Current.BounceProviders.SesTopics);
        var other = WebhookSamples.Sns("Notification", set.Sample("ses"), topic: "arn:aws:sns:eu-west-1:999999999999:mine");
        Assert.Equal(WebhookVerdict.Forged, (await set.SendAsync("ses", WebhookSamples.Request(other))).Verdict);
    }

    [Fact]
    public async Task The_end_of_a_subscription_does_not_subscribe_again()
    {
        await using var set = await SetUpAsync();
        var body = WebhookSamples.Sns("UnsubscribeConfirmation", "You have chosen to deactivate", subscribe: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription");
        Assert.Equal(WebhookVerdict.Accepted, (await set.SendAsync("ses", WebhookSamples.Request(body))).Verdict);
        Assert.Equal([WebhookSamples.Certificate], set.Fetched);
    }

    [Fact]
    public async Task Event_Grid_gets_its_code_back()
    {
        await using var set = await SetUpAsync();
        var answer = await set.SendAsync("azure", WebhookSamples.Request("""[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"512d38b6"}}]""", ("aeg-event-type", "SubscriptionValidation")));
        Assert.Equal("""{"validationResponse":"512d38b6"}""", answer.Json);
    }

    [Fact]
    public async Task A_token_of_Mailgun_is_good_for_one_event()
    {
        await using var set = await SetUpAsync();
        await set.CallAsync("mailgun", set.Sample("mailgun"));
        var answer = await set.CallAsync("mailgun", set.Sample("mailgun").Replace("G9Bn5sl1TC6nu79C8C0bwg", "another", StringComparison.Ordinal));
        Assert.Equal(WebhookVerdict.Forged, answer.Verdict);
        Assert.Equal(1, await set.CountAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_token_of_Mailgun_stays_bound_after_a_restart_and_in_another_process(DatabaseProvider provider)
    {
        await using var set = await SetUpAsync(provider);
        var dialect = set.Database.Get<IDatabaseDialect>();
        var databases = set.Database.Get<IDbContextFactory<ListmonkDbContext>>();
        WebhookTokens NewProcess() => new(databases, dialect, set.Database.Clock);

        Assert.True(await NewProcess().BindAsync("mailgun", "token", "event", TimeSpan.FromHours(10), default));
        Assert.True(await NewProcess().BindAsync("mailgun", "token", "event", TimeSpan.FromHours(10), default));
        Assert.False(await NewProcess().BindAsync("mailgun", "token", "another", TimeSpan.FromHours(10), default));
        Assert.True(await NewProcess().BindAsync("mailgun", "new", "another", TimeSpan.FromHours(10), default));

        // What is too old to be accepted anyway is forgotten.
        set.Database.Clock.Advance(TimeSpan.FromDays(2));
        Assert.True(await NewProcess().BindAsync("mailgun", "latest", "event", TimeSpan.FromHours(10), default));
        Assert.Equal(1, await set.Database.ReadAsync(db => db.Set<WebhookToken>().CountAsync()));
    }

    [Theory]
    [InlineData("mailgun")]
    [InlineData("lettermint")]
    public async Task A_call_from_long_ago_is_refused(string service)
    {
        await using var set = await SetUpAsync();
        var call = WebhookSamples.Call(service, set.Sample(service), set.Database.Clock.GetUtcNow().AddDays(-1));
        Assert.Equal(WebhookVerdict.Forged, (await set.SendAsync(service, call)).Verdict);
    }

    [Fact]
    public async Task Nothing_is_taken_while_bounces_are_off()
    {
        await using var set = await SetUpAsync();
        await SetAsync(set.Database, ("bounce.enabled", false));
        Assert.Equal(WebhookVerdict.Off, (await set.CallAsync("postmark", set.Sample("postmark"))).Verdict);
    }

    private static async Task<WebhookSetting> SetUpAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var fetcher = new FakeFetcher();
        var database = await TestDatabase.CreateAsync(provider, services => services.AddSingleton<ISnsFetcher>(fetcher));
        await SetAsync(database, ("bounce.enabled", true), ("bounce.webhooks_enabled", true));
        var campaign = await GivenCampaignAsync(database, 1);
        var set = new WebhookSetting(database, campaign.Id, campaign.Uuid, fetcher.Fetched);
        await set.SetAsync(WebhookSamples.Settings);
        return set;
    }

    private sealed record WebhookSetting(TestDatabase Database, int CampaignId, Guid Campaign, List<string> Fetched) : IAsyncDisposable
    {
        public string Sample(string service) => WebhookSamples.Bounce(service, Email, Campaign);

        public Task<WebhookAnswer> CallAsync(string service, string content, bool isForged = false) =>
            SendAsync(service, WebhookSamples.Call(service, content, Database.Clock.GetUtcNow(), isForged));

        public Task<WebhookAnswer> SendAsync(string service, WebhookRequest request) => Database.Get<BounceWebhookService>().HandleAsync(service, request, default);

        public Task<int> CountAsync() => Database.ReadAsync(db => db.Bounces.CountAsync());

        public async Task SetAsync(BounceProviderSettings settings)
        {
            var changes = JsonSerializer.SerializeToNode(settings, SettingsSnapshot.Json)!.AsObject();
            await Database.Get<SettingsStore>().SaveAsync(changes.ToDictionary(pair => pair.Key, pair => pair.Value?.ToJsonString() ?? "null", StringComparer.Ordinal), default);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }

    private sealed class FakeFetcher : ISnsFetcher
    {
        public List<string> Fetched { get; } = [];

        public Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
        {
            Fetched.Add(address.ToString());
            return Task.FromResult(WebhookSamples.CertificatePem());
        }
    }
}
