using Listmonk.Core.Tracking;

namespace Listmonk.Core.Subscribers;

/// <summary>A record that a person allowed or withdrew tracking: when, where, and under which words.</summary>
public sealed class Consent
{
    public int Id { get; set; }

    public int SubscriberId { get; set; }

    public TrackingLevel Level { get; set; }

    /// <summary>Where the choice was made, such as <c>preferences</c>, <c>import</c> or <c>api</c>.</summary>
    public required string Source { get; set; }

    /// <summary>The sentence the person agreed to.</summary>
    public string Text { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}
