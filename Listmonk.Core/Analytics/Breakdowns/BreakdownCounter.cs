using System.Data;
using System.Data.Common;
using System.Globalization;
using Listmonk.Core.Data;

namespace Listmonk.Core.Analytics.Breakdowns;

/// <summary>Counts a campaign's breakdown from ledger, readers and hits, on a connection of its own and outside of any transaction.</summary>
internal sealed class BreakdownCounter(IHotConnectionFactory connections, TimeProvider clock)
{
    private const int MaxDomains = 50;

    /// <summary>Recipients of a campaign with the person's address; gone people have none.</summary>
    private const string Recipients =
        "FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id WHERE d.campaign_id = @id AND d.status IN ('sent', 'bounced')";

    private const string ReaderSums =
        """
        SUM(r.opens), SUM(CASE WHEN r.opens + r.clicks_people > 0 THEN 1 ELSE 0 END), SUM(r.clicks), SUM(CASE WHEN r.clicks > 0 THEN 1 ELSE 0 END),
        SUM(r.opens_people), SUM(CASE WHEN r.opens_people + r.clicks_people > 0 THEN 1 ELSE 0 END), SUM(r.clicks_people), SUM(CASE WHEN r.clicks_people > 0 THEN 1 ELSE 0 END)
        """;

    private readonly IDatabaseDialect _dialect = connections.Dialect;

    public async Task<CampaignBreakdown> CountAsync(int campaignId, CancellationToken cancellationToken)
    {
        var countedAt = clock.GetUtcNow();
        await using var connection = new HotWriter(await connections.OpenAsync(cancellationToken));
        var (all, people) = await TimesAsync(connection, campaignId, cancellationToken);
        return new CampaignBreakdown
        {
            CountedAt = countedAt,
            Lists = Ordered(await MergeAsync(connection, campaignId, SentByList, ReactionsByList, cancellationToken), int.MaxValue),
            Domains = Ordered(await MergeAsync(connection, campaignId, SentByDomain, ReactionsByDomain, cancellationToken), MaxDomains),
            Devices = Ordered(await MergeAsync(connection, campaignId, null, HitsBy("agent_class"), cancellationToken), int.MaxValue),
            Clients = Ordered(await MergeAsync(connection, campaignId, null, HitsBy("client"), cancellationToken), int.MaxValue),
            Clickers = [.. await ClickersAsync(connection, campaignId, "NULL", cancellationToken), .. await ClickersAsync(connection, campaignId, "COALESCE(position, 0)", cancellationToken)],
            TimesAll = OpenTimes.Of(all),
            TimesPeople = OpenTimes.Of(people),
        };
    }

    private string SentByDomain =>
        $"SELECT {_dialect.Domain("s.email")}, COUNT(*), SUM(CASE WHEN d.status = 'bounced' THEN 1 ELSE 0 END) {Recipients} GROUP BY 1";

    private string ReactionsByDomain =>
        $"SELECT {_dialect.Domain("s.email")}, {ReaderSums} FROM campaign_readers r JOIN subscribers s ON s.id = r.subscriber_id WHERE r.campaign_id = @id GROUP BY 1";

    private static string SentByList =>
        """
        SELECT l.list_id, COUNT(*), SUM(CASE WHEN d.status = 'bounced' THEN 1 ELSE 0 END)
        FROM deliveries d
        JOIN campaign_lists l ON l.campaign_id = d.campaign_id
        JOIN subscriber_lists m ON m.subscriber_id = d.subscriber_id AND m.list_id = l.list_id
        WHERE d.campaign_id = @id AND d.status IN ('sent', 'bounced')
        GROUP BY l.list_id
        """;

    private static string ReactionsByList =>
        $"""
        SELECT l.list_id, {ReaderSums}
        FROM campaign_readers r
        JOIN campaign_lists l ON l.campaign_id = r.campaign_id
        JOIN subscriber_lists m ON m.subscriber_id = r.subscriber_id AND m.list_id = l.list_id
        WHERE r.campaign_id = @id
        GROUP BY l.list_id
        """;

    /// <summary>By person first, so that each counts once for what they used; anonymous hits count as hits only.</summary>
    private static string HitsBy(string column) =>
        $"""
        SELECT name,
            SUM(opens), SUM(CASE WHEN subscriber_id IS NOT NULL AND opens + clicks_people > 0 THEN 1 ELSE 0 END),
            SUM(clicks), SUM(CASE WHEN subscriber_id IS NOT NULL AND clicks > 0 THEN 1 ELSE 0 END),
            SUM(opens_people), SUM(CASE WHEN subscriber_id IS NOT NULL AND opens_people + clicks_people > 0 THEN 1 ELSE 0 END),
            SUM(clicks_people), SUM(CASE WHEN subscriber_id IS NOT NULL AND clicks_people > 0 THEN 1 ELSE 0 END)
        FROM (
            SELECT {column} AS name, subscriber_id,
                SUM(CASE WHEN kind = 'open' THEN 1 ELSE 0 END) AS opens,
                SUM(CASE WHEN kind = 'open' AND verdict = 'human' THEN 1 ELSE 0 END) AS opens_people,
                SUM(CASE WHEN kind = 'click' THEN 1 ELSE 0 END) AS clicks,
                SUM(CASE WHEN kind = 'click' AND verdict = 'human' THEN 1 ELSE 0 END) AS clicks_people
            FROM tracking_hits WHERE campaign_id = @id
            GROUP BY {column}, subscriber_id) AS people
        GROUP BY name
        """;

    private static async Task<Dictionary<string, BreakdownRow>> MergeAsync(
        HotWriter connection, int campaignId, string? sent, string reactions, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, BreakdownRow>(StringComparer.Ordinal);
        if (sent is not null)
        {
            await using var reader = await QueryAsync(connection, sent, campaignId, cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows[Key(reader)] = new BreakdownRow { Key = Key(reader), Sent = Number(reader, 1), Bounced = Number(reader, 2) };
            }
        }

        await using var counts = await QueryAsync(connection, reactions, campaignId, cancellationToken);
        while (await counts.ReadAsync(cancellationToken))
        {
            var key = Key(counts);
            rows[key] = (rows.GetValueOrDefault(key) ?? new BreakdownRow { Key = key }) with
            {
                All = new BreakdownCounts(Number(counts, 1), Number(counts, 2), Number(counts, 3), Number(counts, 4)),
                People = new BreakdownCounts(Number(counts, 5), Number(counts, 6), Number(counts, 7), Number(counts, 8)),
            };
        }

        return rows;
    }

    /// <summary>The largest first; whatever exceeds the number is summed with the rows without a name.</summary>
    private static List<BreakdownRow> Ordered(Dictionary<string, BreakdownRow> rows, int most)
    {
        var named = rows.Values.Where(row => row.Key.Length > 0)
            .OrderByDescending(row => row.Sent).ThenByDescending(row => row.All.Opens + row.All.Clicks).ThenBy(row => row.Key, StringComparer.Ordinal)
            .ToList();
        var rest = named.Skip(most).Append(rows.GetValueOrDefault("")).OfType<BreakdownRow>().ToList();
        List<BreakdownRow> top = [.. named.Take(most)];
        if (rest.Count > 0)
        {
            top.Add(rest.Aggregate((sum, row) => sum.Plus(row)) with { Key = "" });
        }

        return top;
    }

    /// <summary>Each recipient once for each link, or for each place when that is asked for.</summary>
    private static async Task<List<LinkClickers>> ClickersAsync(HotWriter connection, int campaignId, string position, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT link_id, {position}, COUNT(DISTINCT subscriber_id), COUNT(DISTINCT CASE WHEN verdict = 'human' THEN subscriber_id END)
            FROM tracking_hits WHERE campaign_id = @id AND kind = 'click' AND link_id IS NOT NULL
            GROUP BY 1, 2
            """;
        var clickers = new List<LinkClickers>();
        await using var reader = await QueryAsync(connection, sql, campaignId, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            int? place = await reader.IsDBNullAsync(1, cancellationToken) ? null : Number(reader, 1);
            clickers.Add(new LinkClickers(Number(reader, 0), place, Number(reader, 2), Number(reader, 3)));
        }

        return clickers;
    }

    /// <summary>Seconds from the delivery to each recipient's first open, by anything and by a person.</summary>
    private async Task<(List<int> All, List<int> People)> TimesAsync(HotWriter connection, int campaignId, CancellationToken cancellationToken)
    {
        const string sql =
            """
            SELECT d.done_at, MIN(h.at), MIN(CASE WHEN h.verdict = 'human' THEN h.at END)
            FROM tracking_hits h
            JOIN deliveries d ON d.campaign_id = h.campaign_id AND d.subscriber_id = h.subscriber_id
            WHERE h.campaign_id = @id AND d.done_at IS NOT NULL AND (h.kind = 'open' OR h.verdict = 'human')
            GROUP BY h.subscriber_id, d.done_at
            """;
        var (all, people) = (new List<int>(), new List<int>());
        await using var reader = await QueryAsync(connection, sql, campaignId, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var delivered = _dialect.ReadTime(reader, 0);
            all.Add(Seconds(_dialect.ReadTime(reader, 1) - delivered));
            if (!await reader.IsDBNullAsync(2, cancellationToken))
            {
                people.Add(Seconds(_dialect.ReadTime(reader, 2) - delivered));
            }
        }

        return (all, people);
    }

    private static int Seconds(TimeSpan time) => (int)Math.Clamp(time.TotalSeconds, 0, int.MaxValue);

    private static Task<DbDataReader> QueryAsync(HotWriter connection, string sql, int campaignId, CancellationToken cancellationToken) =>
        connection.QueryAsync(new HotStatement(sql, ("@id", DbType.Int32)), [campaignId], cancellationToken);

    private static string Key(DbDataReader reader) => reader.IsDBNull(0) ? "" : Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "";

    private static int Number(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? 0 : Convert.ToInt32(reader.GetValue(ordinal), CultureInfo.InvariantCulture);
}
