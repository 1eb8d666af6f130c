using System.Text;
using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Lettermint's webhook: HMAC over time and body, valid for minutes.</summary>
internal sealed class LettermintProvider(TimeProvider clock) : BounceProvider
{
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(5);

    public override string Name => "lettermint";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Lettermint.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings)
    {
        var parts = (request.Header("X-Lettermint-Signature") ?? "").Split(',', StringSplitOptions.TrimEntries);
        var time = Array.Find(parts, part => part.StartsWith("t=", StringComparison.Ordinal))?[2..] ?? "";
        var signatures = parts.Where(part => part.StartsWith("v1=", StringComparison.Ordinal)).Take(5);
        byte[] signed = [.. Encoding.UTF8.GetBytes(time + "."), .. request.Body.Span];
        if (!signatures.Any(signature => WebhookSecrets.IsSigned(signed, signature[3..], settings.Lettermint.Key)))
        {
            return WebhookAnswer.Forged("The signature is wrong.");
        }

        return WebhookJson.Time(time) is { } at && (clock.GetUtcNow() - at).Duration() <= MostAge ? null : WebhookAnswer.Forged("The call is too old.");
    }

    protected override IEnumerable<ProviderEvent> Read(JsonElement body)
    {
        var kind = body.Required("event");
        BounceType? type = kind switch
        {
            "message.hard_bounced" => BounceType.Hard,
            "message.soft_bounced" => BounceType.Soft,
            "message.spam_complaint" => BounceType.Complaint,
            _ => null,
        };
        if (type is null)
        {
            yield break;
        }

        var data = body.Child("data");
        var response = data.Child("response");
        var recipient = data.Required("recipient");
        yield return new ProviderEvent
        {
            Provider = Name,
            Key = body.Text("id") ?? $"{data.Text("message_id")}:{kind}:{body.Text("timestamp")}",
            Recipient = recipient,
            Type = type.Value,
            At = WebhookJson.Time(body.Text("timestamp")),
            Answer = data.Text("response") ?? response.Text("content") ?? response.Text("message"),
            Code = response.Text("status_code"),
            Status = response.Text("enhanced_status_code"),
            Campaign = data.Child("metadata").TextAnyCase("X-Listmonk-Campaign"),
            Meta = body.GetRawText(),
        };
    }
}
