namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>The types that expressions know; <see cref="Any"/> is the type of NULL.</summary>
internal enum ValueKind
{
    Any,
    Text,
    Number,
    Bool,
    Time,
    Json,
    Uuid,
    Interval,
}

/// <summary>A table that an expression may name: its columns, and where its rows come from.</summary>
/// <param name="Source">SQL of the rows; <c>{0}</c> stands for a condition on lists.</param>
/// <param name="ListCondition">SQL that limits the rows to lists; <c>{0}</c> stands for their ids.</param>
internal sealed record ExpressionTable(IReadOnlyDictionary<string, ValueKind> Columns, string Source, string? ListCondition);

/// <summary>Everything that expressions may see (spec/subscribers.md 5.3). What is not here does not exist for them.</summary>
internal static class ExpressionSchema
{
    public const string Subscribers = "subscribers";

    private const string CampaignOnLists = "campaign_id IN (SELECT cl.campaign_id FROM campaign_lists cl WHERE cl.list_id IN ({0}))";

    public static IReadOnlyDictionary<string, ExpressionTable> Tables { get; } = new Dictionary<string, ExpressionTable>(StringComparer.Ordinal)
    {
        [Subscribers] = Table(
            "id:n uuid:u email:t name:t attribs:j status:t created_at:d updated_at:d",
            "SELECT * FROM subscribers",
            "id IN (SELECT sl.subscriber_id FROM subscriber_lists sl WHERE sl.list_id IN ({0}))"),
        ["lists"] = Table(
            "id:n uuid:u name:t type:t optin:t status:t tags:j description:t created_at:d updated_at:d", "SELECT * FROM lists", "id IN ({0})"),
        ["subscriber_lists"] = Table(
            "subscriber_id:n list_id:n meta:j status:t created_at:d updated_at:d", "SELECT * FROM subscriber_lists", "list_id IN ({0})"),
        ["campaigns"] = Table(
            "id:n uuid:u name:t subject:t from_email:t send_at:d status:t type:t content_type:t tags:j messenger:t template_id:n to_send:n sent:n archive:b archive_slug:t attribs:j started_at:d created_at:d updated_at:d",
            "SELECT * FROM campaigns",
            "id IN (SELECT cl.campaign_id FROM campaign_lists cl WHERE cl.list_id IN ({0}))"),
        ["campaign_lists"] = Table("id:n campaign_id:n list_id:n list_name:t", "SELECT * FROM campaign_lists", "list_id IN ({0})"),
        ["campaign_views"] = Table(
            "id:n campaign_id:n subscriber_id:n created_at:d",
            "SELECT id, campaign_id, subscriber_id, at AS created_at FROM tracking_hits WHERE kind = 'open'",
            CampaignOnLists),
        // Ours: what each person did with each campaign, in one row, with machines told apart; kept longer than single hits.
        ["campaign_readers"] = Table(
            "campaign_id:n subscriber_id:n opens:n clicks:n opens_people:n clicks_people:n first_open_at:d last_open_at:d first_click_at:d last_click_at:d",
            "SELECT * FROM campaign_readers",
            CampaignOnLists),
        ["links"] = Table("id:n uuid:u url:t created_at:d", "SELECT * FROM links", null),
        ["link_clicks"] = Table(
            "id:n campaign_id:n link_id:n subscriber_id:n created_at:d",
            "SELECT id, campaign_id, link_id, subscriber_id, at AS created_at FROM tracking_hits WHERE kind = 'click'",
            CampaignOnLists),
        ["bounces"] = Table("id:n subscriber_id:n campaign_id:n type:t source:t meta:j created_at:d", "SELECT * FROM bounces", CampaignOnLists),
    };

    private static ExpressionTable Table(string columns, string source, string? listCondition) => new(
        columns.Split(' ').ToDictionary(column => column[..^2], column => Kind(column[^1]), StringComparer.Ordinal), source, listCondition);

    private static ValueKind Kind(char letter) => letter switch
    {
        'n' => ValueKind.Number,
        'u' => ValueKind.Uuid,
        't' => ValueKind.Text,
        'j' => ValueKind.Json,
        'd' => ValueKind.Time,
        _ => ValueKind.Bool,
    };
}
