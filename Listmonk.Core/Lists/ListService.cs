using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Lists;

/// <summary>Creates, changes and deletes lists.</summary>
public sealed class ListService(IDbContextFactory<ListmonkDbContext> databases, ListQueries queries, TimeProvider clock)
{
    public async Task<Outcome<ListItem>> CreateAsync(ListDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.ManagesAllLists)
        {
            return Outcome<ListItem>.Forbidden($"permission denied: {Permissions.ListsManageAll}");
        }

        if (ListRules.Check(draft) is { Count: > 0 } errors)
        {
            return Outcome<ListItem>.Invalid(errors);
        }

        var now = clock.GetUtcNow();
        var list = new MailingList
        {
            Uuid = Guid.NewGuid(),
            Name = draft.Name.Trim(),
            Type = draft.Type ?? ListType.Private,
            Optin = draft.Optin ?? ListOptin.Single,
            Status = draft.Status ?? ListStatus.Active,
            Tags = ListRules.CleanTags(draft.Tags ?? []),
            Description = draft.Description ?? "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        await databases.WriteAsync(
            db =>
            {
                db.Lists.Add(list);
                return Task.CompletedTask;
            },
            cancellationToken);
        return ListItem.From(list, new Dictionary<string, int>(StringComparer.Ordinal));
    }

    /// <summary>Changes a list; the new name is copied to the campaigns that go to it.</summary>
    public async Task<Outcome<ListItem>> UpdateAsync(int id, ListDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.CanManageList(id))
        {
            return Outcome<ListItem>.Forbidden("permission denied");
        }

        if (ListRules.Check(draft) is { Count: > 0 } errors)
        {
            return Outcome<ListItem>.Invalid(errors);
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Lists.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } list)
                {
                    return Outcome.NotFound("List not found");
                }

                var name = draft.Name.Trim();
                if (name != list.Name)
                {
                    list.Name = name;
                    await db.CampaignLists.Where(row => row.ListId == id)
                        .ExecuteUpdateAsync(row => row.SetProperty(copy => copy.ListName, name), cancellationToken);
                }

                list.Type = draft.Type ?? list.Type;
                list.Optin = draft.Optin ?? list.Optin;
                list.Status = draft.Status ?? list.Status;
                list.Tags = draft.Tags is { } tags ? ListRules.CleanTags(tags) : list.Tags;
                list.Description = draft.Description ?? list.Description;
                list.UpdatedAt = clock.GetUtcNow();
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? await queries.FindAsync(id, actor, cancellationToken) : Outcome<ListItem>.From(outcome);
    }

    /// <summary>Deletes lists and their subscriptions; subscribers stay. Unknown ids are no error.</summary>
    public async Task<Outcome> DeleteAsync(IReadOnlyCollection<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        if (!ids.All(actor.CanManageList))
        {
            return Outcome.Forbidden("permission denied");
        }

        foreach (var id in ids)
        {
            await DeleteOneAsync(id, cancellationToken);
        }

        return Outcome.Ok;
    }

    /// <summary>Deletes every list that matches and that the account may manage; returns how many.</summary>
    public async Task<Outcome<int>> DeleteMatchingAsync(ListFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        List<int> ids;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var lists = await ListQueries.MatchingAsync(db, filter, actor, cancellationToken);
            ids = await lists.Select(list => list.Id).ToListAsync(cancellationToken);
        }

        ids.RemoveAll(id => !actor.CanManageList(id));
        var outcome = await DeleteAsync(ids, actor, cancellationToken);
        return outcome.IsOk ? ids.Count : Outcome<int>.From(outcome);
    }

    /// <summary>Takes the subscriptions away in slices first: the cascade of a list with a million members would block every other writer.</summary>
    private async Task DeleteOneAsync(int id, CancellationToken cancellationToken)
    {
        const int Slice = 5000;
        int removed;
        do
        {
            removed = await databases.WriteAsync(
                async db =>
                {
                    var slice = db.Subscriptions.Where(row => row.ListId == id).OrderBy(row => row.SubscriberId).Take(Slice).Select(row => row.SubscriberId);
                    return await db.Subscriptions.Where(row => row.ListId == id && slice.Contains(row.SubscriberId)).ExecuteDeleteAsync(cancellationToken);
                },
                cancellationToken);
        }
        while (removed == Slice);

        await databases.WriteAsync(
            async db =>
            {
                if (await db.Lists.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } list)
                {
                    db.Lists.Remove(list);
                }
            },
            cancellationToken);
    }
}
