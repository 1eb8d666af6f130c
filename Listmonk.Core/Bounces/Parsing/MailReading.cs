namespace Listmonk.Core.Bounces.Parsing;

/// <summary>What a whole mail turned out to be: a verdict for each recipient, and the traces of the mail that it answers.</summary>
public sealed record MailReading
{
    /// <summary>At least one; for mail that is no report a single one of class <see cref="BounceClass.Other"/>.</summary>
    public required IReadOnlyList<RecipientReading> Recipients { get; init; }

    public MailTrace Trace { get; init; } = new();

    /// <summary>The report's own Date and Message-ID, for display and for recognising a repeat.</summary>
    public DateTimeOffset? Date { get; init; }

    public string? MessageId { get; init; }

    public string? From { get; init; }

    public string? Subject { get; init; }
}
