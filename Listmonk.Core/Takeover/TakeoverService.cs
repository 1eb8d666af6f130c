using System.Threading.Channels;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Takeover;

/// <summary>Starts takeovers for people and tells where they are. Accounts and settings come along, so only super admins may.</summary>
public sealed class TakeoverService(IDbContextFactory<ListmonkDbContext> databases, TakeoverRunner runner, TimeProvider clock)
{
    private readonly Channel<TakeoverRequest> _requests = Channel.CreateBounded<TakeoverRequest>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal ChannelReader<TakeoverRequest> Requests => _requests.Reader;

    /// <summary>Told while one runs, and when it ends.</summary>
    public LiveFeed<TakeoverReport> Progress => runner.Progress;

    /// <summary>Where the takeover stands; null when there never was one.</summary>
    public async Task<TakeoverReport?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Takeovers.AsNoTracking().FirstOrDefaultAsync(cancellationToken) is { } job ? TakeoverReport.Of(job, TakeoverState.Parse(job.State)) : null;
    }

    /// <summary>Whether a takeover runs in any process.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return runner.IsRunning
            || (db.Dialect.HasConcurrentWriters && await db.Takeovers.AnyAsync(job => job.Status == TakeoverStatus.Running && job.LeaseUntil > now, cancellationToken));
    }

    /// <summary>Looks at the source and reports what would be copied and what does not map; changes nothing.</summary>
    public async Task<Outcome<TakeoverReport>> LookAsync(TakeoverRequest request, Actor actor, CancellationToken cancellationToken) =>
        actor.IsSuperAdmin ? await runner.RunAsync(request with { IsDry = true }, cancellationToken) : Outcome<TakeoverReport>.Forbidden(OnlySuperAdmins);

    /// <summary>Looks first, then has it run in the background; what it does is seen by <see cref="Progress"/> and <see cref="FindAsync"/>.</summary>
    public async Task<Outcome<TakeoverReport>> StartAsync(TakeoverRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var looked = await LookAsync(request, actor, cancellationToken);
        if (!looked.IsOk)
        {
            return looked;
        }

        if (!_requests.Writer.TryWrite(request with { IsDry = false }))
        {
            return Outcome<TakeoverReport>.Conflict("A takeover is under way.");
        }

        await databases.WriteAsync(
            db =>
            {
                db.Record(actor, "maintenance.takeover", "takeover", null, clock.GetUtcNow());
                return Task.CompletedTask;
            },
            cancellationToken);
        return looked;
    }

    private const string OnlySuperAdmins = "Only super admins take over another installation: its accounts and settings come along.";
}
