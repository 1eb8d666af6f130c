using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Brevo's transactional webhook, which signs in with a name and password or a token.</summary>
internal sealed class BrevoProvider : BounceProvider
{
    public override string Name => "brevo";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Brevo.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) => WebhookSecrets.RefuseUnlessSignedIn(request, settings.Brevo);

    /// <summary>One event, or a list where batches are switched on.</summary>
    protected override IEnumerable<ProviderEvent> Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Array ? body.EnumerateArray().Select(ReadEvent).OfType<ProviderEvent>() : new[] { ReadEvent(body) }.OfType<ProviderEvent>();

    private ProviderEvent? ReadEvent(JsonElement item)
    {
        var kind = item.Required("event");
        BounceType? type = kind switch
        {
            "hard_bounce" or "invalid_email" => BounceType.Hard,
            "soft_bounce" => BounceType.Soft,
            "spam" or "complaint" => BounceType.Complaint,
            _ => null,
        };
        return type is null ? null : new ProviderEvent
        {
            Provider = Name,
            Key = $"{item.Text("message-id")}:{kind}:{item.Text("ts_event") ?? item.Text("ts")}",
            Recipient = item.Required("email"),
            Type = type.Value,
            At = WebhookJson.Time(item.Text("ts_epoch") ?? item.Text("ts_event")),
            Answer = item.Text("reason"),
            Campaign = item.TextAnyCase("X-Mailin-custom"),
            MessageId = item.Text("message-id"),
            Meta = item.GetRawText(),
        };
    }
}
