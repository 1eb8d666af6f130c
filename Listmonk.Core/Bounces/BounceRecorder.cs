using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
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
    LiveFeed<BounceRecorded> feed,
    TimeProvider clock,
    ILogger<BounceRecorder> logger)
{
    /// <summary>Reports in one transaction.</summary>
    private const int Slice = 50;

    private const int LongestContent = 64 * 1024;
    private const int LongestLine = 500;
    private const int LongestKey = 300;

    /// <summary>One outcome for each report, in order. A report that cannot be recorded keeps no other from it.</summary>
    /// <exception cref="Exception">The database is away, locked or full; what came before the fault is recorded, and may be told again.</exception>
    public async Task<IReadOnlyList<BounceOutcome>> RecordAsync(IReadOnlyList<BounceReport> reports, CancellationToken cancellationToken)
    {
        var outcomes = new List<BounceOutcome>(reports.Count);
        foreach (var slice in reports.Chunk(Slice))
        {
            try
            {
                outcomes.AddRange(await WriteAsync(slice, cancellationToken));
            }
            catch (Exception exception) when (IsOfReports(exception))
            {
                foreach (var report in slice)
                {
                    outcomes.Add(await RecordAloneAsync(report, cancellationToken));
                }
            }
        }

        return outcomes;
    }

    /// <exception cref="Exception">It cannot be recorded.</exception>
    public async Task<BounceOutcome> RecordAsync(BounceReport report, CancellationToken cancellationToken) =>
        (await WriteAsync([report], cancellationToken))[0];

    /// <summary>Weighs rows that were written by others and not weighed yet.</summary>
    public async Task JudgePendingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var rows = await databases.WriteAsync(
                async db =>
                {
                    var rows = await db.Bounces.Where(row => !row.IsJudged).OrderBy(row => row.Id).Take(Slice).ToListAsync(cancellationToken);
                    var erased = await JudgeAsync(db, rows, cancellationToken);
                    foreach (var row in rows.Where(row => erased.Contains(row.SubscriberId)))
                    {
                        // Gone with the person.
                        db.Entry(row).State = EntityState.Detached;
                    }

                    return rows;
                },
                cancellationToken);
            rows.ForEach(row => feed.Publish(Change(row)));
            if (rows.Count < Slice)
            {
                return;
            }
        }
    }

    private async Task<BounceOutcome> RecordAloneAsync(BounceReport report, CancellationToken cancellationToken)
    {
        try
        {
            return (await WriteAsync([report], cancellationToken))[0];
        }
        catch (Exception exception) when (IsOfReports(exception))
        {
            LogNotRecorded(exception, report.Source, report.Type);
            return BounceOutcome.Failed;
        }
    }

    /// <summary>Whether a fault comes from what is to be recorded, and not from a database in trouble or a process that stops.</summary>
    private static bool IsOfReports(Exception exception) => exception is not OperationCanceledException && !DatabaseFaults.MayPass(exception);

    private async Task<IReadOnlyList<BounceOutcome>> WriteAsync(BounceReport[] reports, CancellationToken cancellationToken)
    {
        var (outcomes, bounces) = await databases.WriteAsync(db => RecordAsync(db, reports, cancellationToken), cancellationToken);
        foreach (var bounce in bounces)
        {
            feed.Publish(Change(bounce));
            Measures.CountBounce(EnumText.Of(bounce.Type));
        }

        return outcomes;
    }

    /// <summary>Looks everything up that the reports need, decides in memory, and then writes, each by a few statements however many reports there are.</summary>
    private async Task<(BounceOutcome[] Outcomes, List<Bounce> Bounces)> RecordAsync(ListmonkDbContext db, BounceReport[] reports, CancellationToken cancellationToken)
    {
        var outcomes = new BounceOutcome[reports.Length];
        var found = await FindAsync(db, reports, outcomes, cancellationToken);
        var erased = await JudgeAsync(db, [.. found.Select(pair => pair.Bounce)], cancellationToken);
        var bounces = new List<Bounce>(found.Count);
        var gone = new HashSet<int>();
        foreach (var (bounce, index) in found)
        {
            if (gone.Contains(bounce.SubscriberId))
            {
                LogUnmatched(bounce.Source, bounce.Type);
                outcomes[index] = BounceOutcome.Unmatched;
                continue;
            }

            bounces.Add(bounce);
            if (bounce.Action == BounceAction.Delete)
            {
                gone.Add(bounce.SubscriberId);
            }
        }

        // The rows of a person go with the person; the figures of the campaign stay.
        db.Bounces.AddRange(bounces.Where(bounce => !erased.Contains(bounce.SubscriberId)));
        await db.SaveChangesAsync(cancellationToken);
        await CountAsync(db, bounces, cancellationToken);
        return (outcomes, bounces);
    }

    /// <summary>The reports that are news and lead to somebody, with their places; the outcomes of all.</summary>
    private async Task<List<(Bounce Bounce, int Index)>> FindAsync(ListmonkDbContext db, BounceReport[] reports, BounceOutcome[] outcomes, CancellationToken cancellationToken)
    {
        string?[] keys = [.. reports.Select(report => Cut(report.SourceKey, LongestKey))];
        var known = await KnownAsync(db, [.. keys.OfType<string>().Distinct(StringComparer.Ordinal)], cancellationToken);
        var leads = reports.Select(matcher.LeadsOf).ToList();
        var directory = await BounceDirectory.ReadAsync(db, [.. leads.SelectMany(one => one.Ways)], cancellationToken);
        var found = new List<(Bounce Bounce, int Index)>(reports.Length);
        for (var i = 0; i < reports.Length; i++)
        {
            if (keys[i] is { } told && known.Contains(told))
            {
                outcomes[i] = BounceOutcome.Repeated;
            }
            else if (await BounceMatcher.FindAsync(db, directory, leads[i], cancellationToken) is { } match)
            {
                found.Add((New(reports[i], keys[i], match, directory.EmailOf(match.SubscriberId)), i));
                outcomes[i] = BounceOutcome.Recorded;
                if (keys[i] is { } key)
                {
                    known.Add(key);
                }
            }
            else
            {
                LogUnmatched(reports[i].Source, reports[i].Type);
                outcomes[i] = BounceOutcome.Unmatched;
            }
        }

        return found;
    }

    private static async Task<HashSet<string>> KnownAsync(ListmonkDbContext db, string[] keys, CancellationToken cancellationToken) =>
        keys.Length == 0 ? new HashSet<string>(StringComparer.Ordinal)
        : (await db.Bounces.Where(row => row.SourceKey != null && EF.Parameter(keys).Contains(row.SourceKey)).Select(row => row.SourceKey!).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);

    private Bounce New(BounceReport report, string? key, BounceMatch match, string email)
    {
        var now = clock.GetUtcNow();
        return new Bounce
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
            Domain = EmailAddress.Domain(report.Reading?.Recipient ?? email),
            Content = Cut(report.Content, LongestContent),
            // A clock that runs ahead must not make a bounce the latest for ever.
            CreatedAt = report.At is { } at && at < now ? at : now,
        };
    }

    /// <summary>Who was deleted because of these bounces.</summary>
    private async Task<HashSet<int>> JudgeAsync(ListmonkDbContext db, List<Bounce> bounces, CancellationToken cancellationToken)
    {
        var wishes = await BounceJudge.WeighAsync(db, settings.Current.Bounces, bounces, cancellationToken);
        await BounceActions.ApplyAsync(db, bounces, wishes, clock.GetUtcNow(), cancellationToken);
        return [.. bounces.Where(bounce => bounce.Action == BounceAction.Delete).Select(bounce => bounce.SubscriberId)];
    }

    /// <summary>Marks the ledger, then the campaigns, each in the order of the ids: the ledger takes its locks in the same way, so that none waits for the other.</summary>
    private static async Task CountAsync(ListmonkDbContext db, List<Bounce> bounces, CancellationToken cancellationToken)
    {
        var campaigns = bounces.Where(bounce => bounce.CampaignId is not null).GroupBy(bounce => bounce.CampaignId!.Value).OrderBy(group => group.Key).ToList();
        foreach (var campaign in campaigns)
        {
            var campaignId = campaign.Key;
            int[] people = [.. campaign.Where(bounce => bounce.Type != BounceType.Complaint).Select(bounce => bounce.SubscriberId).Distinct()];
            await db.Deliveries.Where(row => row.CampaignId == campaignId && EF.Parameter(people).Contains(row.SubscriberId) && row.Status == DeliveryStatus.Sent)
                .ExecuteUpdateAsync(row => row.SetProperty(delivery => delivery.Status, DeliveryStatus.Bounced), cancellationToken);
        }

        foreach (var campaign in campaigns)
        {
            var (campaignId, count) = (campaign.Key, campaign.Count());
            await db.Campaigns.Where(row => row.Id == campaignId).ExecuteUpdateAsync(row => row.SetProperty(one => one.Bounces, one => one.Bounces + count), cancellationToken);
        }
    }

    private static BounceRecorded Change(Bounce bounce) =>
        new(bounce.SubscriberId, bounce.CampaignId, bounce.Type, bounce.Source, bounce.Reason, bounce.Domain, bounce.Line, bounce.Action);

    /// <summary>Short, and without the one character that no database keeps.</summary>
    private static string? Cut(string? text, int length) => text is null ? null : ShortText.Cut(text, length).Replace("\0", "", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Information, Message = "A {Type} report of {Source} leads to nobody we know")]
    private partial void LogUnmatched(string source, BounceType type);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Type} report of {Source} could not be recorded")]
    private partial void LogNotRecorded(Exception exception, string source, BounceType type);
}
