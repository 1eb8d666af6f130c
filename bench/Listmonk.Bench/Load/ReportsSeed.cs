using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Listmonk.Bench.Load;

/// <summary>
/// Writes deliveries and hits of campaigns straight into the SQLite file of a stopped program, and sums the roll-ups from them; opening
/// and clicking millions of times over HTTP would take longer than the measurement.
/// </summary>
internal sealed class ReportsSeed(string databaseFile, IReadOnlyList<int> campaigns, int people, int hits)
{
    private const long Hour = TimeSpan.TicksPerHour;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = databaseFile, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await RunAsync(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000;", cancellationToken);
        var now = TimeProvider.System.GetUtcNow().UtcTicks;
        for (var i = 0; i < campaigns.Count; i++)
        {
            await RunAsync(connection, Campaign(campaigns[i], now - ((campaigns.Count - i) * 7 * 24 * Hour)), cancellationToken);
        }

        await RunAsync(connection, RollUps, cancellationToken);
        await RunAsync(connection, "PRAGMA optimize;", cancellationToken);
    }

    /// <summary>To everybody imported; the hits fall on people at random and fade over four days, one in ten by a machine, one in seven a click.</summary>
    private string Campaign(int id, long start) => string.Create(CultureInfo.InvariantCulture, $"""
        BEGIN;
        UPDATE campaigns SET status = 'finished', started_at = {start}, finished_at = {start + Hour}, to_send = {people}, sent = {people} WHERE id = {id};
        INSERT INTO deliveries (campaign_id, subscriber_id, status, attempts, claimed_at, done_at)
            SELECT {id}, id, 'sent', 1, {start}, {start} + (id * 7919 % 3600) * {TimeSpan.TicksPerSecond} FROM subscribers ORDER BY id DESC LIMIT {people};
        INSERT INTO tracking_hits (campaign_id, link_id, position, subscriber_id, kind, at, verdict, reason, rule_version, agent_class, client, is_signed)
            WITH RECURSIVE n(i, r) AS (SELECT 1, abs(random()) UNION ALL SELECT i + 1, abs(random()) FROM n WHERE i < {hits / campaigns.Count})
            SELECT {id}, CASE WHEN i % 7 = 0 THEN 1 + r % 10 END, CASE WHEN i % 7 = 0 THEN 1 + r % 10 END, (SELECT MAX(id) FROM subscribers) - r / 16 % {people},
                CASE WHEN i % 7 = 0 THEN 'click' ELSE 'open' END,
                {start + Hour} + (r / 1000 % 96) * (r / 100000 % 96) * {Hour / 96} + r % {Hour},
                CASE WHEN i % 10 = 0 THEN 'machine' ELSE 'human' END, CASE WHEN i % 10 = 0 THEN 'scanner_ua' ELSE '' END, 2,
                CASE r % 3 WHEN 0 THEN 'mobile' WHEN 1 THEN 'desktop' ELSE 'proxy' END,
                CASE r % 4 WHEN 0 THEN 'Gmail' WHEN 1 THEN 'Apple Mail' WHEN 2 THEN 'Outlook' ELSE 'Thunderbird' END, 1
            FROM n;
        COMMIT;
        """);

    private static string RollUps => string.Create(CultureInfo.InvariantCulture, $"""
        BEGIN;
        INSERT INTO links (id, uuid, url, url_hash, has_expressions, created_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
            SELECT i, printf('00000000-0000-4000-9000-%012d', i), 'https://example.com/page/' || i, 'bench' || i, 0, 0 FROM n WHERE true ON CONFLICT DO NOTHING;
        INSERT INTO campaign_hourly (campaign_id, hour, opens, opens_people, clicks, clicks_people, first_opens, first_clicks)
            SELECT campaign_id, at / {Hour} * {Hour}, SUM(kind = 'open'), SUM(kind = 'open' AND verdict = 'human'), SUM(kind = 'click'), SUM(kind = 'click' AND verdict = 'human'), 0, 0
            FROM tracking_hits GROUP BY 1, 2;
        INSERT INTO link_stats (campaign_id, link_id, position, clicks, clicks_people)
            SELECT campaign_id, link_id, position, COUNT(*), SUM(verdict = 'human') FROM tracking_hits WHERE kind = 'click' GROUP BY 1, 2, 3;
        INSERT INTO campaign_readers (campaign_id, subscriber_id, opens, opens_people, clicks, clicks_people, first_open_at, last_open_at, first_click_at, last_click_at)
            SELECT campaign_id, subscriber_id, SUM(kind = 'open'), SUM(kind = 'open' AND verdict = 'human'), SUM(kind = 'click'), SUM(kind = 'click' AND verdict = 'human'),
                MIN(at), MAX(at), MIN(CASE WHEN kind = 'click' THEN at END), MAX(CASE WHEN kind = 'click' THEN at END)
            FROM tracking_hits GROUP BY 1, 2;
        UPDATE campaigns SET (views, views_people, clicks, clicks_people, unique_opens, unique_opens_people, unique_clicks, unique_clicks_people) =
            (SELECT SUM(opens), SUM(opens_people), SUM(clicks), SUM(clicks_people), SUM(opens + clicks_people > 0), SUM(opens_people + clicks_people > 0), SUM(clicks > 0), SUM(clicks_people > 0)
             FROM campaign_readers WHERE campaign_id = campaigns.id)
            WHERE id IN (SELECT campaign_id FROM campaign_readers);
        COMMIT;
        """);

    private static async Task RunAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
