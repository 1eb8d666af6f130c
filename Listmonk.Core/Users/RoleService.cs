using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>
/// Creates, changes and deletes roles. Nobody hands out what he does not have: otherwise the right to edit roles would be every right
/// (spec/auth.md 8).
/// </summary>
public sealed class RoleService(IDbContextFactory<ListmonkDbContext> databases, RoleQueries queries, UserDirectory directory, TimeProvider clock)
{
    private const int MaxNameLength = 200;

    public async Task<Outcome<RoleItem>> CreateAsync(RoleType type, RoleDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(type, draft, actor) is { IsOk: false } refused)
        {
            return Outcome<RoleItem>.From(refused);
        }

        var role = new Role
        {
            Type = type,
            Name = draft.Name.Trim(),
            CreatedAt = clock.GetUtcNow(),
            UpdatedAt = clock.GetUtcNow(),
        };
        var outcome = await databases.WriteAsync(
            async db =>
            {
                db.Roles.Add(role);
                return await FillAsync(db, role, draft, cancellationToken);
            },
            cancellationToken);
        return await FinishAsync(outcome, role.Id, cancellationToken);
    }

    public async Task<Outcome<RoleItem>> UpdateAsync(int id, RoleType type, RoleDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (id == Role.SuperAdminId)
        {
            return Outcome<RoleItem>.Invalid("", "Invalid ID(s)");
        }

        if (Check(type, draft, actor) is { IsOk: false } refused)
        {
            return Outcome<RoleItem>.From(refused);
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Roles.Include(row => row.Lists).SingleOrDefaultAsync(row => row.Id == id && row.Type == type, cancellationToken) is not { } role)
                {
                    return Outcome.NotFound("Role not found");
                }

                if (Exceeds(role, actor) is { } held)
                {
                    return Outcome.Forbidden(held);
                }

                role.Name = draft.Name.Trim();
                role.UpdatedAt = clock.GetUtcNow();
                return await FillAsync(db, role, draft, cancellationToken);
            },
            cancellationToken);
        return await FinishAsync(outcome, id, cancellationToken);
    }

    /// <summary>Refused while anybody holds the role. An unknown id is no error.</summary>
    public async Task<Outcome> DeleteAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.RolesManage))
        {
            return Outcome.Forbidden($"permission denied: {Permissions.RolesManage}");
        }

        if (id == Role.SuperAdminId)
        {
            return Outcome.Invalid("", "Invalid ID(s)");
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                var holders = await db.Users.CountAsync(user => user.UserRoleId == id || user.ListRoleId == id, cancellationToken);
                if (holders > 0)
                {
                    return Outcome.Invalid("", $"The role is held by {holders} user(s). Give them another role first.");
                }

                if (await db.Roles.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } role)
                {
                    db.Roles.Remove(role);
                }

                return Outcome.Ok;
            },
            cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return outcome;
    }

    private static Outcome Check(RoleType type, RoleDraft draft, Actor actor)
    {
        if (!actor.Can(Permissions.RolesManage))
        {
            return Outcome.Forbidden($"permission denied: {Permissions.RolesManage}");
        }

        if (draft.Name.Trim().Length is 0 or > MaxNameLength)
        {
            return Outcome.Invalid("name", "A role needs a name of at most 200 characters.");
        }

        return type == RoleType.User ? CheckPermissions(draft, actor) : CheckLists(draft, actor);
    }

    private static Outcome CheckPermissions(RoleDraft draft, Actor actor)
    {
        if (draft.Permissions.FirstOrDefault(name => !Permissions.All.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            return Outcome.Invalid("", $"Invalid fields: permission: {unknown}");
        }

        return draft.Permissions.FirstOrDefault(name => !actor.Can(name)) is { } beyond
            ? Outcome.Forbidden($"You cannot give a permission that you do not have: {beyond}")
            : Outcome.Ok;
    }

    private static Outcome CheckLists(RoleDraft draft, Actor actor)
    {
        foreach (var list in draft.Lists)
        {
            if (list.Permissions.FirstOrDefault(name => name is not (Permissions.ListGet or Permissions.ListManage)) is { } unknown)
            {
                return Outcome.Invalid("", $"Invalid fields: list permission: {unknown}");
            }

            if (list.Permissions.Count > 0 && !(list.Permissions.Contains(Permissions.ListManage, StringComparer.Ordinal) ? actor.CanManageList(list.ListId) : actor.CanReadList(list.ListId)))
            {
                return Outcome.Forbidden($"You cannot give more on list {list.ListId} than you may do yourself.");
            }
        }

        return Outcome.Ok;
    }

    /// <summary>A role that allows more than the actor may do is not the actor's to change.</summary>
    private static string? Exceeds(Role role, Actor actor) => role.Permissions.Find(name => !actor.Can(name)) is { } beyond
        ? $"The role allows what you may not do yourself: {beyond}"
        : null;

    private static async Task<Outcome> FillAsync(ListmonkDbContext db, Role role, RoleDraft draft, CancellationToken cancellationToken)
    {
        if (await db.Roles.AnyAsync(other => other.Type == role.Type && other.Name == role.Name && other.Id != role.Id, cancellationToken))
        {
            return Outcome.Conflict($"A role with the name '{role.Name}' exists already.");
        }

        if (role.Type == RoleType.User)
        {
            role.Permissions = [.. draft.Permissions.Distinct(StringComparer.Ordinal)];
            return Outcome.Ok;
        }

        var wanted = draft.Lists.Where(list => list.Permissions.Count > 0).GroupBy(list => list.ListId)
            .ToDictionary(group => group.Key, group => group.SelectMany(list => list.Permissions).Distinct(StringComparer.Ordinal).ToList());
        if (await db.Lists.CountAsync(list => wanted.Keys.Contains(list.Id), cancellationToken) != wanted.Count)
        {
            return Outcome.Invalid("lists", "One of the lists does not exist.");
        }

        role.Lists.RemoveAll(list => !wanted.ContainsKey(list.ListId));
        foreach (var (listId, permissions) in wanted)
        {
            if (role.Lists.Find(list => list.ListId == listId) is { } present)
            {
                present.Permissions = permissions;
            }
            else
            {
                role.Lists.Add(new RoleList { ListId = listId, Permissions = permissions });
            }
        }

        return Outcome.Ok;
    }

    private async Task<Outcome<RoleItem>> FinishAsync(Outcome outcome, int id, CancellationToken cancellationToken)
    {
        if (!outcome.IsOk)
        {
            return Outcome<RoleItem>.From(outcome);
        }

        await directory.ReloadAsync(cancellationToken);
        return await queries.FindAsync(id, Actor.System, cancellationToken);
    }
}
