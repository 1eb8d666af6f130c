using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Hygiene;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Duplicates;

/// <summary>Reads the groups of probable duplicates that the last hygiene report has found.</summary>
public sealed class DuplicateQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Mailboxes with two or more people who are still there, in the order of the alphabet; empty for an account that sees only some people.</summary>
    public async Task<PagedList<DuplicateGroup>> PageAsync(PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        if (!HygieneService.MaySee(actor))
        {
            return new PagedList<DuplicateGroup>([], 0, page);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var report = await db.HygieneReports.Where(row => row.Status == HygieneStatus.Finished).MaxAsync(row => (int?)row.Id, cancellationToken) ?? 0;
        var findings = db.HygieneFindings.AsNoTracking()
            .Where(row => row.ReportId == report && row.Kind == HygieneKind.Duplicate && db.Subscribers.Any(person => person.Id == row.SubscriberId));
        var mailboxes = findings.GroupBy(row => row.Detail!).Where(group => group.Count() > 1).Select(group => group.Key);
        var total = await mailboxes.CountAsync(cancellationToken);
        var shown = await mailboxes.OrderBy(mailbox => mailbox).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        var members = await findings.Where(row => EF.Parameter(shown).Contains(row.Detail!)).Select(row => new { row.Detail, row.SubscriberId }).ToListAsync(cancellationToken);
        int[] ids = [.. members.Select(member => member.SubscriberId)];
        var people = (await SubscriberQueries.LoadAsync(db, ids, actor, cancellationToken)).ToDictionary(person => person.Id);
        var mails = await db.Deliveries.AsNoTracking().Where(row => EF.Parameter(ids).Contains(row.SubscriberId)).GroupBy(row => row.SubscriberId)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var hits = await db.TrackingHits.AsNoTracking().Where(row => row.SubscriberId != null && EF.Parameter(ids).Contains(row.SubscriberId.Value)).GroupBy(row => row.SubscriberId!.Value)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return new PagedList<DuplicateGroup>(
            [
                .. shown.Select(mailbox => new DuplicateGroup(
                    mailbox,
                    [
                        .. members.Where(member => member.Detail == mailbox && people.ContainsKey(member.SubscriberId))
                            .Select(member => new DuplicatePerson(people[member.SubscriberId], mails.GetValueOrDefault(member.SubscriberId), hits.GetValueOrDefault(member.SubscriberId)))
                            .OrderByDescending(member => member.Mails + member.Hits).ThenBy(member => member.Person.CreatedAt).ThenBy(member => member.Person.Id),
                    ])),
            ],
            total,
            page);
    }
}

/// <param name="Mailbox">The address behind all of theirs.</param>
/// <param name="People">Who is best kept first: with most history, then the oldest.</param>
public sealed record DuplicateGroup(string Mailbox, IReadOnlyList<DuplicatePerson> People);

/// <param name="Mails">Mails of campaigns to this address, whatever became of them.</param>
/// <param name="Hits">Opens and clicks.</param>
public sealed record DuplicatePerson(SubscriberItem Person, int Mails, int Hits);
