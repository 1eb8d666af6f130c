using System.Text.Json;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>
/// Makes a report: once through all people in windows of ids, each window's findings and the position in one transaction, so that a kill
/// repeats nothing. Of people who get no mail anyway (blocklisted, disabled) only duplicates are told.
/// </summary>
public sealed class HygieneScan(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, HygieneSignal signal, TimeProvider clock)
{
    /// <summary>Ids looked at in one transaction; about 50 ms when all of them are found at fault.</summary>
    private const int Window = 1000;

    /// <summary>Old findings of one kind that are deleted at once, in ids.</summary>
    private const int DeleteWindow = 10_000;

    /// <summary>Goes on with the report that waits, if any; returns whether there was one.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await leases.TryAcquireAsync<HygieneReport>(report => report.Status == HygieneStatus.Running, cancellationToken) is not { } report)
        {
            return false;
        }

        try
        {
            var mailboxes = await SharedMailboxesAsync(cancellationToken);
            while (report.Position < report.LastId)
            {
                var end = Math.Min(report.LastId, report.Position + Window);
                var found = await FindAsync(report, end, mailboxes, cancellationToken);
                if (!(await databases.WriteAsync(db => StoreAsync(db, report, end, found, cancellationToken), cancellationToken)).IsOk)
                {
                    return true;
                }

                report.Position = end;
                signal.Changed.Publish(HygieneProgress.From(report));
            }

            await EndAsync(report, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync<HygieneReport>(report.Id, report.LeaseEpoch, CancellationToken.None);
        }

        return true;
    }

    /// <summary>
    /// How many people have each mailbox that can be written in several ways. Only such addresses are kept, 8 bytes each; all others are their
    /// own mailbox.
    /// </summary>
    private async Task<Dictionary<ulong, int>> SharedMailboxesAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<ulong, int>();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var emails = db.Subscribers.AsNoTracking().OrderBy(person => person.Id).Select(person => person.Email).AsAsyncEnumerable();
        await foreach (var email in emails.WithCancellation(cancellationToken))
        {
            if (IsWrittenInSeveralWays(email))
            {
                var key = SuppressionStore.Key(AddressTables.Mailbox(email));
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return counts;
    }

    private static bool IsWrittenInSeveralWays(string email) =>
        email.Contains('+', StringComparison.Ordinal) || EmailAddress.Domain(email) is "gmail.com" or "googlemail.com";

    private async Task<List<HygieneFinding>> FindAsync(HygieneReport report, int end, Dictionary<ulong, int> mailboxes, CancellationToken cancellationToken)
    {
        var (from, since) = (report.Position, report.CreatedAt.AddMonths(-report.Months));
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var people = await db.Subscribers.AsNoTracking().Where(person => person.Id > from && person.Id <= end)
            .Select(person => new { person.Id, person.Email, person.Status, person.TrackingLevel }).ToListAsync(cancellationToken);
        var mailed = await db.Deliveries.AsNoTracking()
            .Where(row => row.SubscriberId > from && row.SubscriberId <= end && (row.Status == Sending.DeliveryStatus.Sent || row.Status == Sending.DeliveryStatus.Bounced))
            .GroupBy(row => row.SubscriberId)
            .Select(group => new { Id = group.Key, Recent = group.Count(row => row.DoneAt >= since) })
            .ToDictionaryAsync(row => row.Id, row => row.Recent, cancellationToken);
        var active = !report.KnowsActivity ? [] : await db.CampaignReaders.AsNoTracking()
            .Where(row => row.SubscriberId > from && row.SubscriberId <= end && (row.OpensPeople > 0 || row.ClicksPeople > 0) && (row.LastOpenAt >= since || row.LastClickAt >= since))
            .Select(row => row.SubscriberId).Distinct().ToHashSetAsync(cancellationToken);
        var bounced = await db.Bounces.AsNoTracking().Where(row => row.SubscriberId > from && row.SubscriberId <= end)
            .Select(row => row.SubscriberId).Distinct().ToHashSetAsync(cancellationToken);
        var unconfirmed = await db.Subscriptions.AsNoTracking()
            .Where(row => row.SubscriberId > from && row.SubscriberId <= end && row.Status == SubscriptionStatus.Unconfirmed && row.CreatedAt < since && row.List!.Optin == ListOptin.Double)
            .Select(row => row.SubscriberId).Distinct().ToHashSetAsync(cancellationToken);
        string[] lone = [.. people.Select(person => person.Email).Where(email => IsWrittenInSeveralWays(email) && mailboxes.GetValueOrDefault(SuppressionStore.Key(AddressTables.Mailbox(email))) < 2)
            .Select(AddressTables.Mailbox)];
        var plain = lone.Length == 0 ? [] : await db.Subscribers.AsNoTracking().Where(person => EF.Parameter(lone).Contains(person.Email)).Select(person => person.Email).ToHashSetAsync(cancellationToken);

        var found = new List<HygieneFinding>();
        foreach (var person in people)
        {
            var mailbox = AddressTables.Mailbox(person.Email);
            var others = mailboxes.GetValueOrDefault(SuppressionStore.Key(mailbox));
            if (IsWrittenInSeveralWays(person.Email) ? others > 1 || (plain.Contains(mailbox) && mailbox != person.Email) : others > 0)
            {
                Add(HygieneKind.Duplicate, mailbox);
            }

            if (person.Status != CampaignAudienceRules.Reachable)
            {
                continue;
            }

            AddIf(AddressTables.IsRole(person.Email), HygieneKind.Role);
            AddIf(AddressTables.IsDisposable(person.Email), HygieneKind.Disposable);
            AddIf(bounced.Contains(person.Id), HygieneKind.Bounced);
            AddIf(unconfirmed.Contains(person.Id), HygieneKind.Unconfirmed);
            AddIf(!mailed.ContainsKey(person.Id), HygieneKind.NeverMailed);
            // Whoever does not want to be watched cannot be seen to react.
            AddIf(
                report.KnowsActivity && person.TrackingLevel is null or TrackingLevel.Individual && mailed.GetValueOrDefault(person.Id) >= report.Mails && !active.Contains(person.Id),
                HygieneKind.Inactive);
            if (AddressTables.Correction(person.Email) is { } meant)
            {
                Add(HygieneKind.Typo, meant);
            }

            void AddIf(bool isSo, HygieneKind kind)
            {
                if (isSo)
                {
                    Add(kind, null);
                }
            }

            void Add(HygieneKind kind, string? detail) =>
                found.Add(new HygieneFinding { ReportId = report.Id, Kind = kind, SubscriberId = person.Id, Detail = detail });
        }

        return found;
    }

    private async Task<Outcome> StoreAsync(ListmonkDbContext db, HygieneReport report, int end, List<HygieneFinding> found, CancellationToken cancellationToken)
    {
        var held = await Held(db, report).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Position, end).SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + LeaseStore.Duration), cancellationToken);
        db.HygieneFindings.AddRange(found);
        return held == 1 ? Outcome.Ok : Outcome.Conflict("The report has passed to another process.");
    }

    private async Task EndAsync(HygieneReport report, CancellationToken cancellationToken)
    {
        Dictionary<string, int> counts;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            counts = (await db.HygieneFindings.AsNoTracking().Where(finding => finding.ReportId == report.Id)
                .GroupBy(finding => finding.Kind).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken))
                .ToDictionary(row => EnumText.Of(row.Key), row => row.Count);
        }

        (report.Counts, report.Status, report.FinishedAt) = (JsonSerializer.Serialize(counts), HygieneStatus.Finished, clock.GetUtcNow());
        await databases.WriteAsync(
            db => Held(db, report).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, report.Status).SetProperty(row => row.FinishedAt, report.FinishedAt).SetProperty(row => row.Counts, report.Counts), cancellationToken),
            cancellationToken);
        signal.Changed.Publish(HygieneProgress.From(report));
        await ForgetOlderAsync(report, cancellationToken);
    }

    private async Task ForgetOlderAsync(HygieneReport report, CancellationToken cancellationToken)
    {
        List<HygieneReport> older;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            older = await db.HygieneReports.AsNoTracking().Where(row => row.Id < report.Id).ToListAsync(cancellationToken);
        }

        foreach (var old in older)
        {
            foreach (var kind in Enum.GetValues<HygieneKind>())
            {
                for (var from = 0; from < old.LastId; from += DeleteWindow)
                {
                    var (after, end) = (from, from + DeleteWindow);
                    await databases.WriteAsync(
                        db => db.HygieneFindings.Where(row => row.ReportId == old.Id && row.Kind == kind && row.SubscriberId > after && row.SubscriberId <= end).ExecuteDeleteAsync(cancellationToken),
                        cancellationToken);
                }
            }

            await databases.WriteAsync(db => db.HygieneReports.Where(row => row.Id == old.Id).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private static IQueryable<HygieneReport> Held(ListmonkDbContext db, HygieneReport report) =>
        db.HygieneReports.Where(row => row.Id == report.Id && row.LeaseEpoch == report.LeaseEpoch && row.Status == HygieneStatus.Running);
}
