using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>Reads user roles and list roles.</summary>
public sealed class RoleQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Oldest first; whoever may see users sees their roles too.</summary>
    public async Task<Outcome<IReadOnlyList<RoleItem>>> AllAsync(RoleType type, Actor actor, CancellationToken cancellationToken) =>
        actor.CanAny(Permissions.RolesGet, Permissions.UsersGet)
            ? Outcome.Of<IReadOnlyList<RoleItem>>(await ReadAsync(type, cancellationToken))
            : Outcome<IReadOnlyList<RoleItem>>.Forbidden($"permission denied: {Permissions.RolesGet}");

    public async Task<Outcome<RoleItem>> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.RolesGet))
        {
            return Outcome<RoleItem>.Forbidden($"permission denied: {Permissions.RolesGet}");
        }

        return (await ReadAsync(null, cancellationToken)).Find(role => role.Id == id) is { } found ? found : Outcome<RoleItem>.NotFound("Role not found");
    }

    internal async Task<List<RoleItem>> ReadAsync(RoleType? type, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var roles = await db.Roles.AsNoTracking().Include(role => role.Lists).Where(role => type == null || role.Type == type)
            .OrderBy(role => role.Id).ToListAsync(cancellationToken);
        var ids = roles.SelectMany(role => role.Lists).Select(list => list.ListId).Distinct().ToList();
        var names = ids.Count == 0
            ? []
            : await db.Lists.Where(list => ids.Contains(list.Id)).ToDictionaryAsync(list => list.Id, list => list.Name, cancellationToken);
        var holders = await db.Users.Select(user => new { user.UserRoleId, user.ListRoleId }).ToListAsync(cancellationToken);
        return [.. roles.Select(role => new RoleItem
        {
            Id = role.Id,
            Type = role.Type,
            Name = role.Name,
            Permissions = role.Permissions,
            Lists = [.. role.Lists.OrderBy(list => list.ListId).Select(list => new RoleListItem(list.ListId, names.GetValueOrDefault(list.ListId, ""), list.Permissions))],
            UserCount = holders.Count(holder => holder.UserRoleId == role.Id || holder.ListRoleId == role.Id),
            CreatedAt = role.CreatedAt,
            UpdatedAt = role.UpdatedAt,
        })];
    }
}
