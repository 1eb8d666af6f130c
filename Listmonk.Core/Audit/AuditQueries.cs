using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Audit;

/// <summary>Reads the audit log, newest first.</summary>
public sealed class AuditQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>The log names people and settings, so it asks for the right to see both.</summary>
    public static bool MayRead(Actor actor) => actor.Can(Permissions.UsersGet) && actor.Can(Permissions.SettingsGet);

    public async Task<Outcome<PagedList<AuditEntry>>> PageAsync(AuditFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        if (!MayRead(actor))
        {
            return Outcome<PagedList<AuditEntry>>.Forbidden("permission denied: users:get and settings:get");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.AuditLog.AsNoTracking();
        if (filter.Query.Trim() is { Length: > 0 } text)
        {
            rows = rows.Where(row => row.UserName.Contains(text) || row.Action.Contains(text));
        }

        rows = filter.Entity.Length > 0 ? rows.Where(row => row.Entity == filter.Entity) : rows;
        rows = filter.EntityId is { } id ? rows.Where(row => row.EntityId == id) : rows;
        rows = filter.From is { } from ? rows.Where(row => row.At >= from) : rows;
        rows = filter.Until is { } until ? rows.Where(row => row.At < until) : rows;
        var total = await rows.CountAsync(cancellationToken);
        rows = rows.OrderByDescending(row => row.Id);
        if (page.PerPage > 0)
        {
            rows = rows.Skip((Math.Max(1, page.Page) - 1) * page.PerPage).Take(page.PerPage);
        }

        return new PagedList<AuditEntry>(await rows.ToListAsync(cancellationToken), total, page);
    }
}
