using System.Data;
using Listmonk.Core.Data;

namespace Listmonk.Core.Tracking;

/// <summary>The SQL of the tracking log; one text for both databases but for row locks and lists of ids.</summary>
internal sealed class TrackingStatements(IDatabaseDialect dialect)
{
    /// <summary>
    /// Where several processes write, the campaigns' rows are locked first and in the order of their ids: then what is read of the
    /// readers afterwards cannot change before the commit.
    /// </summary>
    public HotStatement Campaigns { get; } = new(
        $"SELECT id, tracking_level FROM campaigns WHERE {dialect.IsInIds("id", "@ids")} ORDER BY id{dialect.LockRows}",
        ("@ids", DbType.String));

    public HotStatement Subscribers { get; } = new(
        $"SELECT id, tracking_level FROM subscribers WHERE {dialect.IsInIds("id", "@ids")}",
        ("@ids", DbType.String));

    public HotStatement CampaignByUuid { get; } = new("SELECT id FROM campaigns WHERE uuid = @uuid", ("@uuid", DbType.Guid));

    public HotStatement SubscriberByUuid { get; } = new("SELECT id FROM subscribers WHERE uuid = @uuid", ("@uuid", DbType.Guid));

    public HotStatement Readers { get; } = new(
        $"""
        SELECT subscriber_id, opens, opens_people, clicks, clicks_people FROM campaign_readers
        WHERE campaign_id = @campaign_id AND {dialect.IsInIds("subscriber_id", "@ids")}
        """,
        ("@campaign_id", DbType.Int32), ("@ids", DbType.String));

    public HotStatement HitTime { get; } = new("SELECT campaign_id, at FROM tracking_hits WHERE id = @id", ("@id", DbType.Int64));

    /// <summary>The update that changes nothing lets the statement answer for a known agent too.</summary>
    public HotStatement Agent { get; } = new(
        "INSERT INTO hit_agents (agent) VALUES (@agent) ON CONFLICT (agent) DO UPDATE SET agent = excluded.agent RETURNING id", ("@agent", DbType.String));

    public HotStatement InsertHit { get; } = new(HitSql, HitParameters);

    public HotStatement InsertFirstHit { get; } = new(HitSql + " RETURNING id", HitParameters);

    public HotStatement AddToHour { get; } = new(
        """
        INSERT INTO campaign_hourly (campaign_id, hour, opens, opens_people, clicks, clicks_people, first_opens, first_clicks)
        VALUES (@campaign_id, @hour, @opens, @opens_people, @clicks, @clicks_people, @first_opens, @first_clicks)
        ON CONFLICT (campaign_id, hour) DO UPDATE SET
            opens = campaign_hourly.opens + excluded.opens,
            opens_people = campaign_hourly.opens_people + excluded.opens_people,
            clicks = campaign_hourly.clicks + excluded.clicks,
            clicks_people = campaign_hourly.clicks_people + excluded.clicks_people,
            first_opens = campaign_hourly.first_opens + excluded.first_opens,
            first_clicks = campaign_hourly.first_clicks + excluded.first_clicks
        """,
        ("@campaign_id", DbType.Int32), ("@hour", DbType.DateTime), ("@opens", DbType.Int32), ("@opens_people", DbType.Int32),
        ("@clicks", DbType.Int32), ("@clicks_people", DbType.Int32), ("@first_opens", DbType.Int32), ("@first_clicks", DbType.Int32));

    public HotStatement AddToLink { get; } = new(
        """
        INSERT INTO link_stats (campaign_id, link_id, position, clicks, clicks_people)
        VALUES (@campaign_id, @link_id, @position, @clicks, @clicks_people)
        ON CONFLICT (campaign_id, link_id, position) DO UPDATE SET
            clicks = link_stats.clicks + excluded.clicks,
            clicks_people = link_stats.clicks_people + excluded.clicks_people
        """,
        ("@campaign_id", DbType.Int32), ("@link_id", DbType.Int32), ("@position", DbType.Int32), ("@clicks", DbType.Int32), ("@clicks_people", DbType.Int32));

    /// <summary>Replayed hits are older than what is there, so first and last are compared both ways.</summary>
    public HotStatement AddToReader { get; } = new(
        """
        INSERT INTO campaign_readers
            (campaign_id, subscriber_id, opens, opens_people, clicks, clicks_people, first_open_at, last_open_at, first_click_at, last_click_at)
        VALUES (@campaign_id, @subscriber_id, @opens, @opens_people, @clicks, @clicks_people, @first_open_at, @last_open_at, @first_click_at, @last_click_at)
        ON CONFLICT (campaign_id, subscriber_id) DO UPDATE SET
            opens = campaign_readers.opens + excluded.opens,
            opens_people = campaign_readers.opens_people + excluded.opens_people,
            clicks = campaign_readers.clicks + excluded.clicks,
            clicks_people = campaign_readers.clicks_people + excluded.clicks_people,
            first_open_at = CASE WHEN campaign_readers.first_open_at IS NULL OR excluded.first_open_at < campaign_readers.first_open_at
                THEN excluded.first_open_at ELSE campaign_readers.first_open_at END,
            last_open_at = CASE WHEN campaign_readers.last_open_at IS NULL OR excluded.last_open_at > campaign_readers.last_open_at
                THEN excluded.last_open_at ELSE campaign_readers.last_open_at END,
            first_click_at = CASE WHEN campaign_readers.first_click_at IS NULL OR excluded.first_click_at < campaign_readers.first_click_at
                THEN excluded.first_click_at ELSE campaign_readers.first_click_at END,
            last_click_at = CASE WHEN campaign_readers.last_click_at IS NULL OR excluded.last_click_at > campaign_readers.last_click_at
                THEN excluded.last_click_at ELSE campaign_readers.last_click_at END
        """,
        ("@campaign_id", DbType.Int32), ("@subscriber_id", DbType.Int32), ("@opens", DbType.Int32), ("@opens_people", DbType.Int32), ("@clicks", DbType.Int32),
        ("@clicks_people", DbType.Int32), ("@first_open_at", DbType.DateTime), ("@last_open_at", DbType.DateTime), ("@first_click_at", DbType.DateTime),
        ("@last_click_at", DbType.DateTime));

    public HotStatement AddToCampaign { get; } = new(
        """
        UPDATE campaigns SET
            views = views + @opens, views_people = views_people + @opens_people, clicks = clicks + @clicks, clicks_people = clicks_people + @clicks_people,
            unique_opens = unique_opens + @unique_opens, unique_clicks = unique_clicks + @unique_clicks,
            unique_opens_people = unique_opens_people + @unique_opens_people, unique_clicks_people = unique_clicks_people + @unique_clicks_people
        WHERE id = @id
        """,
        ("@opens", DbType.Int32), ("@opens_people", DbType.Int32), ("@clicks", DbType.Int32), ("@clicks_people", DbType.Int32),
        ("@unique_opens", DbType.Int32), ("@unique_clicks", DbType.Int32), ("@unique_opens_people", DbType.Int32), ("@unique_clicks_people", DbType.Int32),
        ("@id", DbType.Int32));

    public void Add(HotWriter writer, HitFigures figures)
    {
        AddToTotals(writer, figures);
        foreach (var ((campaign, subscriber), sums) in figures.Readers)
        {
            writer.Run(
                AddToReader,
                campaign, subscriber, sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                Time(sums.FirstOpenAt), Time(sums.LastOpenAt), Time(sums.FirstClickAt), Time(sums.LastClickAt));
        }
    }

    /// <summary>Adds to all figures but those of single people; negative sums take away.</summary>
    public void AddToTotals(HotWriter writer, HitFigures figures)
    {
        foreach (var ((campaign, hour), sums) in figures.Hours)
        {
            writer.Run(
                AddToHour,
                campaign, Time(hour), sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople, sums.FirstOpens, sums.FirstClicks);
        }

        foreach (var ((campaign, link, position), sums) in figures.Links)
        {
            writer.Run(AddToLink, campaign, link, position, sums.Clicks, sums.ClicksPeople);
        }

        foreach (var (campaign, sums) in figures.Campaigns)
        {
            writer.Run(
                AddToCampaign,
                sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                sums.FirstOpens, sums.FirstClicks, sums.FirstOpensPeople, sums.FirstClicksPeople, campaign);
        }
    }

    public object? Time(DateTimeOffset? time) => time is { } value ? dialect.TimeValue(value) : null;

    private const string HitSql =
        """
        INSERT INTO tracking_hits (campaign_id, link_id, position, subscriber_id, kind, at, verdict, reason, rule_version, agent_class, client, is_signed, agent_id, network)
        VALUES
            (@campaign_id, @link_id, @position, @subscriber_id, @kind, @at, @verdict, @reason, @rule_version, @agent_class, @client, @is_signed, @agent_id, @network)
        """;

    private static readonly (string, DbType)[] HitParameters =
    [
        ("@campaign_id", DbType.Int32), ("@link_id", DbType.Int32), ("@position", DbType.Int32), ("@subscriber_id", DbType.Int32), ("@kind", DbType.String),
        ("@at", DbType.DateTime), ("@verdict", DbType.String), ("@reason", DbType.String), ("@rule_version", DbType.Int32), ("@agent_class", DbType.String),
        ("@client", DbType.String), ("@is_signed", DbType.Boolean), ("@agent_id", DbType.Int32), ("@network", DbType.String),
    ];
}
