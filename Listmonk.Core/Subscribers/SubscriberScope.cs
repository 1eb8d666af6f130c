using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Filtering;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Searching;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>Turns a filter into a database query within what the account may see; the one place where both meet.</summary>
internal static class SubscriberScope
{
    /// <summary>
    /// Below this many memberships the query starts from the list; above it, it walks the people and looks each up, which finds a
    /// page's worth at once without materialising the list.
    /// </summary>
    private const int SmallList = 20_000;

    public static bool SeesEverybody(Actor actor) => actor.SeesAllLists || actor.Can(Permissions.SubscribersGetAll);

    /// <summary>Lists that make a person visible to a restricted account.</summary>
    public static List<int> VisibleLists(Actor actor) => [.. actor.ReadableLists.Union(actor.ManageableLists)];

    public static async Task<Outcome<IQueryable<Subscriber>>> ApplyAsync(
        ListmonkDbContext db, SubscriberFilter filter, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var people = db.Subscribers.AsNoTracking();
        SqlCondition? matching = null;
        if (filter.Query.Length > 0)
        {
            if (!actor.Can(Permissions.SubscribersSqlQuery))
            {
                return Outcome<IQueryable<Subscriber>>.Forbidden($"Permission denied: {Permissions.SubscribersSqlQuery}");
            }

            var condition = SubscriberExpression.Compile(filter.Query, db.Dialect, actor, now);
            if (!condition.IsOk)
            {
                return Outcome<IQueryable<Subscriber>>.From(condition);
            }

            matching = condition.Value;
        }

        if (filter.SegmentId is { } segmentId)
        {
            if (await SegmentScope.FindAsync(db, segmentId, now, cancellationToken) is not { } segment)
            {
                return SegmentScope.NotFound<IQueryable<Subscriber>>();
            }

            matching = matching?.And(segment) ?? segment;
        }

        var words = SubscriberSearch.Words(filter.Search);
        if (words.Length > 0)
        {
            var found = SubscriberSearch.For(db.Dialect).Condition(words);
            matching = matching?.And(found) ?? found;
        }

        if (matching is not null)
        {
            people = matching.Apply(db);
        }

        if (filter.Status is { } status)
        {
            people = people.Where(person => person.Status == status);
        }

        if (filter.Finding is { } finding)
        {
            var report = await db.HygieneReports.Where(row => row.Status == HygieneStatus.Finished).MaxAsync(row => (int?)row.Id, cancellationToken) ?? 0;
            people = people.Where(person => db.HygieneFindings.Any(row => row.ReportId == report && row.Kind == finding && row.SubscriberId == person.Id));
        }

        var visible = SeesEverybody(actor) ? null : VisibleLists(actor);
        if (filter.ListIds.Count > 0)
        {
            var listIds = filter.ListIds.Distinct().Where(id => actor.CanReadList(id)).ToList();
            if (listIds.Count == 0)
            {
                return Outcome<IQueryable<Subscriber>>.Forbidden("Permission denied: lists");
            }

            return Outcome.Of(await MembersAsync(db, people, listIds, filter.SubscriptionStatus, cancellationToken));
        }

        return Outcome.Of(visible is null ? people : await MembersAsync(db, people, visible, null, cancellationToken));
    }

    /// <summary>The memberships that a filter without any other condition asks for: countable from the index alone.</summary>
    public static IQueryable<Subscription> Memberships(ListmonkDbContext db, IReadOnlyList<int> listIds, SubscriptionStatus? status)
    {
        var memberships = db.Subscriptions.AsNoTracking();
        if (listIds.Count == 1)
        {
            var listId = listIds[0];
            memberships = memberships.Where(subscription => subscription.ListId == listId);
        }
        else
        {
            memberships = memberships.Where(subscription => EF.Parameter(listIds).Contains(subscription.ListId));
        }

        return status is { } wanted ? memberships.Where(subscription => subscription.Status == wanted) : memberships;
    }

    private static async Task<IQueryable<Subscriber>> MembersAsync(
        ListmonkDbContext db, IQueryable<Subscriber> people, List<int> listIds, SubscriptionStatus? status, CancellationToken cancellationToken)
    {
        var memberships = Memberships(db, listIds, status);
        return await memberships.OrderBy(subscription => subscription.ListId).Take(SmallList).CountAsync(cancellationToken) < SmallList
            ? people.Where(person => memberships.Select(subscription => subscription.SubscriberId).Contains(person.Id))
            : people.Where(person => memberships.Any(subscription => subscription.SubscriberId == person.Id));
    }
}
