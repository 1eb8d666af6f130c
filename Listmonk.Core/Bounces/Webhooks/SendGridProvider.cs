using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>SendGrid's signed event webhook: ECDSA P-256 over timestamp and body.</summary>
internal sealed class SendGridProvider : BounceProvider
{
    public override string Name => "sendgrid";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.SendGridEnabled;

    /// <summary>The signature covers time and events, and each event counts once: an old call can do nothing new, so its age does not matter.</summary>
    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) =>
        IsSigned(request.Body.Span, request.Header("X-Twilio-Email-Event-Webhook-Timestamp") ?? "", request.Header("X-Twilio-Email-Event-Webhook-Signature") ?? "", settings.SendGridKey)
            ? null : WebhookAnswer.Forged("The signature is wrong.");

    protected override IEnumerable<ProviderEvent> Read(JsonElement body) => WebhookJson.Items(body).Select(ReadEvent).OfType<ProviderEvent>();

    private ProviderEvent? ReadEvent(JsonElement item)
    {
        var reason = item.Text("reason");
        BounceType? type = item.Required("event") switch
        {
            "bounce" => TypeOf(item),
            "spamreport" => BounceType.Complaint,
            // Not even tried: the address stands on SendGrid's own list.
            "dropped" when Says("bounced") || Says("invalid") => BounceType.Hard,
            "dropped" when Says("spam reporting") => BounceType.Complaint,
            _ => null,
        };
        return type is null ? null : new ProviderEvent
        {
            Provider = Name,
            Key = item.Text("sg_event_id") ?? WebhookJson.Hash(item.GetRawText()),
            Recipient = item.Required("email"),
            Type = type.Value,
            At = WebhookJson.Time(item.Text("timestamp")),
            Answer = item.Text("event") == "bounce" ? reason : null,
            Status = item.Text("status"),
            Campaign = item.TextAnyCase("XListmonkCampaign") ?? item.TextAnyCase("X-Listmonk-Campaign"),
            MessageId = item.Text("smtp-id"),
            Meta = item.GetRawText(),
        };

        bool Says(string word) => reason?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
    }

    private static BounceType TypeOf(JsonElement item) => (item.Text("bounce_classification") ?? "").ToLowerInvariant() switch
    {
        "technical" => BounceType.Soft,
        "content" or "reputation" or "frequency or volume too high" => BounceType.Policy,
        "" or "unclassified" when item.Text("type") == "blocked" => BounceType.Soft,
        _ => BounceType.Hard,
    };

    private static bool IsSigned(ReadOnlySpan<byte> body, string timestamp, string signature, string key)
    {
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
            byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp), .. body];
            return ecdsa.VerifyData(signed, Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
