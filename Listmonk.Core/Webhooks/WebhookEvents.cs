namespace Listmonk.Core.Webhooks;

/// <summary>The events that a webhook may ask for.</summary>
public static class WebhookEvents
{
    public const string Opened = "message.opened";
    public const string Clicked = "message.clicked";
    public const string Bounced = "message.bounced";
    public const string Complained = "message.complained";
    public const string Subscribed = "subscriber.subscribed";
    public const string Unsubscribed = "subscriber.unsubscribed";
    public const string CampaignFinished = "campaign.finished";

    /// <summary>What the test button sends; nobody asks for it.</summary>
    public const string Test = "webhook.test";

    /// <summary>In the order in which people read them, with what each means.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        (Opened, "A mail's pictures were loaded"),
        (Clicked, "A link of a mail was followed"),
        (Bounced, "A mail came back"),
        (Complained, "A recipient reported a mail as spam"),
        (Subscribed, "Somebody joined a list, confirmed where the list asks for it"),
        (Unsubscribed, "Somebody left a list"),
        (CampaignFinished, "A campaign went out to everybody"),
    ];

    public static bool IsKnown(string name) => All.Any(known => known.Name == name);
}
