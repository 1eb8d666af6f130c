using System.Data.Common;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Listmonk.Core.Takeover;

/// <summary>
/// Copies a listmonk database into this installation (decision 0037). One run at a time; one that was cut off goes on where it stopped, and a run after
/// a complete one brings what has changed since.
/// </summary>
public sealed partial class TakeoverRunner : IDisposable
{
    private const int BatchSize = 2_000;

    private static readonly CopyTable[] Before = [CopyTables.Lists, CopyTables.Templates, CopyTables.Media, CopyTables.Campaigns, CopyTables.Links, CopyTables.Subscribers, CopyTables.Subscriptions];
    private static readonly CopyTable[] After = [CopyTables.Bounces, CopyTables.Views, CopyTables.Clicks];

    /// <summary>Looked at as a whole in every run: few rows, and what others lead to.</summary>
    private static readonly CopyTable[] Small = [CopyTables.Lists, CopyTables.Templates, CopyTables.Media, CopyTables.Campaigns, CopyTables.Links];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly IDbContextFactory<ListmonkDbContext> _databases;
    private readonly IHotConnectionFactory _connections;
    private readonly WriteGate _gate;
    private readonly TakeoverJobs _jobs;
    private readonly TakeoverReadiness _readiness;
    private readonly AccountCopy _accounts;
    private readonly SettingsCopy _settings;
    private readonly MediaCopy _media;
    private readonly HitHistory _hits;
    private readonly RejudgementWorker _rejudgement;
    private readonly SubscriberService _subscribers;
    private readonly ListService _lists;
    private readonly CampaignService _campaigns;
    private readonly IEnumerable<IRevised> _copies;
    private readonly LiveFeed<CampaignStatsChanged> _stats;
    private readonly TimeProvider _clock;
    private readonly ILogger<TakeoverRunner> _logger;

    internal TakeoverRunner(
        IDbContextFactory<ListmonkDbContext> databases, IHotConnectionFactory connections, WriteGate gate, TakeoverJobs jobs, TakeoverReadiness readiness, AccountCopy accounts, SettingsCopy settings,
        MediaCopy media, HitHistory hits, RejudgementWorker rejudgement, SubscriberService subscribers, ListService lists, CampaignService campaigns, IEnumerable<IRevised> copies,
        LiveFeed<CampaignStatsChanged> stats, TimeProvider clock, ILogger<TakeoverRunner> logger)
    {
        (_databases, _connections, _gate, _jobs, _readiness) = (databases, connections, gate, jobs, readiness);
        (_accounts, _settings, _media, _hits, _rejudgement) = (accounts, settings, media, hits, rejudgement);
        (_subscribers, _lists, _campaigns, _copies) = (subscribers, lists, campaigns, copies);
        (_stats, _clock, _logger) = (stats, clock, logger);
    }

    /// <summary>Told after each batch.</summary>
    public LiveFeed<TakeoverReport> Progress { get; } = new();

    /// <summary>Whether this process runs one just now.</summary>
    public bool IsRunning => _turn.CurrentCount == 0;

    public void Dispose() => _turn.Dispose();

    /// <summary>Runs to the end. What was done stays when it fails; run it again to go on.</summary>
    public async Task<Outcome<TakeoverReport>> RunAsync(TakeoverRequest request, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return Outcome<TakeoverReport>.Conflict("A takeover is under way.");
        }

        try
        {
            await using var source = await TakeoverSource.OpenAsync(request.Connection, cancellationToken);
            if (await _readiness.RefusalAsync(source, cancellationToken) is { } refusal)
            {
                return Outcome<TakeoverReport>.Conflict(refusal);
            }

            return request.IsDry ? await LookAsync(source, request, cancellationToken) : await CopyAsync(source, request, cancellationToken);
        }
        catch (TakeoverException exception)
        {
            return Outcome<TakeoverReport>.Invalid("source", exception.Message);
        }
        catch (NpgsqlException exception)
        {
            return Outcome<TakeoverReport>.Invalid("source", $"The source database failed: {exception.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Outcome<TakeoverReport>> LookAsync(TakeoverSource source, TakeoverRequest request, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var last = await db.Takeovers.AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        var known = TakeoverState.Parse(last?.State ?? "{}");
        var state = new TakeoverState { Before = known.Before, SettingsAt = known.SettingsAt };
        await CountAsync(source, state, cancellationToken);
        var roles = await _accounts.CopyAsync(source, state, isDry: true, cancellationToken);
        await _settings.CopyAsync(source, roles, state, isDry: true, cancellationToken);
        await _media.NoteMissingAsync(source, request.Uploads, state, cancellationToken);
        foreach (var (what, status) in new[] { ("they are drafts here, to be scheduled again", "scheduled"), ("they are paused here, to be resumed", "running") })
        {
            foreach (var row in await source.QueryAsync($"SELECT name FROM campaigns WHERE status::text = '{status}' ORDER BY id", cancellationToken))
            {
                state.Note($"campaigns: {status} in listmonk; {what}", (string)row[0]!);
            }
        }

        var now = _clock.GetUtcNow();
        return TakeoverReport.Of(new TakeoverJob { Source = source.Name, Status = TakeoverStatus.Finished, StartedAt = now, FinishedAt = now }, state) with
        {
            IsDry = true,
            IsRepeat = last is not null,
            Version = source.Version,
        };
    }

    private async Task<Outcome<TakeoverReport>> CopyAsync(TakeoverSource source, TakeoverRequest request, CancellationToken cancellationToken)
    {
        if (await _jobs.TakeAsync(source, cancellationToken) is not { } job)
        {
            return Outcome<TakeoverReport>.Conflict("A takeover is under way in another process.");
        }

        LogStarted(source.Name, source.Version);
        var target = new TakeoverTarget(await _connections.OpenAsync(cancellationToken), _connections.Dialect, _gate, _hits, _clock, job);
        string? error = "It was stopped.";
        try
        {
            await RunAsync(new Run(source, target, job, request), cancellationToken);
            error = null;
        }
        catch (Exception exception) when (exception is DbException or TakeoverException or IOException)
        {
            LogFailed(exception);
            error = exception.Message;
        }
        finally
        {
            await target.DisposeAsync();
            job = await _jobs.EndAsync(job, error);
        }

        var report = TakeoverReport.Of(job, target.State) with { Version = source.Version };
        Progress.Publish(report);
        return error is null ? report : Outcome<TakeoverReport>.Invalid("source", $"{error} What was copied stays; run it again to go on.");
    }

    private async Task RunAsync(Run run, CancellationToken cancellationToken)
    {
        await run.Target.ChangeAsync(Begin, cancellationToken);
        var counted = new TakeoverState();
        await CountAsync(run.Source, counted, cancellationToken);
        await run.Target.ChangeAsync(
            state =>
            {
                foreach (var (kind, count) in counted.Counts)
                {
                    state.CountOf(kind).Total = count.Total;
                }
            },
            cancellationToken);
        foreach (var table in Before)
        {
            await CopyTableAsync(run, table, cancellationToken);
        }

        var roles = new Dictionary<int, int>();
        await SideAsync(run, async state => roles = await _accounts.CopyAsync(run.Source, state, isDry: false, cancellationToken), cancellationToken);
        await SideAsync(run, state => _settings.CopyAsync(run.Source, roles, state, isDry: false, cancellationToken), cancellationToken);
        await run.Target.ChangeAsync(state => state.SettingsAt ??= _clock.GetUtcNow(), cancellationToken);
        await SideAsync(run, state => _media.CopyAsync(run.Source, run.Request.Uploads, state, cancellationToken), cancellationToken);
        foreach (var table in After)
        {
            await AppendTableAsync(run, table, cancellationToken);
        }

        Tell(run, "looking for machines among the opens and clicks");
        await ReloadAsync(cancellationToken);
        await _rejudgement.RunAsync(cancellationToken);
        // From now on, a row of the source of before this run that is not here was deleted here.
        await run.Target.ChangeAsync(state => (state.Before, _) = (state.RunStartedAt - CopyRules.Margin, state.Cursors.Remove("run")), cancellationToken);
    }

    /// <summary>A run after a complete one looks at everything that can change again; one after a break goes on.</summary>
    private void Begin(TakeoverState state)
    {
        var isContinued = !state.Cursors.TryAdd("run", [1]);
        foreach (var table in isContinued ? Small : Before)
        {
            state.Cursors.Remove(table.Name);
        }

        if (!isContinued)
        {
            state.Counts.Clear();
            state.Notes.Clear();
            state.RunStartedAt = _clock.GetUtcNow();
            state.First ??= state.RunStartedAt - CopyRules.Margin;
        }
        else
        {
            foreach (var kind in Small.Select(table => table.Name).Concat(["roles", "users", "settings"]))
            {
                state.Forget(kind);
            }
        }
    }

    private async Task CopyTableAsync(Run run, CopyTable table, CancellationToken cancellationToken)
    {
        if (table.Key.Count == 1)
        {
            await AdvanceAsync(run.Source, table.Name, cancellationToken);
        }

        var isLast = false;
        while (!isLast)
        {
            var after = AfterOf(run.Target, table);
            var rows = await run.Source.ReadAsync(table, after, BatchSize, cancellationToken);
            isLast = rows.Count < BatchSize;
            var owners = rows.ConvertAll(row => (int)row[0]!);
            var children = new Dictionary<string, List<object?[]>>(StringComparer.Ordinal);
            foreach (var kind in table.Children)
            {
                children.Add(kind.Source, await run.Source.ReadAsync(kind, owners, cancellationToken));
            }

            var gone = await run.Target.CopyAsync(table, rows, children, after, isLast, cancellationToken);
            await DeleteAsync(table, gone, cancellationToken);
            Tell(run, table.Name);
        }
    }

    private async Task AppendTableAsync(Run run, CopyTable table, CancellationToken cancellationToken)
    {
        if (table == CopyTables.Bounces)
        {
            await AdvanceAsync(run.Source, table.Name, cancellationToken);
        }

        while (true)
        {
            var after = AfterOf(run.Target, table);
            var rows = await run.Source.ReadAsync(table, after, BatchSize, cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }

            await (table == CopyTables.Bounces
                ? run.Target.AppendBouncesAsync(rows, after, cancellationToken)
                : run.Target.AppendHitsAsync(table, rows, after, cancellationToken));
            Tell(run, table.Name);
        }
    }

    /// <summary>A step whose writes are its own; a run that is cut off in it does it again, which changes nothing.</summary>
    private static async Task SideAsync(Run run, Func<TakeoverState, Task> work, CancellationToken cancellationToken)
    {
        var state = TakeoverState.Parse(run.Target.State.ToJson());
        await work(state);
        await run.Target.ChangeAsync(
            committed =>
            {
                foreach (var (kind, count) in state.Counts)
                {
                    committed.Counts[kind] = count;
                }

                foreach (var (sentence, note) in state.Notes)
                {
                    committed.Notes[sentence] = note;
                }
            },
            cancellationToken);
    }

    private async Task DeleteAsync(CopyTable table, IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        if (table == CopyTables.Subscribers)
        {
            await _subscribers.DeleteAsync(SubscriberSelection.Of(ids), Actor.System, cancellationToken);
        }
        else if (table == CopyTables.Lists)
        {
            await _lists.DeleteAsync(ids, Actor.System, cancellationToken);
        }
        else if (table == CopyTables.Campaigns)
        {
            await _campaigns.DeleteManyAsync(ids, Actor.System, cancellationToken);
        }
    }

    /// <summary>Before the copy, so that whatever is created here meanwhile gets an id above all of the source's.</summary>
    private async Task AdvanceAsync(TakeoverSource source, string table, CancellationToken cancellationToken)
    {
        var highest = await source.HighestIdAsync(table, cancellationToken);
        if (highest > 0)
        {
            await _databases.WriteAsync(db => db.Dialect.AdvanceIdentityAsync(db, table, highest, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Rows were written past the context, so what processes keep in memory is told to be read again.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _databases.WriteAsync(
            async db =>
            {
                foreach (var revision in await db.Revisions.ToListAsync(cancellationToken))
                {
                    revision.Value = Guid.NewGuid();
                }
            },
            cancellationToken);
        foreach (var copy in _copies)
        {
            await copy.ReloadAsync(cancellationToken);
        }

        await using var reading = await _databases.CreateDbContextAsync(cancellationToken);
        _stats.Publish(new CampaignStatsChanged((await reading.Campaigns.Select(campaign => campaign.Id).ToListAsync(cancellationToken)).ToHashSet()));
    }

    private static async Task CountAsync(TakeoverSource source, TakeoverState state, CancellationToken cancellationToken)
    {
        foreach (var table in Before.Select(table => table.Name).Concat(["roles", "users", "settings"]).Concat(After.Select(table => table.Name)))
        {
            state.CountOf(table).Total = await source.CountAsync(table, cancellationToken);
        }

        // The role that is everywhere, and the lists of a list role, are no roles to look at.
        state.CountOf("roles").Total = await source.CountAsync("roles WHERE parent_id IS NULL AND id <> 1", cancellationToken);
    }

    private static long[] AfterOf(TakeoverTarget target, CopyTable table) =>
        target.State.Cursors.TryGetValue(table.Name, out var cursor) ? cursor : [.. table.Key.Select(_ => 0L)];

    private void Tell(Run run, string step) => Progress.Publish(TakeoverReport.Of(run.Job, run.Target.State, step) with { Version = run.Source.Version });

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking over {Source} (listmonk {Version})")]
    private partial void LogStarted(string source, string version);

    [LoggerMessage(Level = LogLevel.Error, Message = "The takeover was cut off; run it again to go on")]
    private partial void LogFailed(Exception exception);

    private sealed record Run(TakeoverSource Source, TakeoverTarget Target, TakeoverJob Job, TakeoverRequest Request);
}
