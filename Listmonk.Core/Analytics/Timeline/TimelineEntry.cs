namespace Listmonk.Core.Analytics.Timeline;

/// <summary>What an entry of a person's timeline tells.</summary>
public enum TimelineKind
{
    /// <summary>The person was added.</summary>
    Added,

    /// <summary>The person came onto a list.</summary>
    Subscribed,

    /// <summary>The subscription's state became another, such as confirmed or unsubscribed.</summary>
    SubscriptionChanged,

    /// <summary>The person left lists through a campaign's mail.</summary>
    Unsubscribed,

    /// <summary>The person chose how much is recorded.</summary>
    Consent,

    /// <summary>A campaign's mail was accepted for the person.</summary>
    Mailed,

    /// <summary>A campaign's mail failed, or the person was left out.</summary>
    NotMailed,

    /// <summary>A transactional mail.</summary>
    Transactional,
    Opened,
    Clicked,
    Bounced,
    Complained,

    /// <summary>An account changed the person.</summary>
    Changed,
}

/// <summary>A group of kinds that a reader may choose.</summary>
public enum TimelineGroup
{
    Mails,
    Reactions,
    Bounces,
    Changes,
}

/// <summary>Something that happened to a person or that the person did.</summary>
public sealed record TimelineEntry
{
    public required TimelineKind Kind { get; init; }

    public DateTimeOffset At { get; init; }

    public int? CampaignId { get; init; }

    public string? CampaignName { get; init; }

    /// <summary>The list, destination, subject or state that it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Why, how, or by whom.</summary>
    public string? Detail { get; init; }

    /// <summary>An open or click by software that acts on its own.</summary>
    public bool IsMachine { get; init; }

    /// <summary>Tells entries of the same moment apart; the higher is the newer.</summary>
    internal long Order { get; init; }
}

/// <summary>A slice of a timeline, newest first.</summary>
/// <param name="Next">Asks for the older entries; null when these are the oldest.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, string? Next);

/// <summary>Which entries are wanted.</summary>
/// <param name="Group">Null for all.</param>
/// <param name="WithMachines">Also opens and clicks by machines.</param>
/// <param name="After">The <see cref="TimelinePage.Next"/> of the page before; null for the newest.</param>
public sealed record TimelineFilter(TimelineGroup? Group = null, bool WithMachines = false, string? After = null);
