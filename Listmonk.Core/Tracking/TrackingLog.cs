using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Tracking.Review;

namespace Listmonk.Core.Tracking;

/// <summary>
/// The tracking log on one connection of its own. It settles what each hit may record (unknown campaigns are dropped, unknown people
/// become nobody, the most restrictive level holds) and writes rows and figures in one transaction. Used by one caller at a time.
/// </summary>
internal sealed class TrackingLog(IHotConnectionFactory connections, WriteGate gate, SettingsStore settings, MergedSubscriberStore merged, HitWatch watch, TimeProvider clock) : ITrackingLog, IAsyncDisposable
{
    private static readonly IReadOnlySet<int> Nothing = new HashSet<int>();
    private readonly TrackingStatements _statements = new(connections.Dialect);

    /// <summary>After that a user agent's id is asked for again, since one that nothing used for days is deleted.</summary>
    private static readonly TimeSpan AgentMemory = TimeSpan.FromHours(1);

    private BoundedCache<string, int> _agents = new(20_000);
    private long _agentsSince = clock.GetTimestamp();
    private HotWriter? _writer;

    public async Task<IReadOnlySet<int>> AppendAsync(IReadOnlyList<ReceivedHit> hits, Func<long?, bool> claimCommit, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        try
        {
            var writer = await OpenAsync(cancellationToken);
            await writer.BeginAsync(cancellationToken);
            var known = await SettleAsync(writer, hits, cancellationToken);
            var agents = await AgentsAsync(writer, known, cancellationToken);
            var firstHitId = known.Count == 0 ? null : await WriteHitsAsync(writer, known, agents, cancellationToken);
            var figures = HitFigures.Of(known, await ReadersAsync(writer, _statements, known, cancellationToken));
            _statements.Add(writer, figures);
            await writer.FlushAsync(cancellationToken);
            if (!claimCommit(firstHitId))
            {
                await writer.RollbackAsync();
                return Nothing;
            }

            await writer.CommitAsync(cancellationToken);
            foreach (var (agent, id) in agents)
            {
                _agents.Set(agent, id);
            }

            watch.Committed(known);
            Count(known);
            return figures.Campaigns.Keys.ToHashSet();
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    private static void Count(List<KnownHit> hits)
    {
        if (!Measures.CountsHits)
        {
            return;
        }

        foreach (var group in hits.GroupBy(known => (known.Hit.Kind, known.Hit.Judgement.Verdict)))
        {
            Measures.CountHits(EnumText.Of(group.Key.Kind), EnumText.Of(group.Key.Verdict), group.Count());
        }
    }

    public async Task<bool> HasRowAsync(long hitId, IReadOnlyList<ReceivedHit> hits, CancellationToken cancellationToken)
    {
        try
        {
            var writer = await OpenAsync(cancellationToken);
            await using var reader = await writer.QueryAsync(_statements.HitTime, [hitId], cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }

            // PostgreSQL keeps microseconds.
            var at = connections.Dialect.ReadTime(reader, 1);
            return hits.Any(hit => (hit.At - at).Duration() < TimeSpan.FromMicroseconds(1));
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => new(CloseAsync());

    private async Task<HotWriter> OpenAsync(CancellationToken cancellationToken) =>
        _writer ??= new HotWriter(await connections.OpenAsync(cancellationToken));

    /// <summary>After a failure nothing about the connection can be trusted; closing it also rolls back.</summary>
    private async Task CloseAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            try
            {
                await writer.DisposeAsync();
            }
#pragma warning disable CA1031 // The connection is being given up because it failed; why it also cannot be closed tells nothing new.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    private async Task<List<KnownHit>> SettleAsync(HotWriter writer, IReadOnlyList<ReceivedHit> hits, CancellationToken cancellationToken)
    {
        var privacy = settings.Current.Privacy;
        var known = new List<KnownHit>(hits.Count);
        foreach (var hit in hits)
        {
            var installation = TrackingLevels.Of(privacy, hit.Kind);
            if (installation == TrackingLevel.Off)
            {
                continue;
            }

            var taken = installation == TrackingLevel.Anonymous ? hit.WithoutPerson() : hit;
            var campaign = taken.IsSigned ? taken.CampaignId : await IdAsync(writer, _statements.CampaignByUuid, taken.CampaignUuid, cancellationToken) ?? 0;
            var subscriber = taken.SubscriberUuid == Guid.Empty
                ? merged.Resolve(taken.SubscriberId)
                : await IdAsync(writer, _statements.SubscriberByUuid, merged.Resolve(taken.SubscriberUuid), cancellationToken) ?? 0;
            known.Add(new KnownHit(campaign, subscriber == 0 ? null : subscriber, taken));
        }

        if (known.Count == 0)
        {
            return known;
        }

        var campaigns = await LevelsAsync(writer, _statements.Campaigns, known.Select(hit => hit.CampaignId), cancellationToken);
        var subscribers = await LevelsAsync(writer, _statements.Subscribers, known.Where(hit => hit.SubscriberId is not null).Select(hit => hit.SubscriberId!.Value), cancellationToken);
        var settled = new List<KnownHit>(known.Count);
        foreach (var hit in known)
        {
            if (!campaigns.TryGetValue(hit.CampaignId, out var ofCampaign))
            {
                continue;
            }

            TrackingLevel? ofPerson = null;
            var isKnown = hit.SubscriberId is { } id && subscribers.TryGetValue(id, out ofPerson);
            var level = TrackingLevels.MostRestrictive(TrackingLevel.Individual, ofCampaign, ofPerson);
            if (level != TrackingLevel.Off)
            {
                settled.Add(level == TrackingLevel.Individual && isKnown ? hit : new KnownHit(hit.CampaignId, null, hit.Hit.WithoutPerson()));
            }
        }

        return settled;
    }

    private static async Task<int?> IdAsync(HotWriter writer, HotStatement statement, Guid uuid, CancellationToken cancellationToken) =>
        await writer.ScalarAsync(statement, [uuid], cancellationToken) is { } id and not DBNull ? Convert.ToInt32(id, CultureInfo.InvariantCulture) : null;

    private static async Task<Dictionary<int, TrackingLevel?>> LevelsAsync(
        HotWriter writer, HotStatement statement, IEnumerable<int> ids, CancellationToken cancellationToken)
    {
        var levels = new Dictionary<int, TrackingLevel?>();
        var list = IdList(ids);
        if (list.Length <= 2)
        {
            return levels;
        }

        await using var reader = await writer.QueryAsync(statement, [list], cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            levels.Add(reader.GetInt32(0), reader.IsDBNull(1) ? null : EnumText.Parse<TrackingLevel>(reader.GetString(1)));
        }

        return levels;
    }

    /// <summary>What the people behind the hits had done before, by campaign and person.</summary>
    internal static async Task<Dictionary<(int Campaign, int Subscriber), ReaderBefore>> ReadersAsync(
        HotWriter writer, TrackingStatements statements, IReadOnlyList<KnownHit> hits, CancellationToken cancellationToken)
    {
        var readers = new Dictionary<(int Campaign, int Subscriber), ReaderBefore>();
        foreach (var campaign in hits.Where(hit => hit.SubscriberId is not null).GroupBy(hit => hit.CampaignId, hit => hit.SubscriberId!.Value))
        {
            await using var reader = await writer.QueryAsync(statements.Readers, [campaign.Key, IdList(campaign)], cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                readers.Add(
                    (campaign.Key, reader.GetInt32(0)),
                    new ReaderBefore(reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4)));
            }
        }

        return readers;
    }

    /// <summary>The ids of user agents that this process has not met; in a fixed order, so that two processes never wait for each other.</summary>
    private async Task<Dictionary<string, int>> AgentsAsync(HotWriter writer, List<KnownHit> hits, CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(_agentsSince) > AgentMemory)
        {
            (_agents, _agentsSince) = (new BoundedCache<string, int>(20_000), clock.GetTimestamp());
        }

        var fresh = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var hit in hits)
        {
            if (hit.Hit.Agent is { Length: > 0 } agent && !_agents.TryGet(agent, out _))
            {
                fresh.Add(agent);
            }
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var agent in fresh)
        {
            ids.Add(agent, Convert.ToInt32(await writer.ScalarAsync(_statements.Agent, [agent], cancellationToken), CultureInfo.InvariantCulture));
        }

        return ids;
    }

    private async Task<long?> WriteHitsAsync(HotWriter writer, List<KnownHit> hits, Dictionary<string, int> agents, CancellationToken cancellationToken)
    {
        var first = await writer.ScalarAsync(_statements.InsertFirstHit, Values(hits[0], agents), cancellationToken);
        for (var i = 1; i < hits.Count; i++)
        {
            writer.Run(_statements.InsertHit, Values(hits[i], agents));
        }

        return Convert.ToInt64(first, CultureInfo.InvariantCulture);
    }

    private object?[] Values(in KnownHit known, Dictionary<string, int> agents)
    {
        var hit = known.Hit;
        int? agentId = hit.Agent is { Length: > 0 } agent && (agents.TryGetValue(agent, out var id) || _agents.TryGet(agent, out id)) ? id : null;
        return
        [
            known.CampaignId,
            hit.LinkId == 0 ? null : hit.LinkId,
            hit.Position == 0 ? null : hit.Position,
            known.SubscriberId,
            EnumText.Of(hit.Kind),
            connections.Dialect.TimeValue(hit.At),
            EnumText.Of(hit.Judgement.Verdict),
            hit.Judgement.Reason,
            hit.RuleVersion,
            hit.Judgement.AgentClass,
            hit.Judgement.Client,
            hit.IsSigned,
            agentId,
            hit.Network,
        ];
    }

    /// <summary>A JSON array; every id once.</summary>
    internal static string IdList(IEnumerable<int> ids) =>
        new StringBuilder("[").AppendJoin(',', ids.Distinct()).Append(']').ToString();
}
