using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Forward Email's bounce webhook: HMAC over the body.</summary>
internal sealed class ForwardEmailProvider : BounceProvider
{
    public override string Name => "forwardemail";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.ForwardEmail.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) =>
        WebhookSecrets.IsSigned(request.Body.Span, request.Header("X-Webhook-Signature")?.Trim(), settings.ForwardEmail.Key) ? null : WebhookAnswer.Forged("The signature is wrong.");

    protected override IEnumerable<ProviderEvent> Read(JsonElement body)
    {
        var bounce = body.Child("bounce");
        var headers = body.Child("headers");
        var recipient = body.Required("recipient");
        yield return new ProviderEvent
        {
            Provider = Name,
            // The service names no event; the mail, the recipient and the time do.
            Key = WebhookJson.Hash($"{recipient}|{body.Text("bounced_at")}|{headers.TextAnyCase("Message-ID")}|{body.Text("response")}"),
            Recipient = recipient,
            Type = bounce.Text("category") switch
            {
                "recipient" => BounceType.Hard,
                // A block says something about the sender, not the person; listmonk counts it as hard.
                "block" or "spam" or "virus" => BounceType.Policy,
                _ => BounceType.Soft,
            },
            At = WebhookJson.Time(body.Text("bounced_at")),
            Answer = body.Text("response") ?? bounce.Text("message"),
            Code = body.Text("response_code") ?? bounce.Text("code"),
            Status = bounce.Text("status"),
            Campaign = headers.TextAnyCase("X-Listmonk-Campaign"),
            MessageId = headers.TextAnyCase("Message-ID"),
            Meta = body.GetRawText(),
        };
    }
}
