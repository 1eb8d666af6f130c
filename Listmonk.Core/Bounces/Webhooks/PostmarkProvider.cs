using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Postmark's bounce and spam complaint webhooks, which sign in with name and password.</summary>
internal sealed class PostmarkProvider : BounceProvider
{
    public override string Name => "postmark";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.Postmark.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) => WebhookSecrets.RefuseUnlessSignedIn(request, settings.Postmark);

    protected override IEnumerable<ProviderEvent> Read(JsonElement body)
    {
        var record = body.Required("RecordType");
        var type = (record, body.Text("Type")) switch
        {
            ("SpamComplaint", _) or ("Bounce", "SpamComplaint") => BounceType.Complaint,
            ("Bounce", "HardBounce" or "BadEmailAddress" or "ManuallyDeactivated") => BounceType.Hard,
            ("Bounce", "SoftBounce" or "Transient" or "DnsError" or "Undeliverable" or "InboundError") => BounceType.Soft,
            ("Bounce", "SpamNotification" or "VirusNotification" or "DMARCPolicy" or "Blocked" or "SMTPApiError" or "TemplateRenderingFailed") => BounceType.Policy,
            _ => (BounceType?)null,
        };
        if (type is null)
        {
            // Automatic answers, subscriptions, kinds that Postmark adds later: nothing to refuse, or it would be sent again and again.
            yield break;
        }

        yield return new ProviderEvent
        {
            Provider = Name,
            Key = $"{record}:{body.Text("ID") ?? $"{body.Text("MessageID")}:{body.Text("BouncedAt")}"}",
            Recipient = body.Required("Email"),
            Type = type.Value,
            At = WebhookJson.Time(body.Text("BouncedAt")),
            Answer = body.Text("Details"),
            Campaign = body.Child("Metadata").TextAnyCase("X-Listmonk-Campaign"),
            Meta = body.GetRawText(),
        };
    }
}
