using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Tracking;

/// <summary>
/// The tracking log on one connection of its own. It settles what each hit may record (unknown campaigns are dropped, unknown people
/// become nobody, the most restrictive level holds) and writes rows and figures in one transaction. Used by one caller at a time.
/// </summary>
internal sealed class TrackingLog(IHotConnectionFactory connections, WriteGate gate, SettingsStore settings) : ITrackingLog, IAsyncDisposable
{
    private static readonly IReadOnlySet<int> Nothing = new HashSet<int>();
    private readonly TrackingStatements _statements = new(connections.Dialect);
    private HotWriter? _writer;

    public async Task<IReadOnlySet<int>> AppendAsync(IReadOnlyList<ReceivedHit> hits, Func<long?, bool> claimCommit, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        try
        {
            var writer = await OpenAsync(cancellationToken);
            await writer.BeginAsync(cancellationToken);
            var known = await SettleAsync(writer, hits, cancellationToken);
            var firstHitId = known.Count == 0 ? null : await WriteHitsAsync(writer, known, cancellationToken);
            var figures = HitFigures.Of(known, await ReadersAsync(writer, known, cancellationToken));
            WriteFigures(writer, figures);
            await writer.FlushAsync(cancellationToken);
            if (!claimCommit(firstHitId))
            {
                await writer.RollbackAsync();
                return Nothing;
            }

            await writer.CommitAsync(cancellationToken);
            return figures.Campaigns.Keys.ToHashSet();
        }
        catch
        {
            await CloseAsync();
            throw;
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
                ? taken.SubscriberId
                : await IdAsync(writer, _statements.SubscriberByUuid, taken.SubscriberUuid, cancellationToken) ?? 0;
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

    private async Task<Dictionary<(int Campaign, int Subscriber), ReaderBefore>> ReadersAsync(
        HotWriter writer, List<KnownHit> hits, CancellationToken cancellationToken)
    {
        var readers = new Dictionary<(int Campaign, int Subscriber), ReaderBefore>();
        foreach (var campaign in hits.Where(hit => hit.SubscriberId is not null).GroupBy(hit => hit.CampaignId, hit => hit.SubscriberId!.Value))
        {
            await using var reader = await writer.QueryAsync(_statements.Readers, [campaign.Key, IdList(campaign)], cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                readers.Add(
                    (campaign.Key, reader.GetInt32(0)),
                    new ReaderBefore(reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4)));
            }
        }

        return readers;
    }

    private async Task<long?> WriteHitsAsync(HotWriter writer, List<KnownHit> hits, CancellationToken cancellationToken)
    {
        var first = await writer.ScalarAsync(_statements.InsertFirstHit, Values(hits[0]), cancellationToken);
        for (var i = 1; i < hits.Count; i++)
        {
            writer.Run(_statements.InsertHit, Values(hits[i]));
        }

        return Convert.ToInt64(first, CultureInfo.InvariantCulture);
    }

    private object?[] Values(in KnownHit known)
    {
        var hit = known.Hit;
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
            hit.IsSigned,
        ];
    }

    private void WriteFigures(HotWriter writer, HitFigures figures)
    {
        foreach (var ((campaign, hour), sums) in figures.Hours)
        {
            writer.Run(
                _statements.AddToHour,
                campaign, Time(hour), sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople, sums.FirstOpens, sums.FirstClicks);
        }

        foreach (var ((campaign, link, position), sums) in figures.Links)
        {
            writer.Run(_statements.AddToLink, campaign, link, position, sums.Clicks, sums.ClicksPeople);
        }

        foreach (var ((campaign, subscriber), sums) in figures.Readers)
        {
            writer.Run(
                _statements.AddToReader,
                campaign, subscriber, sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                Time(sums.FirstOpenAt), Time(sums.LastOpenAt), Time(sums.FirstClickAt), Time(sums.LastClickAt));
        }

        foreach (var (campaign, sums) in figures.Campaigns)
        {
            writer.Run(
                _statements.AddToCampaign,
                sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                sums.FirstOpens, sums.FirstClicks, sums.FirstOpensPeople, sums.FirstClicksPeople, campaign);
        }
    }

    private object? Time(DateTimeOffset? time) => time is { } value ? connections.Dialect.TimeValue(value) : null;

    /// <summary>A JSON array; every id once.</summary>
    private static string IdList(IEnumerable<int> ids) =>
        new StringBuilder("[").AppendJoin(',', ids.Distinct()).Append(']').ToString();
}
