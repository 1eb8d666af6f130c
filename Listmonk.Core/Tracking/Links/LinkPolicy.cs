namespace Listmonk.Core.Tracking.Links;

/// <summary>Which links of a mail may be tracked, and what is appended to their destinations.</summary>
/// <param name="RootUrl">The installation's public address; links to it are left alone.</param>
public sealed record LinkPolicy(string RootUrl)
{
    public const string DefaultNoTrackAttribute = "data-no-track";

    public bool IsTrackingOff { get; init; }

    /// <summary>Domains left alone, each with its subdomains.</summary>
    public IReadOnlyCollection<string> ExcludedDomains { get; init; } = [];

    /// <summary>An element with this attribute keeps its link.</summary>
    public string NoTrackAttribute { get; init; } = DefaultNoTrackAttribute;

    /// <summary>
    /// Track links whose expressions need a variable or a loop's current item. Only for a caller that renders such destinations
    /// while it renders the mail: <see cref="LinkPlace.IsScoped"/> marks them.
    /// </summary>
    public bool TracksScopedExpressions { get; init; }

    public UtmParameters? Utm { get; init; }

    /// <summary>The position of the first place, where a mail is made of several sources.</summary>
    public int FirstPosition { get; init; } = 1;
}

/// <summary>Campaign parameters for the analytics of the site a link leads to; parameters that a link has already win.</summary>
public sealed record UtmParameters(string? Source, string? Medium, string? Campaign, string? Term = null, string? Content = null)
{
    internal IEnumerable<(string Name, string Value)> Present()
    {
        (string, string?)[] all =
        [
            ("utm_source", Source), ("utm_medium", Medium), ("utm_campaign", Campaign), ("utm_term", Term), ("utm_content", Content),
        ];
        foreach (var (name, value) in all)
        {
            if (!string.IsNullOrEmpty(value))
            {
                yield return (name, value);
            }
        }
    }
}
