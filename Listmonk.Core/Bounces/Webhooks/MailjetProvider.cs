using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Mailjet's event callbacks, single or grouped, which sign in with the name and password in their address.</summary>
internal sealed class MailjetProvider : BounceProvider
{
    public override string Name => "mailjet";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Mailjet.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) => WebhookSecrets.RefuseUnlessSignedIn(request, settings.Mailjet);

    protected override IEnumerable<ProviderEvent> Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Array ? body.EnumerateArray().Select(ReadEvent).OfType<ProviderEvent>() : new[] { ReadEvent(body) }.OfType<ProviderEvent>();

    private ProviderEvent? ReadEvent(JsonElement item)
    {
        var kind = item.Required("event");
        BounceType? type = (kind, item.Text("error_related_to")) switch
        {
            ("spam", _) => BounceType.Complaint,
            ("bounce", _) => item.Flag("hard_bounce") ? BounceType.Hard : BounceType.Soft,
            // Not sent: Mailjet knows the address, or does not like the mail.
            ("blocked", "recipient") => item.Text("error") is "preblocked" or "user unknown" ? BounceType.Hard : BounceType.Soft,
            ("blocked", "content" or "spam" or "sender" or "policy") => BounceType.Policy,
            ("blocked", _) => BounceType.Soft,
            _ => null,
        };
        return type is null ? null : new ProviderEvent
        {
            Provider = Name,
            Key = $"{item.Text("Message_GUID") ?? item.Text("MessageGUID") ?? item.Text("MessageID")}:{kind}:{item.Text("time")}",
            Recipient = item.Required("email"),
            Type = type.Value,
            At = WebhookJson.Time(item.Text("time")),
            Answer = string.Join(' ', new[] { item.Text("comment"), item.Text("error") }.OfType<string>().Where(text => text.Length > 0)),
            Campaign = item.Text("CustomID"),
            Meta = item.GetRawText(),
        };
    }
}
