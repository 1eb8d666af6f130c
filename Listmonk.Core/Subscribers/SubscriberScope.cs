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
        var matching = await MatchAsync(db, filter, actor, now, cancellationToken);
        return matching.IsOk ? await ApplyAsync(db, filter, matching.Value, actor, cancellationToken) : Outcome<IQueryable<Subscriber>>.From(matching);
    }

    /// <summary>What expression, segment and words ask together; null when the filter has none of them.</summary>
    public static async Task<Outcome<SqlCondition?>> MatchAsync(
        ListmonkDbContext db, SubscriberFilter filter, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SqlCondition? matching = null;
        if (filter.Query.Length > 0)
        {
            if (!actor.Can(Permissions.SubscribersSqlQuery))
            {
                return Outcome<SqlCondition?>.Forbidden($"Permission denied: {Permissions.SubscribersSqlQuery}");
            }

            var condition = SubscriberExpression.Compile(filter.Query, db.Dialect, actor, now);
            if (!condition.IsOk)
            {
                return Outcome<SqlCondition?>.From(condition);
            }

            matching = condition.Value;
        }

        if (filter.SegmentId is { } segmentId)
        {
            if (await SegmentScope.FindAsync(db, segmentId, now, cancellationToken) is not { } segment)
            {
                return SegmentScope.NotFound<SqlCondition?>();
            }

            matching = matching?.And(segment) ?? segment;
        }

        var words = SubscriberSearch.Words(filter.Search);
        if (words.Length > 0)
        {
            var found = SubscriberSearch.For(db.Dialect).Condition(words);
            matching = matching?.And(found) ?? found;
        }

        return matching;
    }

    /// <summary>Whether everybody is read for it: no index narrows the condition, and neither do lists, findings or what the account may see.</summary>
    public static bool ReadsEverybody(SubscriberFilter filter, SqlCondition? matching, Actor actor) =>
        matching is { ReadsRows: true } && filter.ListIds.Count == 0 && filter.Finding is null && SeesEverybody(actor);

    /// <summary>Those who match, with the wanted status of their own.</summary>
    public static IQueryable<Subscriber> Matching(ListmonkDbContext db, SubscriberFilter filter, SqlCondition? matching)
    {
        var people = matching?.Apply(db) ?? db.Subscribers.AsNoTracking();
        return filter.Status is { } status ? people.Where(person => person.Status == status) : people;
    }

    /// <summary>Those who match within what the account may see.</summary>
    public static async Task<Outcome<IQueryable<Subscriber>>> ApplyAsync(
        ListmonkDbContext db, SubscriberFilter filter, SqlCondition? matching, Actor actor, CancellationToken cancellationToken)
    {
        var people = Matching(db, filter, matching);
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
