namespace Listmonk.Core.Bounces.Parsing;

/// <summary>What a report says about one recipient, and what in it made us think so.</summary>
public sealed record RecipientReading
{
    /// <summary>The address in lower case; null when the report hides it.</summary>
    public string? Recipient { get; init; }

    /// <summary>The address that we wrote to, where mail was passed on to <see cref="Recipient"/> (Original-Recipient of RFC 3464).</summary>
    public string? WrittenTo { get; init; }

    public required BounceClass Class { get; init; }

    /// <summary>A word of <c>Rules/reasons.tsv</c>, such as <c>mailbox-full</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The enhanced status code (RFC 3463), such as <c>5.1.1</c>; the most telling one where a report has several.</summary>
    public string? Status { get; init; }

    /// <summary>The SMTP reply code; zero when there is none.</summary>
    public int ReplyCode { get; init; }

    /// <summary>The server is still trying: a warning, never final and never counted.</summary>
    public bool IsDelayed { get; init; }

    /// <summary>The line of the report that decided, shortened.</summary>
    public string Line { get; init; } = "";

    /// <summary>What in the line decided: the phrase of the rule, or the code.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>The server that answered, where the report names it.</summary>
    public string? Host { get; init; }

    /// <summary>Whether this may be held against the person or the sender at all.</summary>
    public bool Counts => !IsDelayed && Class is (BounceClass.Hard or BounceClass.Soft or BounceClass.Policy or BounceClass.Complaint);

    /// <summary>One sentence for a person who wonders what happened.</summary>
    public string Explanation
    {
        get
        {
            var reason = BounceReasons.Of(Reason);
            var text = IsDelayed ? $"{reason.Explanation} The server is still trying, so nothing is counted." : reason.Explanation;
            return DecidedBy.Length == 0 ? text : $"{text} Decided by {DecidedBy}.";
        }
    }
}
