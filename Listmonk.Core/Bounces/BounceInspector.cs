using System.Buffers;
using System.Text;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Says what a mail or a reply would be taken for, and whom it would be held against, without storing anything.</summary>
public sealed class BounceInspector(IDbContextFactory<ListmonkDbContext> databases, BounceMatcher matcher)
{
    /// <summary>Recipients of one report that are looked up.</summary>
    private const int MostRecipients = 200;

    private static readonly SearchValues<char> NoFieldName = SearchValues.Create(" \t<>@,;");

    public async Task<IReadOnlyList<InspectedRecipient>> InspectMailAsync(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        var results = new List<InspectedRecipient>();
        foreach (var part in MboxFile.Split(mail))
        {
            var reading = BounceMailReader.Read(part, cancellationToken);
            results.AddRange(await MatchAsync(reading.Recipients, reading.Trace, cancellationToken));
        }

        return results;
    }

    /// <summary>Takes a text for a bare answer or for a message, whichever it looks like.</summary>
    /// <param name="stage">CONN, MAIL, RCPT or DATA where known; only asked for answers.</param>
    public Task<IReadOnlyList<InspectedRecipient>> InspectTextAsync(string text, string? stage, CancellationToken cancellationToken) =>
        IsReply(text) ? InspectReplyAsync(text.Trim(), stage, cancellationToken) : InspectMailAsync(Encoding.UTF8.GetBytes(text.TrimStart()), cancellationToken);

    /// <summary>Whether a text is what a server answered: it begins with no header field, or with a code.</summary>
    public static bool IsReply(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty || char.IsAsciiDigit(start[0]))
        {
            return !start.IsEmpty;
        }

        var line = start[..Math.Max(0, start.IndexOfAny('\r', '\n') is var end and >= 0 ? end : start.Length)];
        var colon = line.IndexOf(':');
        // The line that mbox files put before a message, or a field's name without blanks (RFC 5322 §3.6.8).
        return !line.StartsWith("From ", StringComparison.Ordinal) && (colon <= 0 || line[..colon].ContainsAny(NoFieldName));
    }

    /// <param name="stage">CONN, MAIL, RCPT or DATA where known.</param>
    public Task<IReadOnlyList<InspectedRecipient>> InspectReplyAsync(string reply, string? stage, CancellationToken cancellationToken) =>
        MatchAsync([BounceMailReader.ReadReply(reply, stage, null, null)], new MailTrace(), cancellationToken);

    private async Task<IReadOnlyList<InspectedRecipient>> MatchAsync(IReadOnlyList<RecipientReading> readings, MailTrace trace, CancellationToken cancellationToken)
    {
        var results = new List<InspectedRecipient>(readings.Count);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var reading in readings.Take(MostRecipients))
        {
            var match = await matcher.FindAsync(db, reading, trace, cancellationToken);
            results.Add(new InspectedRecipient
            {
                Reading = reading,
                Match = match,
                Subscriber = match is null ? null : await db.Subscribers.Where(row => row.Id == match.Value.SubscriberId)
                    .Select(row => new InspectedSubscriber(row.Id, row.Uuid, row.Email, row.Name)).FirstOrDefaultAsync(cancellationToken),
                Campaign = match?.CampaignId is not { } campaignId ? null : await db.Campaigns.Where(row => row.Id == campaignId)
                    .Select(row => new InspectedCampaign(row.Id, row.Uuid, row.Name)).FirstOrDefaultAsync(cancellationToken),
            });
        }

        return results;
    }
}

/// <summary>One recipient of an inspected report.</summary>
public sealed record InspectedRecipient
{
    public required RecipientReading Reading { get; init; }

    public BounceMatch? Match { get; init; }

    public InspectedSubscriber? Subscriber { get; init; }

    public InspectedCampaign? Campaign { get; init; }
}

/// <summary>The person that a report was led back to.</summary>
public sealed record InspectedSubscriber(int Id, Guid Uuid, string Email, string Name);

/// <summary>The campaign that a report was led back to.</summary>
public sealed record InspectedCampaign(int Id, Guid Uuid, string Name);
