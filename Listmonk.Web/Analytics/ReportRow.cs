namespace Listmonk.Web.Analytics;

/// <summary>One row of a report's table; a null figure has no meaning in that table and its column is left out when it is null everywhere.</summary>
public sealed record ReportRow(string Name)
{
    /// <summary>The whole text where the name is cut.</summary>
    public string? Title { get; init; }

    public int? Delivered { get; init; }

    /// <summary>Recipients.</summary>
    public int? Opened { get; init; }

    public int? Opens { get; init; }

    /// <summary>Recipients.</summary>
    public int? Clicked { get; init; }

    public int? Clicks { get; init; }

    /// <summary>Where the people behind <see cref="Opened"/> are listed; null where they are not known.</summary>
    public string? OpenedHref { get; init; }

    public string? ClickedHref { get; init; }
}
