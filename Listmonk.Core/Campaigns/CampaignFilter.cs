namespace Listmonk.Core.Campaigns;

/// <summary>Which campaigns a table shows.</summary>
public sealed record CampaignFilter
{
    /// <summary>A part of the name or subject, without regard to case.</summary>
    public string Search { get; init; } = "";

    /// <summary>Any of these; empty means all.</summary>
    public IReadOnlyList<CampaignStatus> Statuses { get; init; } = [];

    /// <summary>All of these must be present.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool WithBodies { get; init; }
}
