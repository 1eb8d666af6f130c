using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>SparkPost's event batches, which sign in with a name and password or a bearer token.</summary>
internal sealed class SparkPostProvider : BounceProvider
{
    public override string Name => "sparkpost";

    public override bool IsEnabled(BounceProviderSettings settings) => settings.SparkPost.Enabled;

    protected override WebhookAnswer? Refuse(WebhookRequest request, BounceProviderSettings settings) => WebhookSecrets.RefuseUnlessSignedIn(request, settings.SparkPost);

    protected override IEnumerable<ProviderEvent> Read(JsonElement body) => WebhookJson.Items(body).Select(ReadEvent).OfType<ProviderEvent>();

    private ProviderEvent? ReadEvent(JsonElement item)
    {
        // One of message_event, gen_event, track_event, …; SparkPost tests an address with an empty one.
        var found = item.Member("msys");
        if (found.ValueKind != JsonValueKind.Object || found.EnumerateObject().Select(member => member.Value).FirstOrDefault() is not { ValueKind: JsonValueKind.Object } data)
        {
            return null;
        }

        BounceType? type = data.Required("type") switch
        {
            "spam_complaint" when data.Text("fbtype") != "not-spam" => BounceType.Complaint,
            "bounce" or "out_of_band" or "policy_rejection" or "generation_rejection" => TypeOf(data.Text("bounce_class") ?? ""),
            _ => null,
        };
        return type is null ? null : new ProviderEvent
        {
            Provider = Name,
            Key = data.Text("event_id") ?? WebhookJson.Hash(data.GetRawText()),
            Recipient = data.Text("raw_rcpt_to") is { Length: > 0 } raw ? raw : data.Required("rcpt_to"),
            Type = type.Value,
            At = WebhookJson.Time(data.Text("timestamp")),
            Answer = data.Text("raw_reason") is { Length: > 0 } reason ? reason : data.Text("reason"),
            Code = data.Text("error_code"),
            Campaign = data.Child("rcpt_meta").TextAnyCase("X-Listmonk-Campaign"),
            Sender = data.Text("msg_from"),
            Meta = data.GetRawText(),
        };
    }

    /// <summary>SparkPost's classification codes; null for what is no bounce.</summary>
    private static BounceType? TypeOf(string code) => code switch
    {
        // Invalid recipient, refused by SparkPost's own list, no RCPT.
        "10" or "25" or "30" => BounceType.Hard,
        // Spam block and content, prohibited attachment, relaying.
        "50" or "51" or "52" or "53" or "54" => BounceType.Policy,
        // Automatic answers, subscribe and unsubscribe requests, challenges.
        "60" or "80" or "90" or "100" => null,
        _ => BounceType.Soft,
    };
}
