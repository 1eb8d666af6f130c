using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Reads what is new in an open mailbox and records it, each mail exactly once: bounces, and wishes to be taken off the lists.</summary>
/// <remarks>
/// Slice by slice, in this order: the bounces are committed, under a key made of the mail's bytes and the recipient; the mails are
/// remembered as read; they are cleared away on the server. A process that dies between two steps repeats the second on its next
/// scan: a bounce recorded twice is recognised by its key, a mail remembered but still there is only cleared away. Nothing is removed from
/// a mailbox before it is on record.
///
/// A mail that is at fault itself stays in the mailbox and is not remembered: the others of its slice go on, and each scan tries it again.
/// </remarks>
internal sealed partial class MailboxScanner(BounceRecorder recorder, UnsubscribeService unsubscribing, SeenMails seen, ILogger<MailboxScanner> logger)
{
    /// <summary>Mails in one step: what a crash makes us read again, and what is in memory at once.</summary>
    private const int Slice = 50;

    private const int LongestContent = 60_000;

    public async Task<MailboxScan> ScanAsync(BounceMailbox mailbox, IMailboxSession session, CancellationToken cancellationToken)
    {
        var listed = await session.ListAsync(cancellationToken);
        var known = await seen.ReadAsync(mailbox.Uuid, cancellationToken);
        await seen.ForgetAsync(mailbox.Uuid, known.Keys.Except(listed.Select(mail => mail.Uid), StringComparer.Ordinal), cancellationToken);
        await ClearAsync(mailbox, session, [.. listed.Where(mail => known.ContainsKey(mail.Uid)).Select(mail => (mail.Uid, known[mail.Uid]))], cancellationToken);
        var scan = new MailboxScan(0, 0, 0, listed.Count);
        foreach (var slice in listed.Where(mail => !mail.IsMarked && !known.ContainsKey(mail.Uid)).Select(mail => mail.Uid).Chunk(Slice))
        {
            scan = scan.Plus(await ReadAsync(mailbox, session, slice, cancellationToken));
        }

        return scan;
    }

    private async Task<MailboxScan> ReadAsync(BounceMailbox mailbox, IMailboxSession session, string[] uids, CancellationToken cancellationToken)
    {
        var reports = new List<BounceReport>();
        var mails = new List<(string Uid, bool IsReport, int First, int Count)>(uids.Length);
        var left = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (uid, bytes) in session.ReadAsync(uids, cancellationToken))
        {
            if (Read(mailbox, uid, bytes, cancellationToken) is not { } reading)
            {
                continue;
            }

            var first = reports.Count;
            reports.AddRange(ReportsOf(mailbox, reading, bytes));
            var isReport = reading.Recipients.Any(recipient => recipient.Class is not (BounceClass.Other or BounceClass.AutoReply));
            mails.Add((uid, isReport, first, reports.Count - first));
            if (!isReport && await TakeOffAsync(reading, cancellationToken))
            {
                left.Add(uid);
            }
        }

        var outcomes = await recorder.RecordAsync(reports, cancellationToken);
        // A report that leads to nobody stays in the mailbox, for a person to look at.
        (string Uid, bool IsHandled)[] read =
        [
            .. mails.Where(mail => !OutcomesOf(mail.First, mail.Count).Contains(BounceOutcome.Failed))
                .Select(mail => (mail.Uid, left.Contains(mail.Uid) || (mail.IsReport && (mail.Count == 0 || OutcomesOf(mail.First, mail.Count).Any(outcome => outcome != BounceOutcome.Unmatched))))),
        ];
        await seen.KeepAsync(mailbox.Uuid, read, cancellationToken);
        await ClearAsync(mailbox, session, read, cancellationToken);
        return new MailboxScan(read.Length, outcomes.Count(outcome => outcome == BounceOutcome.Recorded), outcomes.Count(outcome => outcome == BounceOutcome.Unmatched), 0) { Unsubscribed = left.Count };

        IEnumerable<BounceOutcome> OutcomesOf(int first, int count) => outcomes.Skip(first).Take(count);
    }

    /// <summary>Null when the mail makes the reader fail, which no mail should.</summary>
    private MailReading? Read(BounceMailbox mailbox, string uid, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            return BounceMailReader.Read(bytes, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a mail does to the reader, the others must be read.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogUnreadable(exception, uid, mailbox.Host);
            return null;
        }
    }

    /// <summary>Twice is as good as once, so nothing is remembered of it but the mail.</summary>
    private async Task<bool> TakeOffAsync(MailReading reading, CancellationToken cancellationToken) =>
        UnsubscribeMail.Read(reading.Subject) is { } mail && (await unsubscribing.UnsubscribeAsync(mail.CampaignUuid, mail.SubscriberUuid, everything: false, cancellationToken)).IsOk;

    private static IEnumerable<BounceReport> ReportsOf(BounceMailbox mailbox, MailReading reading, byte[] bytes)
    {
        var key = $"mail:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        var content = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestContent)));
        foreach (var recipient in reading.Recipients)
        {
            var meta = JsonSerializer.Serialize(new
            {
                from = reading.From,
                subject = reading.Subject,
                message_id = reading.MessageId,
                classify_reason = recipient.DecidedBy,
            }).Replace("\\u0000", "\\ufffd", StringComparison.OrdinalIgnoreCase);
            if (BounceReport.FromMail(reading, recipient, mailbox.Host, key, content, meta) is { } report)
            {
                yield return report;
            }
        }
    }

    private static async Task ClearAsync(BounceMailbox mailbox, IMailboxSession session, IReadOnlyList<(string Uid, bool IsHandled)> mails, CancellationToken cancellationToken)
    {
        foreach (var slice in mails.Where(mail => mail.IsHandled).Select(mail => mail.Uid).Chunk(Slice))
        {
            if (mailbox.After == BounceMailbox.Delete)
            {
                await session.DeleteAsync(slice, cancellationToken);
            }
            else if (mailbox.After == BounceMailbox.Move && mailbox.Type == BounceMailbox.Imap)
            {
                await session.MoveAsync(slice, mailbox.MoveTo, cancellationToken);
            }
        }

        if (mailbox.Others == BounceMailbox.Delete)
        {
            foreach (var slice in mails.Where(mail => !mail.IsHandled).Select(mail => mail.Uid).Chunk(Slice))
            {
                await session.DeleteAsync(slice, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The mail {Uid} at {Host} cannot be read and is left in the mailbox")]
    private partial void LogUnreadable(Exception exception, string uid, string host);
}

/// <summary>What a scan found.</summary>
/// <param name="Read">Mails that were new.</param>
/// <param name="Recorded">Bounces on record because of them.</param>
/// <param name="Unmatched">Reports that lead to nobody we know.</param>
/// <param name="Present">Mails in the mailbox when the scan began.</param>
public sealed record MailboxScan(int Read, int Recorded, int Unmatched, int Present)
{
    /// <summary>Mails that took a person off the lists.</summary>
    public int Unsubscribed { get; init; }

    internal MailboxScan Plus(MailboxScan other) =>
        new(Read + other.Read, Recorded + other.Recorded, Unmatched + other.Unmatched, Present + other.Present) { Unsubscribed = Unsubscribed + other.Unsubscribed };
}
