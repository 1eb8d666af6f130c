using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Amazon SES through SNS: checks Amazon's signature and the topic, confirms the subscription, reads bounces and complaints.</summary>
/// <remarks>
/// Amazon signs for every account alike: a signature alone would let anybody with an account report bounces. So the topic must be one of
/// ours. The first that comes while none is known is taken for ours and written to the settings, where it can be seen and changed.
/// </remarks>
internal sealed class SesProvider(SnsCertificates certificates, ISnsFetcher fetcher, SettingsStore store, SettingsService service) : BounceProvider
{
    public override string Name => "ses";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.SesEnabled;

    public override async ValueTask<WebhookAnswer> HandleAsync(WebhookRequest request, BounceProviderSettings settings, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(request.Body);
        var message = SnsMessage.Read(body.RootElement);
        if (SnsMessage.CertificateAddress(message.SigningCertUrl) is not { } address)
        {
            return WebhookAnswer.Forged("The certificate is not Amazon's.");
        }

        if (await certificates.FindAsync(address, cancellationToken) is not { } certificate || !message.IsSignedBy(certificate))
        {
            return WebhookAnswer.Forged("The signature is wrong.");
        }

        if (!await KnowsTopicAsync(message.TopicArn, cancellationToken))
        {
            return WebhookAnswer.Forged("The topic is not among those of the settings.");
        }

        switch (message.Type)
        {
            case SnsMessage.SubscriptionConfirmation:
                return await ConfirmAsync(message, cancellationToken);
            case SnsMessage.Notification:
                using (var content = JsonDocument.Parse(message.Message))
                {
                    return WebhookAnswer.Report([.. Read(content.RootElement).Select(found => found.ToReport()).OfType<BounceReport>()]);
                }

            case SnsMessage.UnsubscribeConfirmation:
                // Its address would subscribe again.
                return WebhookAnswer.Report([]);
            default:
                return WebhookAnswer.Malformed("This kind of message is unknown.");
        }
    }

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) => throw new NotSupportedException("The signature needs a certificate.");

    protected override IEnumerable<ProviderEvent> Read(JsonElement body)
    {
        var mail = body.Child("mail");
        var kind = body.Text("notificationType") ?? body.Required("eventType");
        return kind switch
        {
            "Bounce" => Bounces(body.Child("bounce"), mail, body.GetRawText()),
            // A reader who takes a complaint back is none.
            "Complaint" when body.Child("complaint").Text("complaintFeedbackType") != "not-spam" => Complaints(body.Child("complaint"), mail, body.GetRawText()),
            _ => [],
        };
    }

    private List<ProviderEvent> Bounces(JsonElement bounce, JsonElement mail, string meta)
    {
        var kind = bounce.Required("bounceType");
        return [.. WebhookJson.Items(bounce.Member("bouncedRecipients")).Select(recipient => Describe(bounce, mail, recipient.Required("emailAddress"), meta) with
        {
            Type = (kind, recipient.Text("status"), bounce.Text("bounceSubType")) switch
            {
                ("Permanent", _, _) or ("Transient", "5.4.4", _) => BounceType.Hard,
                (_, _, "ContentRejected" or "AttachmentRejected") => BounceType.Policy,
                _ => BounceType.Soft,
            },
            Answer = recipient.Text("diagnosticCode"),
            Status = recipient.Text("status"),
        })];
    }

    private List<ProviderEvent> Complaints(JsonElement complaint, JsonElement mail, string meta) =>
        [.. WebhookJson.Items(complaint.Member("complainedRecipients")).Select(recipient => Describe(complaint, mail, recipient.Required("emailAddress"), meta))];

    private ProviderEvent Describe(JsonElement feedback, JsonElement mail, string recipient, string meta) => new()
    {
        Provider = Name,
        // The same feedback comes as notification and as event, under two MessageIds of SNS.
        Key = feedback.Text("feedbackId") ?? mail.Required("messageId"),
        Recipient = recipient,
        Type = BounceType.Complaint,
        At = WebhookJson.Time(feedback.Text("timestamp") ?? mail.Text("timestamp")),
        Campaign = Header(mail, "X-Listmonk-Campaign"),
        MessageId = Header(mail, "Message-ID"),
        Sender = mail.Text("source"),
        Meta = meta,
    };

    private static string? Header(JsonElement mail, string name) =>
        mail.ValueKind == JsonValueKind.Object && mail.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Array
            ? headers.EnumerateArray().Where(header => string.Equals(header.Text("name"), name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Text("value")).FirstOrDefault()
            : null;

    private async Task<bool> KnowsTopicAsync(string topic, CancellationToken cancellationToken)
    {
        if (store.Current.BounceProviders.SesTopics is { Count: > 0 } topics)
        {
            return topics.Contains(topic, StringComparer.Ordinal);
        }

        return (await service.SaveAsync(new JsonObject { ["bounce.ses_topics"] = new JsonArray(topic) }, Actor.System, cancellationToken)).IsOk;
    }

    private async Task<WebhookAnswer> ConfirmAsync(SnsMessage message, CancellationToken cancellationToken)
    {
        if (SnsMessage.AmazonAddress(message.SubscribeUrl) is not { } address)
        {
            return WebhookAnswer.Forged("The address of the confirmation is not Amazon's.");
        }

        try
        {
            await fetcher.FetchAsync(address, cancellationToken);
            return WebhookAnswer.Report([]);
        }
        catch (HttpRequestException)
        {
            return WebhookAnswer.Malformed("Amazon did not take the confirmation; ask for it again.");
        }
    }
}
