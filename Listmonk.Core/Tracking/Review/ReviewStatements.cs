using System.Data;
using Listmonk.Core.Data;

namespace Listmonk.Core.Tracking.Review;

/// <summary>The SQL of the review; figures are changed by differences with the statements of the log.</summary>
internal sealed class ReviewStatements(IDatabaseDialect dialect)
{
    private const string Columns =
        """
        h.id, h.campaign_id, h.subscriber_id, h.kind, h.link_id, h.position, h.at, h.verdict, h.reason, h.agent_class, h.client, a.agent, h.network, d.done_at
        FROM tracking_hits h
        LEFT JOIN hit_agents a ON a.id = h.agent_id
        LEFT JOIN deliveries d ON d.campaign_id = h.campaign_id AND d.subscriber_id = h.subscriber_id
        """;

    /// <summary>
    /// All hits of some people with one campaign, in the order of arrival, which the figures depend on. The plus keeps the databases from
    /// walking through the whole campaign; a person has few hits.
    /// </summary>
    public HotStatement HitsOf { get; } = new(
        $"""
        SELECT {Columns}
        WHERE +h.campaign_id = @campaign_id AND {dialect.IsInIds("h.subscriber_id", "@ids")}
        ORDER BY h.subscriber_id, h.id
        """,
        ("@campaign_id", DbType.Int32), ("@ids", DbType.String));

    /// <summary>The same with all campaigns.</summary>
    public HotStatement HitsOfPeople { get; } = new(
        $"SELECT {Columns} WHERE {dialect.IsInIds("h.subscriber_id", "@ids")} ORDER BY h.subscriber_id, h.id",
        ("@ids", DbType.String));

    /// <summary>A page of all hits by person, behind a person.</summary>
    public HotStatement HitsAfter { get; } = new(
        $"""
        SELECT {Columns}
        WHERE h.subscriber_id > @after
        ORDER BY h.subscriber_id
        LIMIT @count
        """,
        ("@after", DbType.Int32), ("@count", DbType.Int32));

    public HotStatement HitsOfPerson { get; } = new(
        $"SELECT {Columns} WHERE h.subscriber_id = @subscriber_id ORDER BY h.id",
        ("@subscriber_id", DbType.Int32));

    public HotStatement MessagesSince { get; } = new(
        "SELECT DISTINCT campaign_id, subscriber_id FROM tracking_hits WHERE at >= @since AND subscriber_id IS NOT NULL",
        ("@since", DbType.DateTime));

    public HotStatement NewestHit { get; } = new("SELECT 0, MAX(at) FROM tracking_hits", []);

    public HotStatement Deliveries { get; } = new(
        $"SELECT subscriber_id, done_at FROM deliveries WHERE campaign_id = @campaign_id AND {dialect.IsInIds("subscriber_id", "@ids")}",
        ("@campaign_id", DbType.Int32), ("@ids", DbType.String));

    public HotStatement CampaignEnds { get; } = new(
        $"SELECT id, finished_at FROM campaigns WHERE {dialect.IsInIds("id", "@ids")}",
        ("@ids", DbType.String));

    public HotStatement SetVerdict { get; } = new(
        "UPDATE tracking_hits SET verdict = @verdict, reason = @reason, agent_class = @agent_class, client = @client, rule_version = @rule_version WHERE id = @id",
        ("@verdict", DbType.String), ("@reason", DbType.String), ("@agent_class", DbType.String), ("@client", DbType.String), ("@rule_version", DbType.Int32), ("@id", DbType.Int64));

    public HotStatement SetReader { get; } = new(
        """
        UPDATE campaign_readers SET
            opens = @opens, opens_people = @opens_people, clicks = @clicks, clicks_people = @clicks_people,
            first_open_at = @first_open_at, last_open_at = @last_open_at, first_click_at = @first_click_at, last_click_at = @last_click_at
        WHERE campaign_id = @campaign_id AND subscriber_id = @subscriber_id
        """,
        ("@opens", DbType.Int32), ("@opens_people", DbType.Int32), ("@clicks", DbType.Int32), ("@clicks_people", DbType.Int32),
        ("@first_open_at", DbType.DateTime), ("@last_open_at", DbType.DateTime), ("@first_click_at", DbType.DateTime), ("@last_click_at", DbType.DateTime),
        ("@campaign_id", DbType.Int32), ("@subscriber_id", DbType.Int32));

    /// <summary>The report's breakdown is counted again when somebody looks at it.</summary>
    public HotStatement ForgetBreakdown { get; } = new(
        "UPDATE campaign_breakdowns SET fingerprint = '' WHERE campaign_id = @campaign_id",
        ("@campaign_id", DbType.Int32));

    public HotStatement HighestHit { get; } = new("SELECT COALESCE(MAX(id), 0) FROM tracking_hits", []);

    public HotStatement SetVersion { get; } = new(
        "UPDATE tracking_hits SET rule_version = @version WHERE id > @after AND id <= @last AND rule_version <> @version",
        ("@version", DbType.Int32), ("@after", DbType.Int64), ("@last", DbType.Int64));
}
