using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Ours: how machines are told from people, and how long what was recorded is kept.</summary>
public sealed record TrackingSettings
{
    /// <summary>Names in user agents that are software, beside the built-in list.</summary>
    [JsonPropertyName("tracking.scanner_agents")]
    public IReadOnlyList<string> ScannerAgents { get; init; } = [];

    /// <summary>Networks (CIDR) where only scanners are, beside the built-in list.</summary>
    [JsonPropertyName("tracking.scanner_networks")]
    public IReadOnlyList<string> ScannerNetworks { get; init; } = [];

    /// <summary>Names in user agents that are people's programs whatever the lists say.</summary>
    [JsonPropertyName("tracking.people_agents")]
    public IReadOnlyList<string> PeopleAgents { get; init; } = [];

    /// <summary>Networks (CIDR) where people are whatever the lists say.</summary>
    [JsonPropertyName("tracking.people_networks")]
    public IReadOnlyList<string> PeopleNetworks { get; init; } = [];

    /// <summary>A browser's Global Privacy Control signal makes its hit anonymous.</summary>
    [JsonPropertyName("tracking.respect_gpc")]
    public bool RespectGlobalPrivacyControl { get; init; } = true;

    /// <summary>Puts a link into mails that people cannot see; whoever follows it is a machine, and so is what they did around that time.</summary>
    [JsonPropertyName("tracking.honeypot_link")]
    public bool HoneypotLink { get; init; }

    /// <summary>Parameters that campaigns without their own append to links, <c>name=value</c> joined by <c>&amp;</c>; values may name fields of the campaign. Empty for none.</summary>
    [JsonPropertyName("tracking.utm_parameters")]
    public string UtmParameters { get; init; } = "";

    /// <summary>0 keeps them for good.</summary>
    [JsonPropertyName("tracking.keep_opens_days")]
    public int KeepOpensDays { get; init; }

    /// <summary>0 keeps them for good.</summary>
    [JsonPropertyName("tracking.keep_clicks_days")]
    public int KeepClicksDays { get; init; }

    /// <summary>User agents and truncated addresses of hits; a hit without them can only be judged again by time. 0 keeps them for good.</summary>
    [JsonPropertyName("tracking.keep_details_days")]
    public int KeepDetailsDays { get; init; } = 90;

    public bool HasSameLists(TrackingSettings other) =>
        ScannerAgents.SequenceEqual(other.ScannerAgents, StringComparer.Ordinal)
        && ScannerNetworks.SequenceEqual(other.ScannerNetworks, StringComparer.Ordinal)
        && PeopleAgents.SequenceEqual(other.PeopleAgents, StringComparer.Ordinal)
        && PeopleNetworks.SequenceEqual(other.PeopleNetworks, StringComparer.Ordinal);
}
