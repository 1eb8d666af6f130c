namespace Listmonk.Core.Tracking;

/// <summary>How much a recipient's reaction is recorded, from least to most; the most restrictive of all that apply wins.</summary>
public enum TrackingLevel
{
    /// <summary>Nothing is rewritten and nothing recorded.</summary>
    Off,

    /// <summary>Events are counted without person, address or full user agent.</summary>
    Anonymous,

    /// <summary>Events are tied to the person.</summary>
    Individual,
}
