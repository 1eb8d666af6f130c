using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Bounces.Webhooks;
using Listmonk.Core.Settings;

namespace Listmonk.Tests.Bounces.Webhooks;

/// <summary>Calls of each mail service, in the shape of its public documentation, and proven as it proves them.</summary>
internal static class WebhookSamples
{
    public const string Topic = "arn:aws:sns:eu-west-1:123456789012:bounces";
    public const string Certificate = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";
    private const string Key = "a-shared-key";
    private static readonly ECDsa SendGridKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly RSA AmazonKey = RSA.Create(2048);

    public static IReadOnlyList<string> Services { get; } = ["ses", "sendgrid", "postmark", "forwardemail", "azure", "lettermint", "mailgun", "brevo", "mailjet", "sparkpost"];

    public static BounceProviderSettings Settings { get; } = new()
    {
        SesEnabled = true,
        SesTopics = [Topic],
        SendGridEnabled = true,
        SendGridKey = Convert.ToBase64String(SendGridKey.ExportSubjectPublicKeyInfo()),
        Postmark = new BounceCredentials { Enabled = true, Username = "hook", Password = Key },
        ForwardEmail = new BounceKey { Enabled = true, Key = Key },
        Azure = new BounceSharedSecret { Enabled = true, SharedSecret = Key },
        Lettermint = new BounceKey { Enabled = true, Key = Key },
        Mailgun = new BounceKey { Enabled = true, Key = Key },
        Brevo = new BounceCredentials { Enabled = true, Username = "hook", Password = Key },
        Mailjet = new BounceCredentials { Enabled = true, Username = "hook", Password = Key },
        SparkPost = new BounceCredentials { Enabled = true, Username = "hook", Password = Key },
    };

    /// <summary>What Amazon would answer for its certificate.</summary>
    public static string CertificatePem()
    {
        var request = new CertificateRequest("CN=sns.amazonaws.com", AmazonKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return certificate.ExportCertificatePem();
    }

    /// <summary>A hard bounce of this address, as the service reports it.</summary>
    public static string Bounce(string service, string email, Guid campaign) => service switch
    {
        "ses" => Ses(email, campaign),
        "sendgrid" => $$"""[{"email":"{{email}}","timestamp":1772355600,"smtp-id":"<14c5d75ce93.dfd.64b469@ismtpd-555>","event":"bounce","bounce_classification":"Invalid Address","sg_event_id":"Ym91bmNlLTEyMw","sg_message_id":"14c5d75ce93","reason":"550 5.1.1 The email account that you tried to reach does not exist","status":"5.1.1","type":"bounce","XListmonkCampaign":"{{campaign}}"},{"email":"other@example.com","timestamp":1772355600,"event":"delivered","sg_event_id":"ZGVsaXZlcmVk"}]""",
        "postmark" => $$"""{"RecordType":"Bounce","MessageStream":"broadcast","ID":4323372036854775807,"Type":"HardBounce","TypeCode":1,"Name":"Hard bounce","MessageID":"883953f4-6105-42a2-a16a-77a8eac79483","Metadata":{"X-Listmonk-Campaign":"{{campaign}}"},"Description":"The server was unable to deliver your message (ex: unknown user, mailbox not found).","Details":"smtp;550 5.1.1 The email account does not exist","Email":"{{email}}","From":"sender@example.org","BouncedAt":"2026-03-01T08:59:00Z","Inactive":true}""",
        "forwardemail" => $$"""{"email_id":"66","list_id":"x","recipient":"{{email}}","message":"550 5.1.1 no such user","response":"550 5.1.1 no such user","response_code":550,"truth_source":"example.com","bounced_at":"2026-03-01T08:59:00.000Z","headers":{"X-Listmonk-Campaign":"{{campaign}}","Message-ID":"<1@example.org>"},"bounce":{"action":"reject","message":"no such user","category":"recipient","code":550,"status":"5.1.1","line":12} }""",
        "azure" => $$"""[{"id":"00000000-0000-0000-0000-000000000001","topic":"/subscriptions/x","subject":"sender/a/message/b","eventType":"Microsoft.Communication.EmailDeliveryReportReceived","eventTime":"2026-03-01T08:59:00Z","dataVersion":"1.0","data":{"sender":"sender@example.org","recipient":"{{email}}","messageId":"00000000-0000-0000-0000-000000000002","status":"Bounced","deliveryStatusDetails":{"statusMessage":"550 5.1.1 user unknown"},"deliveryAttemptTimeStamp":"2026-03-01T08:59:00+00:00"} }]""",
        "lettermint" => $$"""{"id":"7c0f","event":"message.hard_bounced","timestamp":"2026-03-01T08:59:00Z","data":{"message_id":"m1","recipient":"{{email}}","subject":"News","response":{"status_code":550,"enhanced_status_code":"5.1.1","content":"user unknown"},"metadata":{"X-Listmonk-Campaign":"{{campaign}}"},"tag":null} }""",
        "mailgun" => $$"""{"id":"G9Bn5sl1TC6nu79C8C0bwg","timestamp":1772355540.7,"log-level":"error","event":"failed","severity":"permanent","reason":"bounce","recipient":"{{email}}","delivery-status":{"attempt-no":1,"code":550,"enhanced-code":"5.1.1","message":"550 5.1.1 The email account that you tried to reach does not exist.","description":""},"envelope":{"sender":"bounces@example.org","transport":"smtp","targets":"{{email}}"},"message":{"headers":{"message-id":"20260301@example.org","to":"{{email}}","from":"sender@example.org","subject":"News"} },"user-variables":{"X-Listmonk-Campaign":"{{campaign}}"} }""",
        "brevo" => $$"""{"event":"hard_bounce","email":"{{email}}","id":26224,"date":"2026-03-01 09:59:00","ts":1772355540,"message-id":"<201798300811.5787683@relay.domain.com>","ts_event":1772355540,"subject":"News","X-Mailin-custom":"{{campaign}}","tag":"","reason":"550 5.1.1 user unknown","ts_epoch":1772355540000}""",
        "mailjet" => $$"""[{"event":"bounce","time":1772355540,"MessageID":13792286917004336,"Message_GUID":"1ab23cd4-e567-8901-2345-6789f0gh1i2j","email":"{{email}}","mj_campaign_id":0,"mj_contact_id":0,"customcampaign":"","CustomID":"{{campaign}}","Payload":"","blocked":true,"hard_bounce":true,"error_related_to":"recipient","error":"user unknown","comment":"550 5.1.1 User unknown"}]""",
        _ => $$"""[{"msys":{"message_event":{"type":"bounce","bounce_class":"10","error_code":"550","event_id":"92356927693813856","message_id":"000443ee14578172be22","msg_from":"sender@example.org","raw_reason":"550 5.1.1 user unknown","reason":"550 5.1.1 user unknown","rcpt_to":"{{email}}","raw_rcpt_to":"{{email}}","rcpt_meta":{"X-Listmonk-Campaign":"{{campaign}}"},"timestamp":"1772355540"} } }]""",
    };

    public static string Ses(string email, Guid campaign, string feedback = "0100-feedback-1", string kind = "Permanent", string status = "5.1.1") =>
        $$"""{"notificationType":"Bounce","bounce":{"feedbackId":"{{feedback}}","bounceType":"{{kind}}","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"{{email}}","action":"failed","status":"{{status}}","diagnosticCode":"smtp; 550 {{status}} user unknown"}],"timestamp":"2026-03-01T08:59:00.000Z","remoteMtaIp":"127.0.2.0","reportingMTA":"dsn; a8-70.smtp-out.amazonses.com"},"mail":{"timestamp":"2026-03-01T08:58:00.000Z","source":"sender@example.org","messageId":"0100","destination":["{{email}}"],"headersTruncated":false,"headers":[{"name":"From","value":"sender@example.org"},{"name":"X-Listmonk-Campaign","value":"{{campaign}}"}]} }""";

    /// <summary>The call as the service makes it; with <paramref name="isForged"/> as somebody who lacks the secret would.</summary>
    public static WebhookRequest Call(string service, string content, DateTimeOffset now, bool isForged = false)
    {
        var unix = now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var secret = isForged ? "another-key" : Key;
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"hook:{secret}"))).ToString();
        switch (service)
        {
            case "ses":
                return Request(Sns("Notification", content, isForged: isForged));
            case "sendgrid":
                using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    var signature = (isForged ? other : SendGridKey).SignData(Encoding.UTF8.GetBytes(unix + content), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
                    return Request(content, ("X-Twilio-Email-Event-Webhook-Timestamp", unix), ("X-Twilio-Email-Event-Webhook-Signature", Convert.ToBase64String(signature)));
                }

            case "forwardemail":
                return Request(content, ("X-Webhook-Signature", Sign(content, secret)));
            case "azure":
                return Request(content, ("aeg-event-type", "Notification"), (BounceSharedSecret.DefaultHeader, secret));
            case "lettermint":
                return Request(content, ("X-Lettermint-Signature", $"t={unix},v1={Sign($"{unix}.{content}", secret)}"));
            case "mailgun":
                return Request(Mailgun(content, unix, secret));
            default:
                return Request(content, ("Authorization", basic));
        }
    }

    public static string Mailgun(string content, string timestamp, string secret = Key, string token = "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0") =>
        $$"""{"signature":{"timestamp":"{{timestamp}}","token":"{{token}}","signature":"{{Sign(timestamp + token, secret)}}"},"event-data":{{content}} }""";

    public static string Sns(string type, string content, string version = "1", string topic = Topic, string certificate = Certificate, string? subscribe = null, bool isForged = false)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message"] = content,
            ["MessageId"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            ["Timestamp"] = "2026-03-01T09:00:00.000Z",
            ["TopicArn"] = topic,
            ["Type"] = type,
        };
        if (subscribe is not null)
        {
            fields["SubscribeURL"] = subscribe;
            fields["Token"] = "2336412f37";
        }

        var signed = string.Concat(fields.Select(field => $"{field.Key}\n{field.Value}\n"));
        var hash = version == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        fields["Signature"] = Convert.ToBase64String(AmazonKey.SignData(Encoding.UTF8.GetBytes(isForged ? signed + "x" : signed), hash, RSASignaturePadding.Pkcs1));
        fields["SignatureVersion"] = version;
        fields["SigningCertURL"] = certificate;
        return JsonSerializer.Serialize(fields);
    }

    public static WebhookRequest Request(string body, params (string Name, string Value)[] headers) => new()
    {
        Body = Encoding.UTF8.GetBytes(body),
        Header = name => headers.Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault(),
        Query = _ => null,
    };

    private static string Sign(string text, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
