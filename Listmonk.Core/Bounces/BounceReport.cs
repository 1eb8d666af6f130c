using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces;

/// <summary>One event as its source tells it: what every source hands to <see cref="BounceRecorder"/>.</summary>
public sealed record BounceReport
{
    public required BounceType Type { get; init; }

    /// <summary><c>smtp</c>, <c>api</c>, a provider's name or a mailbox's host.</summary>
    public required string Source { get; init; }

    /// <summary>The same for the same event however often it is told, unique over all sources; null records without that care.</summary>
    public string? SourceKey { get; init; }

    /// <summary>When it happened; null means now.</summary>
    public DateTimeOffset? At { get; init; }

    // Whom it is about: the first that is given and known. The recorder looks the trace up last.
    public int? SubscriberId { get; init; }

    public Guid? SubscriberUuid { get; init; }

    public string? Email { get; init; }

    public int? CampaignId { get; init; }

    public Guid? CampaignUuid { get; init; }

    public MailTrace? Trace { get; init; }

    /// <summary>The verdict behind the type; null when the source only gives a type.</summary>
    public RecipientReading? Reading { get; init; }

    /// <summary>What the source said, as JSON.</summary>
    public string Meta { get; init; } = "{}";

    /// <summary>The report as it came.</summary>
    public string? Content { get; init; }

    /// <summary>The report for one recipient of a mail that was read; null when it is nothing to record.</summary>
    /// <param name="mailKey">Identifies the mail in its source, such as a hash of its bytes.</param>
    public static BounceReport? FromMail(MailReading mail, RecipientReading recipient, string source, string mailKey, string content, string meta = "{}") =>
        !recipient.Counts ? null : new BounceReport
        {
            Type = TypeOf(recipient.Class),
            Source = source,
            SourceKey = $"{mailKey}:{recipient.Recipient}",
            At = mail.Date,
            Reading = recipient,
            Trace = mail.Trace,
            Content = content,
            Meta = meta,
        };

    /// <exception cref="ArgumentOutOfRangeException">The class is nothing that is recorded.</exception>
    public static BounceType TypeOf(BounceClass value) => value switch
    {
        BounceClass.Hard => BounceType.Hard,
        BounceClass.Soft => BounceType.Soft,
        BounceClass.Policy => BounceType.Policy,
        BounceClass.Complaint => BounceType.Complaint,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "Only bounces and complaints are recorded."),
    };
}

/// <summary>What became of a report.</summary>
public enum BounceOutcome
{
    Recorded,

    /// <summary>The source had told it before.</summary>
    Repeated,

    /// <summary>It leads to nobody we know.</summary>
    Unmatched,

    /// <summary>Something about it keeps it from being recorded, and would again; the source must keep it.</summary>
    Failed,
}

/// <summary>Published after bounces were committed.</summary>
public sealed record BounceRecorded(int SubscriberId, int? CampaignId, BounceType Type, string Source, string? Reason, string? Domain, string? Line, BounceAction Action);
