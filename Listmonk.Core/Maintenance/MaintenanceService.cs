using System.Text.Json;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Maintenance;

/// <summary>
/// Removes people and subscriptions that nobody needs, in slices, so that sending and tracking go on; each clean-up leaves an entry in the
/// audit log.
/// </summary>
public sealed class MaintenanceService(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int Slice = 500;
    private const string Denied = $"Permission denied: {Permissions.SettingsMaintain}";

    /// <summary>How many people a clean-up would remove now.</summary>
    public async Task<int> CountAsync(SubscriberCleanup kind, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await People(db, kind).CountAsync(cancellationToken);
    }

    /// <summary>Subscriptions of double opt-in lists that were made before the time and never confirmed.</summary>
    public async Task<int> CountUnconfirmedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Unconfirmed(db, before).CountAsync(cancellationToken);
    }

    /// <summary>Deletes the people; their opens and clicks stay without them. Returns how many went.</summary>
    public async Task<Outcome<int>> DeleteSubscribersAsync(SubscriberCleanup kind, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.SettingsMaintain))
        {
            return Outcome<int>.Forbidden(Denied);
        }

        var count = await DeleteAsync(
            async db =>
            {
                var ids = await People(db, kind).OrderBy(person => person.Id).Select(person => person.Id).Take(Slice).ToArrayAsync(cancellationToken);
                // Asked again: between the two somebody may have been put on a list, or taken off the blocklist.
                var people = People(db, kind).Where(person => EF.Parameter(ids).Contains(person.Id));
                await db.ForgetHitDetailsAsync(people.Select(person => (int?)person.Id), cancellationToken);
                return await people.ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
        await NoteAsync($"maintenance.delete_{EnumText.Of(kind)}_subscribers", actor, new { count }, cancellationToken);
        return count;
    }

    /// <summary>Deletes the subscriptions, not the people. Returns how many went.</summary>
    public async Task<Outcome<int>> DeleteUnconfirmedAsync(DateTimeOffset before, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.SettingsMaintain))
        {
            return Outcome<int>.Forbidden(Denied);
        }

        var count = await DeleteAsync(
            async db =>
            {
                var people = await Unconfirmed(db, before).OrderBy(row => row.SubscriberId).Select(row => row.SubscriberId).Distinct().Take(Slice).ToArrayAsync(cancellationToken);
                return await Unconfirmed(db, before).Where(row => EF.Parameter(people).Contains(row.SubscriberId)).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
        await NoteAsync("maintenance.delete_unconfirmed_subscriptions", actor, new { count, before }, cancellationToken);
        return count;
    }

    /// <summary>The latest maintenance work, by people and by schedule, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> HistoryAsync(int count, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.AuditLog.AsNoTracking()
            .Where(entry => entry.Action.StartsWith("maintenance."))
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id)
            .Take(count)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Puts finished work on record.</summary>
    internal Task NoteAsync(string action, Actor actor, object details, CancellationToken cancellationToken) => databases.WriteAsync(
        db =>
        {
            db.AuditLog.Add(new AuditEntry
            {
                At = clock.GetUtcNow(),
                UserId = actor.UserId,
                UserName = actor.Name,
                Action = action,
                After = JsonSerializer.Serialize(details, JsonSerializerOptions.Web),
            });
            return Task.CompletedTask;
        },
        cancellationToken);

    private async Task<int> DeleteAsync(Func<ListmonkDbContext, Task<int>> deleteSlice, CancellationToken cancellationToken)
    {
        var total = 0;
        int deleted;
        do
        {
            deleted = await databases.WriteAsync(deleteSlice, cancellationToken);
            total += deleted;
        }
        while (deleted > 0);
        return total;
    }

    private static IQueryable<Subscriber> People(ListmonkDbContext db, SubscriberCleanup kind) => kind == SubscriberCleanup.Blocklisted
        ? db.Subscribers.Where(person => person.Status == SubscriberStatus.Blocklisted)
        : db.Subscribers.Where(person => !person.Subscriptions.Any());

    private static IQueryable<Subscription> Unconfirmed(ListmonkDbContext db, DateTimeOffset before) =>
        db.Subscriptions.Where(row => row.Status == SubscriptionStatus.Unconfirmed && row.List!.Optin == ListOptin.Double && row.CreatedAt < before);
}
