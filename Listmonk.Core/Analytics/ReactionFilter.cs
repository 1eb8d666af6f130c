namespace Listmonk.Core.Analytics;

/// <summary>A figure of a campaign's report with people behind it.</summary>
public enum Reaction
{
    /// <summary>The mail was accepted for them and did not come back.</summary>
    Delivered,
    Opened,

    /// <summary>Nothing but a machine opened or followed a link.</summary>
    AutoOpened,

    /// <summary>Delivered, and no open or click by the person.</summary>
    NotOpened,
    Clicked,
    Unsubscribed,
    Complained,
    Bounced,
}

/// <summary>Which recipients of a campaign are wanted.</summary>
/// <param name="Reaction">What they did, or what happened to them.</param>
/// <param name="All">Counts machines' opens and clicks too; of no meaning for the reactions that machines do not show.</param>
/// <param name="LinkId">Only those who clicked this link.</param>
/// <param name="Position">Only those who clicked at this place of the mail.</param>
/// <param name="Domain">Only those at this domain.</param>
/// <param name="ListId">Only members of this list.</param>
/// <param name="Device">Only those seen with this class of device.</param>
/// <param name="Client">Only those seen with this mail program.</param>
public sealed record ReactionFilter(
    Reaction Reaction, bool All = false, int? LinkId = null, int? Position = null, string? Domain = null, int? ListId = null, string? Device = null, string? Client = null);

/// <summary>A recipient with what they did; the address is null for an account that may not see everybody.</summary>
public sealed record ReactedPerson
{
    public required int SubscriberId { get; init; }

    public string? Email { get; init; }

    public string? Name { get; init; }

    public int Opens { get; init; }

    public int OpensPeople { get; init; }

    public int Clicks { get; init; }

    public int ClicksPeople { get; init; }

    public DateTimeOffset? FirstOpenAt { get; init; }

    public DateTimeOffset? FirstClickAt { get; init; }
}
