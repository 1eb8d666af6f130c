using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Filtering;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>Creates, changes and deletes segments.</summary>
/// <remarks>
/// A segment looks at everything when a campaign goes out, whoever sends it. So whoever writes one needs the permission for queries and
/// must see all lists: otherwise a count would tell about lists that are hidden from them.
/// </remarks>
public sealed class SegmentService(IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, TimeProvider clock)
{
    public static bool CanManage(Actor actor) => actor.Can(Permissions.SubscribersSqlQuery) && actor.SeesAllLists;

    public async Task<Outcome<SegmentItem>> CreateAsync(SegmentDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(draft, actor) is { } refusal)
        {
            return Outcome<SegmentItem>.From(refusal);
        }

        var now = clock.GetUtcNow();
        var segment = new Segment { Name = draft.Name.Trim(), Description = draft.Description.Trim(), Expression = draft.Expression.Trim(), CreatedAt = now, UpdatedAt = now };
        var outcome = await SaveAsync(
            db =>
            {
                db.Segments.Add(segment);
                return Task.FromResult(Outcome.Ok);
            },
            cancellationToken);
        return outcome.IsOk ? SegmentItem.From(segment) : Outcome<SegmentItem>.From(outcome);
    }

    /// <summary>Changes a segment; campaigns that use it and have not gone out follow.</summary>
    public async Task<Outcome<SegmentItem>> UpdateAsync(int id, SegmentDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(draft, actor) is { } refusal)
        {
            return Outcome<SegmentItem>.From(refusal);
        }

        SegmentItem? changed = null;
        var outcome = await SaveAsync(
            async db =>
            {
                if (await db.Segments.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } segment)
                {
                    return SegmentScope.NotFound<SegmentItem>();
                }

                (segment.Name, segment.Description, segment.Expression) = (draft.Name.Trim(), draft.Description.Trim(), draft.Expression.Trim());
                segment.UpdatedAt = clock.GetUtcNow();
                changed = SegmentItem.From(segment);
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? changed! : Outcome<SegmentItem>.From(outcome);
    }

    /// <summary>
    /// Deletes a segment. A campaign that names it reaches nobody until another is chosen; while one is under way or scheduled the
    /// deletion is refused.
    /// </summary>
    public async Task<Outcome> DeleteAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        if (!CanManage(actor))
        {
            return Denied;
        }

        return await databases.WriteAsync<Outcome>(
            async db =>
            {
                if (await db.Segments.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } segment)
                {
                    return SegmentScope.NotFound<bool>();
                }

                var busy = await db.Campaigns.AsNoTracking()
                    .Where(campaign => campaign.SegmentId == id
                        && (campaign.Status == Campaigns.CampaignStatus.Scheduled || campaign.Status == Campaigns.CampaignStatus.Running || campaign.Status == Campaigns.CampaignStatus.Paused))
                    .Select(campaign => campaign.Name).FirstOrDefaultAsync(cancellationToken);
                if (busy is not null)
                {
                    return Outcome.Conflict($"The campaign '{busy}' is going to these people. Cancel it or give it another segment first.");
                }

                db.Segments.Remove(segment);
                return Outcome.Ok;
            },
            cancellationToken);
    }

    private static Outcome Denied => Outcome.Forbidden($"Permission denied: {Permissions.SubscribersSqlQuery} and {Permissions.ListsGetAll}");

    private Outcome? Refuse(SegmentDraft draft, Actor actor)
    {
        if (!CanManage(actor))
        {
            return Denied;
        }

        var errors = new List<FieldError>();
        if (draft.Name.Trim().Length is 0 or > Segment.MaxNameLength)
        {
            errors.Add(new FieldError("name", $"Give the segment a name of at most {Segment.MaxNameLength} characters."));
        }

        if (draft.Description.Length > Segment.MaxDescriptionLength)
        {
            errors.Add(new FieldError("description", $"The description may have {Segment.MaxDescriptionLength} characters."));
        }

        if (draft.Expression.Trim().Length == 0)
        {
            errors.Add(new FieldError("expression", "Say who belongs to the segment."));
        }
        else if (SubscriberExpression.Compile(draft.Expression, dialect, actor, clock.GetUtcNow()) is { IsOk: false } fault)
        {
            errors.Add(new FieldError("expression", fault.Message));
        }

        return errors.Count > 0 ? Outcome.Invalid(errors) : null;
    }

    private async Task<Outcome> SaveAsync(Func<ListmonkDbContext, Task<Outcome>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await databases.WriteAsync(work, cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            return Outcome.Conflict("Another segment has this name; choose a different one.");
        }
    }
}
