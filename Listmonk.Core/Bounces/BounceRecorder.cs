using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Duplicates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces;

/// <summary>The one way into the table of bounces, for every source: SMTP refusals, mailboxes, webhooks, the API.</summary>
/// <remarks>
/// When a report has been taken, everything is committed: the row, the counters of the campaign, the mark in the ledger and what
/// happened to the person, in one transaction. A source may then forget its report. Told twice by the same key, an event counts once.
///
/// The ledger of campaigns writes its refusals itself, in the transaction of the outcome, and not yet weighed;
/// <see cref="JudgePendingAsync"/> weighs them, also those that a crash left over.
/// </remarks>
public sealed partial class BounceRecorder(
    IDbContextFactory<ListmonkDbContext> databases,
    BounceMatcher matcher,
    SettingsStore settings,
    MergedSubscriberStore merged,
    LiveFeed<BounceRecorded> feed,
    TimeProvider clock,
    ILogger<BounceRecorder> logger)
{
    /// <summary>Reports in one transaction.</summary>
    private const int Slice = 50;

    private const int LongestContent = 64 * 1024;
    private const int LongestLine = 500;
    private const int LongestKey = 300;

    /// <summary>One outcome for each report, in order.</summary>
    public async Task<IReadOnlyList<BounceOutcome>> RecordAsync(IReadOnlyList<BounceReport> reports, CancellationToken cancellationToken)
    {
        var outcomes = new List<BounceOutcome>(reports.Count);
        foreach (var slice in reports.Chunk(Slice))
        {
            var recorded = new List<BounceRecorded>();
            outcomes.AddRange(await databases.WriteAsync(
                async db =>
                {
                    // The work may run again after a conflict: nothing of a failed try may stay.
                    recorded.Clear();
                    var found = new List<BounceOutcome>(slice.Length);
                    foreach (var report in slice)
                    {
                        found.Add(await RecordAsync(db, report, recorded, cancellationToken));
                    }

                    return found;
                },
                cancellationToken));
            recorded.ForEach(bounce =>
            {
                feed.Publish(bounce);
                Measures.CountBounce(EnumText.Of(bounce.Type));
            });
        }

        return outcomes;
    }

    public async Task<BounceOutcome> RecordAsync(BounceReport report, CancellationToken cancellationToken) =>
        (await RecordAsync([report], cancellationToken))[0];

    /// <summary>Weighs rows that were written by others and not weighed yet.</summary>
    public async Task JudgePendingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var recorded = new List<BounceRecorded>();
            var count = await databases.WriteAsync(
                async db =>
                {
                    recorded.Clear();
                    var rows = await db.Bounces.Where(row => !row.IsJudged).OrderBy(row => row.Id).Take(Slice).ToListAsync(cancellationToken);
                    foreach (var row in rows)
                    {
                        await JudgeAsync(db, row, cancellationToken);
                        recorded.Add(Change(row));
                    }

                    return rows.Count;
                },
                cancellationToken);
            recorded.ForEach(feed.Publish);
            if (count < Slice)
            {
                return;
            }
        }
    }

    private async Task<BounceOutcome> RecordAsync(ListmonkDbContext db, BounceReport report, List<BounceRecorded> recorded, CancellationToken cancellationToken)
    {
        var key = report.SourceKey is { } given ? ShortText.Cut(given, LongestKey) : null;
        if (key is not null && await db.Bounces.AnyAsync(row => row.SourceKey == key, cancellationToken))
        {
            return BounceOutcome.Repeated;
        }

        if (await MatchAsync(db, report, cancellationToken) is not { } match)
        {
            LogUnmatched(report.Source, report.Type);
            return BounceOutcome.Unmatched;
        }

        var now = clock.GetUtcNow();
        var address = report.Reading?.Recipient ?? await db.Subscribers.Where(row => row.Id == match.SubscriberId).Select(row => row.Email).FirstAsync(cancellationToken);
        var bounce = new Bounce
        {
            SubscriberId = match.SubscriberId,
            CampaignId = match.CampaignId,
            Type = report.Type,
            Source = report.Source,
            SourceKey = key,
            Meta = report.Meta,
            Status = report.Reading?.Status,
            Reason = report.Reading?.Reason,
            Line = Cut(report.Reading?.Line, LongestLine),
            DecidedBy = Cut(report.Reading?.DecidedBy, LongestLine),
            MatchedBy = match.By,
            Domain = EmailAddress.Domain(address),
            Content = Cut(report.Content, LongestContent),
            // A clock that runs ahead must not make a bounce the latest for ever.
            CreatedAt = report.At is { } at && at < now ? at : now,
        };
        db.Bounces.Add(bounce);
        await db.SaveChangesAsync(cancellationToken);
        if (match.CampaignId is { } campaignId)
        {
            await db.Campaigns.Where(row => row.Id == campaignId).ExecuteUpdateAsync(row => row.SetProperty(campaign => campaign.Bounces, campaign => campaign.Bounces + 1), cancellationToken);
            if (report.Type != BounceType.Complaint)
            {
                await db.Deliveries.Where(row => row.CampaignId == campaignId && row.SubscriberId == match.SubscriberId && row.Status == DeliveryStatus.Sent)
                    .ExecuteUpdateAsync(row => row.SetProperty(delivery => delivery.Status, DeliveryStatus.Bounced), cancellationToken);
            }
        }

        await JudgeAsync(db, bounce, cancellationToken);
        recorded.Add(Change(bounce));
        return BounceOutcome.Recorded;
    }

    private async Task<BounceMatch?> MatchAsync(ListmonkDbContext db, BounceReport report, CancellationToken cancellationToken)
    {
        int? person = null;
        if (report.SubscriberId is { } named)
        {
            var id = merged.Resolve(named);
            person = await db.Subscribers.Where(row => row.Id == id).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken);
        }
        else if (report.SubscriberUuid is { } namedUuid)
        {
            var uuid = merged.Resolve(namedUuid);
            person = await db.Subscribers.Where(row => row.Uuid == uuid).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken);
        }
        else if (report.Email is { } email)
        {
            person = await db.Subscribers.Where(row => row.Email == email).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken);
        }

        if (person is not null)
        {
            var campaign = report.CampaignId is { } campaignId ? await db.Campaigns.Where(row => row.Id == campaignId).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken)
                : report.CampaignUuid is { } campaignUuid ? await db.Campaigns.Where(row => row.Uuid == campaignUuid).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken)
                : null;
            return new BounceMatch(person.Value, campaign, BounceMatchedBy.Caller, BounceCertainty.Certain);
        }

        return report is { Trace: { } trace, Reading: { } reading } ? await matcher.FindAsync(db, reading, trace, cancellationToken) : null;
    }

    private async Task JudgeAsync(ListmonkDbContext db, Bounce bounce, CancellationToken cancellationToken)
    {
        bounce.IsJudged = true;
        var rules = settings.Current.Bounces;
        if (!rules.Enabled || bounce.Type == BounceType.Policy)
        {
            return;
        }

        var (rule, window) = bounce.Type switch
        {
            BounceType.Hard => (rules.Actions.Hard, rules.Windows.Hard),
            BounceType.Complaint => (rules.Actions.Complaint, rules.Windows.Complaint),
            _ => (rules.Actions.Soft, rules.Windows.Soft),
        };
        var since = window == 0 ? DateTimeOffset.MinValue : bounce.CreatedAt.AddDays(-window);
        if (bounce.Type == BounceType.Soft && await LastGoodAsync(db, bounce, cancellationToken) is { } good && good > since)
        {
            since = good;
        }

        await db.SaveChangesAsync(cancellationToken);
        var count = await db.Bounces.CountAsync(
            row => row.SubscriberId == bounce.SubscriberId && row.Type == bounce.Type && row.CreatedAt >= since && row.CreatedAt <= bounce.CreatedAt, cancellationToken);
        if (count >= rule.Count && rule.Action != BounceAction.None)
        {
            await BounceActions.ApplyAsync(db, bounce, rule.Action, clock.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>The last sign that mail reaches the person: a human open or click, or a mail that nobody sent back for some days.</summary>
    private static async Task<DateTimeOffset?> LastGoodAsync(ListmonkDbContext db, Bounce bounce, CancellationToken cancellationToken)
    {
        var at = bounce.CreatedAt;
        var quiet = at.AddDays(-BounceSettings.DaysUntilDelivered);
        var hit = await db.TrackingHits
            .Where(row => row.SubscriberId == bounce.SubscriberId && row.Verdict == Tracking.HitVerdict.Human && row.At <= at)
            .MaxAsync(row => (DateTimeOffset?)row.At, cancellationToken);
        var delivered = await db.Deliveries
            .Where(row => row.SubscriberId == bounce.SubscriberId && row.Status == DeliveryStatus.Sent && row.DoneAt <= quiet)
            .MaxAsync(row => row.DoneAt, cancellationToken);
        return hit is null || delivered > hit ? delivered : hit;
    }

    private static BounceRecorded Change(Bounce bounce) =>
        new(bounce.SubscriberId, bounce.CampaignId, bounce.Type, bounce.Source, bounce.Reason, bounce.Domain, bounce.Line, bounce.Action);

    /// <summary>Short, and without the one character that no database keeps.</summary>
    private static string? Cut(string? text, int length) => text is null ? null : ShortText.Cut(text, length).Replace("\0", "", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Information, Message = "A {Type} report of {Source} leads to nobody we know")]
    private partial void LogUnmatched(string source, BounceType type);
}
