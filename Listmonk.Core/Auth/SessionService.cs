using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>Opens, lists and ends sessions.</summary>
public sealed class SessionService(IDbContextFactory<ListmonkDbContext> databases, SessionDirectory sessions, TimeProvider clock)
{
    private const int MaxBrowserLength = 300;
    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(5);
    private readonly BoundedCache<Guid, DateTimeOffset> _seen = new(1000);
    private readonly BoundedCache<int, DateTimeOffset> _tokensUsed = new(1000);

    public async Task<Guid> StartAsync(Account account, SignInMethod method, string? address, string? browser, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var session = new Session
        {
            Id = Guid.NewGuid(),
            UserId = account.Id,
            Stamp = account.SecurityStamp,
            CreatedAt = now,
            LastSeenAt = now,
            Address = address,
            Browser = browser is { Length: > MaxBrowserLength } ? browser[..MaxBrowserLength] : browser,
            Method = method,
        };
        await databases.WriteAsync(
            async db =>
            {
                db.Sessions.Add(session);
                if (await db.Users.SingleOrDefaultAsync(user => user.Id == account.Id, cancellationToken) is { } user)
                {
                    user.LastSignInAt = now;
                }
            },
            cancellationToken);
        await sessions.ReloadAsync(cancellationToken);
        return session.Id;
    }

    /// <summary>Notes that a session is in use; at most every few minutes, and without a word to the other processes.</summary>
    public async Task TouchAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = _seen.TryGet(id, out var noted) ? noted : sessions.Find(id)?.LastSeenAt ?? now;
        if (now - last < SeenStep)
        {
            return;
        }

        _seen.Set(id, now);
        await databases.WriteAsync(
            db => db.Sessions.Where(session => session.Id == id).ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeenAt, now), cancellationToken),
            cancellationToken);
    }

    /// <summary>Notes that an API user's token is in use; also at most every few minutes.</summary>
    public async Task TouchTokenAsync(int userId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_tokensUsed.TryGet(userId, out var last) && now - last < SeenStep)
        {
            return;
        }

        _tokensUsed.Set(userId, now);
        await databases.WriteAsync(
            db => db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(user => user.TokenUsedAt, now), cancellationToken),
            cancellationToken);
    }

    /// <summary>Newest first; everybody's for whoever may see users, otherwise the own.</summary>
    public async Task<IReadOnlyList<SessionItem>> AllAsync(int? userId, Actor actor, CancellationToken cancellationToken)
    {
        var owner = actor.Can(Permissions.UsersGet) ? userId : actor.UserId ?? 0;
        var oldest = clock.GetUtcNow() - SessionDirectory.MaxAge;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Sessions.AsNoTracking()
            .Join(db.Users, session => session.UserId, user => user.Id, (session, user) => new { session, user.Username, user.SecurityStamp, user.Status })
            .Where(row => (owner == null || row.session.UserId == owner) && row.session.Stamp == row.SecurityStamp && row.Status == UserStatus.Enabled && row.session.CreatedAt > oldest)
            .OrderByDescending(row => row.session.LastSeenAt)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new SessionItem(
            row.session.Id, row.session.UserId, row.Username, row.session.CreatedAt, row.session.LastSeenAt, row.session.Address, row.session.Browser, row.session.Method))];
    }

    /// <summary>Ends one session: the own, or anybody's for whoever manages users.</summary>
    public Task<Outcome> EndAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        EndAsync(session => session.Id == id, actor, cancellationToken);

    /// <summary>Ends the account's sessions except one.</summary>
    public Task<Outcome> EndOthersAsync(int userId, Guid? kept, Actor actor, CancellationToken cancellationToken) =>
        EndAsync(session => session.UserId == userId && session.Id != kept, actor, cancellationToken);

    private async Task<Outcome> EndAsync(System.Linq.Expressions.Expression<Func<Session, bool>> which, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                var found = await db.Sessions.Where(which).ToListAsync(cancellationToken);
                if (found.Exists(session => session.UserId != actor.UserId) && !actor.Can(Permissions.UsersManage))
                {
                    return Outcome.Forbidden($"permission denied: {Permissions.UsersManage}");
                }

                db.Sessions.RemoveRange(found);
                return Outcome.Ok;
            },
            cancellationToken);
        await sessions.ReloadAsync(cancellationToken);
        return outcome;
    }

    /// <summary>Removes what has run out.</summary>
    internal async Task PruneAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (oldest, idle) = (now - SessionDirectory.MaxAge, now - SessionDirectory.MaxIdle);
        await databases.WriteAsync(
            async db =>
            {
                await db.Sessions
                    .Where(session => session.CreatedAt < oldest || session.LastSeenAt < idle
                        || !db.Users.Any(user => user.Id == session.UserId && user.SecurityStamp == session.Stamp))
                    .ExecuteDeleteAsync(cancellationToken);
                await db.AccountLinks.Where(link => link.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
        await sessions.ReloadAsync(cancellationToken);
    }
}
