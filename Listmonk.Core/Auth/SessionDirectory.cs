using System.Collections.Frozen;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>
/// The open sessions in memory, so that a request does not ask the database whether its session was ended. Reloaded after each change,
/// other processes' changes included.
/// </summary>
public sealed class SessionDirectory(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock) : IRevised
{
    /// <summary>A session ends this long after it was last seen.</summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromDays(7);

    /// <summary>A session ends this long after it began, whatever happens.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(30);

    private FrozenDictionary<Guid, Session> _current = FrozenDictionary<Guid, Session>.Empty;

    string IRevised.Revision => Revision.Sessions;

    public bool IsOpen(Guid id, int userId) => Find(id) is { } session && session.UserId == userId && session.CreatedAt + MaxAge > clock.GetUtcNow();

    internal Session? Find(Guid id) => Volatile.Read(ref _current).GetValueOrDefault(id);

    /// <summary>Takes in a session that another process has just begun; the next request may come here before the news does.</summary>
    public async Task LearnAsync(Guid id, CancellationToken cancellationToken)
    {
        if (Find(id) is not null)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Sessions.AnyAsync(session => session.Id == id, cancellationToken))
        {
            await ReloadAsync(cancellationToken);
        }
    }

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sessions = await db.Sessions.AsNoTracking().ToListAsync(cancellationToken);
        Volatile.Write(ref _current, sessions.ToFrozenDictionary(session => session.Id));
    }
}
