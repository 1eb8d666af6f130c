using Listmonk.Core.Lists;

namespace Listmonk.Core.Subscribers;

public enum SubscriptionStatus
{
    Unconfirmed,
    Confirmed,
    Unsubscribed,
}

/// <summary>A person's membership of one list, with its consent state.</summary>
public sealed class Subscription
{
    public int SubscriberId { get; set; }

    public Subscriber? Subscriber { get; set; }

    public int ListId { get; set; }

    public MailingList? List { get; set; }

    public SubscriptionStatus Status { get; set; }

    /// <summary>A JSON object; may hold <c>optin_ip</c>.</summary>
    public string Meta { get; set; } = "{}";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
