using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Campaigns;

public enum CampaignType
{
    Regular,

    /// <summary>Asks unconfirmed subscribers of double opt-in lists to confirm.</summary>
    Optin,
}

public enum CampaignStatus
{
    Draft,
    Scheduled,
    Running,
    Paused,
    Cancelled,
    Finished,
}

public enum CampaignContentType
{
    Richtext,
    Html,
    Markdown,
    Plain,
    Visual,
}

/// <summary>A mailing to one or more lists, with its state, its audience window and its lease (spec/campaigns.md).</summary>
public sealed class Campaign : ILeased
{
    public const int MaxNameLength = 2000;
    public const int MaxSubjectLength = 5000;
    public const string DefaultMessenger = "email";

    public int Id { get; set; }

    public Guid Uuid { get; set; }

    public CampaignType Type { get; set; }

    public required string Name { get; set; }

    public required string Subject { get; set; }

    public string FromEmail { get; set; } = "";

    public string Body { get; set; } = "";

    public string? BodySource { get; set; }

    public string? AltBody { get; set; }

    public CampaignContentType ContentType { get; set; }

    public DateTimeOffset? SendAt { get; set; }

    /// <summary>JSON array of one-entry objects, <c>[{"X-A":"1"}]</c>; values may be templates.</summary>
    public string Headers { get; set; } = "[]";

    /// <summary>A JSON object, read in templates as <c>.Campaign.Attribs</c>.</summary>
    public string Attributes { get; set; } = "{}";

    public CampaignStatus Status { get; set; }

    /// <summary>Why the engine paused or cancelled the campaign, in words for the person who looks at it.</summary>
    public string? StatusReason { get; set; }

    public List<string> Tags { get; set; } = [];

    public string Messenger { get; set; } = DefaultMessenger;

    public int? TemplateId { get; set; }

    /// <summary>Upper bound for this campaign; null means the installation's level.</summary>
    public TrackingLevel? TrackingLevel { get; set; }

    /// <summary>Parameters for its links, see <see cref="UtmTemplate"/>; null means the installation's, empty means none.</summary>
    public string? Utm { get; set; }

    /// <summary>
    /// The sent campaign whose silent recipients are the audience: of the lists' people only those who got it and neither opened it nor
    /// followed a link. Without a foreign key: when that campaign is deleted nobody qualifies any more, rather than everybody.
    /// </summary>
    public int? ResendOfId { get; set; }

    /// <summary>
    /// The segment that narrows the lists' people; null means all of them. Without a foreign key: when the segment is deleted nobody
    /// qualifies any more, rather than everybody.
    /// </summary>
    public int? SegmentId { get; set; }

    /// <summary>Size of the audience as counted at start or resume, people already mailed included.</summary>
    public int ToSend { get; set; }

    /// <summary>Derived from the ledger; written with each batch of outcomes.</summary>
    public int Sent { get; set; }

    public int Failed { get; set; }

    public int Skipped { get; set; }

    /// <summary>Highest subscriber id of the audience when it was counted.</summary>
    public int MaxSubscriberId { get; set; }

    /// <summary>Highest subscriber id claimed into the ledger; moves in the same transaction as the claims.</summary>
    public int LastSubscriberId { get; set; }

    public int Views { get; set; }

    public int Clicks { get; set; }

    public int ViewsPeople { get; set; }

    public int ClicksPeople { get; set; }

    /// <summary>Distinct recipients with an open or a human click (individual tracking only).</summary>
    public int UniqueOpens { get; set; }

    public int UniqueClicks { get; set; }

    /// <summary>Distinct recipients with a human open or click.</summary>
    public int UniqueOpensPeople { get; set; }

    public int UniqueClicksPeople { get; set; }

    public int Bounces { get; set; }

    public int Unsubscribes { get; set; }

    public bool Archive { get; set; }

    public string? ArchiveSlug { get; set; }

    public int? ArchiveTemplateId { get; set; }

    public string ArchiveMeta { get; set; } = "{}";

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Grows with each change of what a person edits, so that two editors of one draft notice each other; a change of state leaves it.</summary>
    public int Revision { get; set; }

    /// <summary>The name of the account that last changed the content; empty before the first change.</summary>
    public string EditedBy { get; set; } = "";

    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>The process that opens a run, until others can join it.</summary>
    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with each run and each end of one; whoever sends under an older one is refused.</summary>
    public int LeaseEpoch { get; set; }

    public List<CampaignList> Lists { get; set; } = [];

    public List<CampaignMedia> Media { get; set; } = [];

    public bool IsEditable => Status is CampaignStatus.Draft or CampaignStatus.Scheduled or CampaignStatus.Paused;

    /// <summary>What a person asks for by naming the state they want; the table of spec/campaigns.md 4.</summary>
    public Outcome ChangeStatus(CampaignStatus wanted, DateTimeOffset now) => wanted switch
    {
        CampaignStatus.Draft => Unschedule(now),
        CampaignStatus.Scheduled => Schedule(now),
        CampaignStatus.Running => Status == CampaignStatus.Paused ? Resume(now) : Start(now),
        CampaignStatus.Paused => Pause(now),
        CampaignStatus.Cancelled => Cancel(now),
        _ => Outcome.Invalid("status", "A campaign finishes by itself when everybody has been mailed."),
    };

    /// <summary>Sends now, or at the send time when that lies ahead.</summary>
    public Outcome Start(DateTimeOffset now) =>
        Status == CampaignStatus.Draft ? Go(now) : Refuse($"Only a draft or a paused campaign can be started; this one is {EnumText.Of(Status)}.");

    /// <summary>Goes on where it was paused; people already mailed are not mailed again.</summary>
    public Outcome Resume(DateTimeOffset now) =>
        Status == CampaignStatus.Paused ? Go(now) : Refuse($"Only a paused campaign can be resumed; this one is {EnumText.Of(Status)}.");

    /// <summary>Waits for the send time; one that has just passed starts the campaign at once.</summary>
    public Outcome Schedule(DateTimeOffset now)
    {
        if (Status is not (CampaignStatus.Draft or CampaignStatus.Paused))
        {
            return Refuse($"Only a draft or a paused campaign can be scheduled; this one is {EnumText.Of(Status)}.");
        }

        return SendAt is null
            ? Outcome.Invalid("send_at", "Set the date and time to send at first.")
            : Move(CampaignStatus.Scheduled, now);
    }

    public Outcome Unschedule(DateTimeOffset now) =>
        Status == CampaignStatus.Scheduled
            ? Move(CampaignStatus.Draft, now)
            : Refuse($"Only a scheduled campaign can go back to draft; this one is {EnumText.Of(Status)}.");

    /// <param name="now">The present.</param>
    /// <param name="reason">Why the engine paused it; null when a person did.</param>
    public Outcome Pause(DateTimeOffset now, string? reason = null) =>
        Status == CampaignStatus.Running
            ? Move(CampaignStatus.Paused, now, reason)
            : Refuse($"Only a running campaign can be paused; this one is {EnumText.Of(Status)}.");

    /// <inheritdoc cref="Pause"/>
    public Outcome Cancel(DateTimeOffset now, string? reason = null)
    {
        if (Status is not (CampaignStatus.Running or CampaignStatus.Paused or CampaignStatus.Scheduled))
        {
            return Refuse($"Only a scheduled, running or paused campaign can be cancelled; this one is {EnumText.Of(Status)}.");
        }

        FinishedAt = now;
        return Move(CampaignStatus.Cancelled, now, reason);
    }

    /// <summary>For the engine: everybody of the audience has an outcome.</summary>
    public Outcome Finish(DateTimeOffset now)
    {
        if (Status is not (CampaignStatus.Running or CampaignStatus.Scheduled))
        {
            return Refuse($"Only a running campaign can finish; this one is {EnumText.Of(Status)}.");
        }

        FinishedAt = now;
        return Move(CampaignStatus.Finished, now);
    }

    /// <summary>
    /// A finished campaign goes out once more. Its finishing time stays while only what the ledger holds is to be sent again; without it
    /// the audience is asked anew.
    /// </summary>
    public Outcome Reopen(DateTimeOffset now, bool includesNewcomers)
    {
        if (Status != CampaignStatus.Finished)
        {
            return Refuse($"Only a sent campaign can be sent once more; this one is {EnumText.Of(Status)}.");
        }

        FinishedAt = includesNewcomers ? null : FinishedAt;
        return Move(CampaignStatus.Running, now);
    }

    private Outcome Go(DateTimeOffset now) => Move(SendAt > now ? CampaignStatus.Scheduled : CampaignStatus.Running, now);

    private Outcome Move(CampaignStatus status, DateTimeOffset now, string? reason = null)
    {
        if (Status == CampaignStatus.Running)
        {
            // A process that sleeps through a pause must not take the next run for the one that it knew.
            (LeaseEpoch, LeaseOwner, LeaseUntil) = (LeaseEpoch + 1, null, null);
        }

        Status = status;
        StatusReason = reason;
        UpdatedAt = now;
        return Outcome.Ok;
    }

    private static Outcome Refuse(string message) => Outcome.Invalid("status", message);
}

/// <summary>A list that a campaign goes to; the name is copied so that history survives the list.</summary>
public sealed class CampaignList
{
    public int Id { get; set; }

    public int CampaignId { get; set; }

    public int? ListId { get; set; }

    public required string ListName { get; set; }
}

/// <summary>Somebody left lists through a campaign's mail: who is behind the figure, and a line of the person's history.</summary>
public sealed class CampaignUnsubscribe
{
    public const int MaxCommentLength = 500;

    public long Id { get; set; }

    public int CampaignId { get; set; }

    public int SubscriberId { get; set; }

    /// <summary>The person asked never to be mailed again.</summary>
    public bool IsEverything { get; set; }

    /// <summary>Null while the person has not said.</summary>
    public UnsubscribeReason? Reason { get; set; }

    /// <summary>In the person's own words, at most <see cref="MaxCommentLength"/> characters.</summary>
    public string? Comment { get; set; }

    public DateTimeOffset At { get; set; }
}

/// <summary>An attachment of a campaign; the name is copied so that history survives the file.</summary>
public sealed class CampaignMedia
{
    public int Id { get; set; }

    public int CampaignId { get; set; }

    public int? MediaId { get; set; }

    public required string Filename { get; set; }
}
