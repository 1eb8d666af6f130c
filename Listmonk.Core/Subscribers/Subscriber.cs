namespace Listmonk.Core.Subscribers;

public enum SubscriberStatus
{
    Enabled,
    Disabled,
    Blocklisted,
}

/// <summary>A person who may receive mail (spec/api.md 2.1).</summary>
public sealed class Subscriber
{
    public const int MaxNameLength = 2000;

    public int Id { get; set; }

    public Guid Uuid { get; set; }

    /// <summary>Lower case, unique.</summary>
    public required string Email { get; set; }

    public string Name { get; set; } = "";

    /// <summary>A JSON object, <c>{}</c> when empty.</summary>
    public string Attributes { get; set; } = "{}";

    /// <summary>The code of the person's language, from the attribute <c>language</c>, <c>lang</c> or <c>locale</c>; null when none is a text.</summary>
    public string? Language => SubscriberLanguage.Of(Attributes);

    public SubscriberStatus Status { get; set; }

    /// <summary>The person's own choice on tracking; null means no choice was made. The most restrictive level wins.</summary>
    public Tracking.TrackingLevel? TrackingLevel { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public List<Subscription> Subscriptions { get; set; } = [];
}
