using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Filtering;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>Turns stored segments into conditions for the database.</summary>
internal static class SegmentScope
{
    /// <summary>The segment's condition as of <paramref name="now"/>; null when there is no such segment, or it cannot be understood any more.</summary>
    public static async Task<SqlCondition?> FindAsync(ListmonkDbContext db, int segmentId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Segments.AsNoTracking().Where(segment => segment.Id == segmentId).Select(segment => segment.Expression).FirstOrDefaultAsync(cancellationToken) is { } expression
            ? Compile(expression, db.Dialect, now)
            : null;

    /// <summary>Whoever wrote the segment saw all lists, so it means the same for everybody.</summary>
    public static SqlCondition? Compile(string expression, IDatabaseDialect dialect, DateTimeOffset now) =>
        SubscriberExpression.Compile(expression, dialect, Actor.System, now) is { IsOk: true } condition ? condition.Value : null;

    /// <summary>Ids of those who match; nobody when the segment is gone, rather than everybody.</summary>
    public static async Task<IQueryable<int>> PeopleAsync(ListmonkDbContext db, int segmentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var condition = await FindAsync(db, segmentId, now, cancellationToken) ?? SqlCondition.Nobody;
        return condition.Apply(db).Select(person => person.Id);
    }

    public static Outcome<T> NotFound<T>() => Outcome<T>.NotFound("Segment not found");
}
