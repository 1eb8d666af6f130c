namespace Listmonk.Core.Tracking.Links;

/// <summary>Which links of a mail may be tracked, and what is appended to their destinations.</summary>
/// <param name="RootUrl">The installation's public address; links to it are left alone.</param>
public sealed record LinkPolicy(string RootUrl)
{
    public const string DefaultNoTrackAttribute = "data-no-track";
    public const string DefaultNoUtmAttribute = "data-no-utm";

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

    /// <summary>Appended to every web link that leads away from here, tracked or not; null for nothing.</summary>
    public UtmParameters? Utm { get; init; }

    /// <summary>An element with this attribute gets no <see cref="Utm"/>.</summary>
    public string NoUtmAttribute { get; init; } = DefaultNoUtmAttribute;

    /// <summary>The position of the first place, where a mail is made of several sources.</summary>
    public int FirstPosition { get; init; } = 1;
}
