using System.Text;
using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Mailgun's webhook: HMAC over timestamp and token, which stand in the body.</summary>
/// <remarks>
/// The signature does not cover the event. Whoever recorded a call could sign another event with it, so a token is good for the event
/// that came with it first, and for hours only; Mailgun retries for eight.
/// </remarks>
internal sealed class MailgunProvider(WebhookTokens tokens, TimeProvider clock) : BounceProvider
{
    private static readonly TimeSpan MostAge = TimeSpan.FromHours(10);

    public override string Name => "mailgun";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Mailgun.Enabled;

    public override async ValueTask<WebhookAnswer> HandleAsync(WebhookRequest request, BounceProviderSettings settings, CancellationToken cancellationToken)
    {
        // Read first: a body that cannot be read must not use up the token.
        var answer = await base.HandleAsync(request, settings, cancellationToken);
        if (answer.Verdict != WebhookVerdict.Accepted)
        {
            return answer;
        }

        using var body = JsonDocument.Parse(request.Body);
        var token = body.RootElement.Member("signature").Required("token");
        var found = WebhookJson.Hash(body.RootElement.Member("event-data").GetRawText());
        return await tokens.BindAsync(Name, token, found, MostAge, cancellationToken) ? answer : WebhookAnswer.Forged("The token was used for another event.");
    }

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings)
    {
        using var body = JsonDocument.Parse(request.Body);
        var proof = body.RootElement.Member("signature");
        var (timestamp, token) = (proof.Required("timestamp"), proof.Required("token"));
        if (!WebhookSecrets.IsSigned(Encoding.UTF8.GetBytes(timestamp + token), proof.Text("signature"), settings.Mailgun.Key))
        {
            return WebhookAnswer.Forged("The signature is wrong.");
        }

        return WebhookJson.Time(timestamp) is { } at && (clock.GetUtcNow() - at).Duration() <= MostAge ? null : WebhookAnswer.Forged("The call is too old.");
    }

    protected override IEnumerable<ProviderEvent> Read(JsonElement body)
    {
        var item = body.Member("event-data");
        var reason = item.Text("reason");
        BounceType? type = (item.Required("event"), item.Text("severity")) switch
        {
            ("complained", _) => BounceType.Complaint,
            // Mailgun's own lists: never sent.
            ("failed", "permanent") when reason is "suppress-complaint" or "suppress-unsubscribe" => null,
            ("failed", "permanent") => reason == "old" ? BounceType.Soft : BounceType.Hard,
            // Mailgun is still trying.
            _ => null,
        };
        if (type is null)
        {
            yield break;
        }

        var delivery = item.Child("delivery-status");
        yield return new ProviderEvent
        {
            Provider = Name,
            Key = item.Text("id") ?? WebhookJson.Hash(item.GetRawText()),
            Recipient = item.Required("recipient"),
            Type = type.Value,
            At = WebhookJson.Time(item.Text("timestamp")),
            Answer = delivery.Text("message") is { Length: > 0 } message ? message : delivery.Text("description"),
            // 605 and the like are Mailgun's own.
            Code = delivery.Text("code") is { Length: 3 } code && code[0] is '4' or '5' ? delivery.Text("code") : null,
            Status = delivery.Text("enhanced-code"),
            Campaign = item.Child("user-variables").TextAnyCase("X-Listmonk-Campaign"),
            MessageId = item.Child("message").Child("headers").Text("message-id"),
            Sender = item.Child("envelope").Text("sender"),
            Meta = item.GetRawText(),
        };
    }
}
