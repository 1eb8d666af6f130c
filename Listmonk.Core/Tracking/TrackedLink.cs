namespace Listmonk.Core.Tracking;

/// <summary>A destination that tracked links lead to. One row per distinct URL over all campaigns (spec/tracking.md 3).</summary>
public sealed class TrackedLink
{
    public int Id { get; set; }

    public Guid Uuid { get; set; }

    /// <summary>The destination; may hold template expressions, rendered for the person when clicked.</summary>
    public required string Url { get; set; }

    /// <summary>SHA-256 of the URL in hex: a unique index on the text itself would limit its length on PostgreSQL.</summary>
    public required string UrlHash { get; set; }

    public bool HasExpressions { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Where in one campaign a link stands; the report lists clicks per position.</summary>
public sealed class CampaignLink
{
    public int CampaignId { get; set; }

    /// <summary>1-based place in document order; unique within the campaign.</summary>
    public int Position { get; set; }

    public int LinkId { get; set; }

    public TrackedLink? Link { get; set; }
}
