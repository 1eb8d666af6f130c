using System.Text.Json;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Azure Communication Services through Event Grid: a handshake, then lists of events; a shared secret in a header or the address.</summary>
internal sealed class AzureProvider : BounceProvider
{
    private const string DeliveryReport = "Microsoft.Communication.EmailDeliveryReportReceived";

    public override string Name => "azure";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Azure.Enabled;

    public override ValueTask<WebhookAnswer> HandleAsync(WebhookRequest request, BounceProviderSettings settings, CancellationToken cancellationToken)
    {
        // The handshake only echoes what it was given; Event Grid sends no headers of ours with it.
        if (request.Header("aeg-event-type") is "SubscriptionValidation" or "SubscriptionValidationEvent")
        {
            using var body = JsonDocument.Parse(request.Body);
            var code = WebhookJson.Items(body.RootElement).FirstOrDefault().Child("data").Required("validationCode");
            return new(new WebhookAnswer(WebhookVerdict.Accepted) { Json = $$"""{"validationResponse":{{JsonSerializer.Serialize(code)}}}""" });
        }

        return base.HandleAsync(request, settings, cancellationToken);
    }

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings)
    {
        var azure = settings.Azure;
        var header = azure.SharedSecretHeader.Length > 0 ? azure.SharedSecretHeader : BounceSharedSecret.DefaultHeader;
        if (!WebhookSecrets.Equal(request.Header(header) ?? "", azure.SharedSecret) && !WebhookSecrets.Equal(request.Query("code") ?? "", azure.SharedSecret))
        {
            return WebhookAnswer.Forged("The shared secret is wrong, or none is set.");
        }

        return request.Header("aeg-event-type") is null or "" or "Notification" ? null : WebhookAnswer.Malformed("This kind of call is unknown.");
    }

    protected override IEnumerable<ProviderEvent> Read(JsonElement body) => WebhookJson.Items(body).Select(ReadEvent).OfType<ProviderEvent>();

    private ProviderEvent? ReadEvent(JsonElement item)
    {
        if (item.Required("eventType") != DeliveryReport)
        {
            return null;
        }

        var data = item.Child("data");
        var answer = data.Child("deliveryStatusDetails").Text("statusMessage");
        var status = data.Required("status");
        BounceType? type = status switch
        {
            "Bounced" or "Suppressed" => BounceType.Hard,
            "Failed" => TypeOf(answer),
            "FilteredSpam" or "Quarantined" => answer is not null && (Says("complaint") || Says("abuse")) ? BounceType.Complaint : BounceType.Policy,
            _ => null,
        };
        return type is null ? null : new ProviderEvent
        {
            Provider = Name,
            Key = $"{data.Text("messageId") ?? item.Text("id")}:{status}",
            Recipient = data.Required("recipient"),
            Type = type.Value,
            At = WebhookJson.Time(data.Text("deliveryAttemptTimestamp") ?? data.Text("deliveryAttemptTimeStamp") ?? item.Text("eventTime")),
            Answer = answer,
            MessageId = data.Text("internetMessageId"),
            Sender = data.Text("sender"),
            Meta = item.GetRawText(),
        };

        bool Says(string word) => answer.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static BounceType TypeOf(string? answer) =>
        string.IsNullOrWhiteSpace(answer) ? BounceType.Soft
        : BounceMailReader.ReadReply(answer, null, null, null) is { Counts: true } reading ? BounceReport.TypeOf(reading.Class)
        : BounceType.Soft;
}
