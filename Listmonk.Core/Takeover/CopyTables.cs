using System.Data;

namespace Listmonk.Core.Takeover;

/// <summary>The kinds of rows with the same shape on both sides (the schema facts of listmonk 4 to 6 in spec/, by name of the field).</summary>
internal static class CopyTables
{
    public static CopyTable Lists { get; } = new()
    {
        Name = "lists",
        Key = ["id"],
        FollowsDeletions = true,
        Columns =
        [
            Integer("id"),
            Uuid("uuid"),
            Text("name"),
            // A temporary list is an inner matter of the source; nobody may see it.
            Text("type", "CASE s.type::text WHEN 'public' THEN 'public' ELSE 'private' END"),
            Text("optin", "s.optin::text"),
            new("status", DbType.String, "s.status::text", "status", "'active'"),
            TextList("tags"),
            new("description", DbType.String, "COALESCE(s.description, '')", "description", "''"),
            Stamp("created_at"),
            Stamp("updated_at"),
        ],
    };

    public static CopyTable Templates { get; } = new()
    {
        Name = "templates",
        Key = ["id"],
        FollowsDeletions = false,
        Columns =
        [
            Integer("id"),
            Text("name"),
            Text("type", "s.type::text"),
            Text("subject", "COALESCE(s.subject, '')"),
            Text("body"),
            new("body_source", DbType.String, "s.body_source::text", "body_source"),
            new("is_default", DbType.Boolean, "s.is_default"),
            Stamp("created_at"),
            Stamp("updated_at"),
        ],
    };

    public static CopyTable Media { get; } = new()
    {
        Name = "media",
        Key = ["id"],
        Columns =
        [
            Integer("id"),
            Uuid("uuid"),
            Text("provider", "CASE WHEN s.provider = 's3' THEN 's3' ELSE 'filesystem' END"),
            Text("filename"),
            new("content_type", DbType.String, "COALESCE(s.content_type, 'application/octet-stream')", "content_type", "'application/octet-stream'"),
            Text("thumb", "NULLIF(s.thumb, '')"),
            Json("meta", "COALESCE(s.meta, '{}')::text", "meta", "'{}'"),
            Stamp("created_at"),
        ],
    };

    public static CopyTable Campaigns { get; } = new()
    {
        Name = "campaigns",
        Key = ["id"],
        FollowsDeletions = true,
        Parents = [new("template_id", "templates", IsRequired: false), new("archive_template_id", "templates", IsRequired: false)],
        Columns =
        [
            Integer("id"),
            Uuid("uuid"),
            Text("type", "s.type::text"),
            Text("name"),
            Text("subject"),
            Text("from_email"),
            Text("body"),
            new("body_source", DbType.String, "s.body_source::text", "body_source"),
            Text("altbody", "NULLIF(s.altbody, '')"),
            Text("content_type", "s.content_type::text"),
            Time("send_at"),
            Json("headers", "COALESCE(s.headers, '[]')::text", "headers", "'[]'"),
            Json("attribs", "COALESCE(s.attribs, '{}')::text", "attribs", "'{}'"),
            // Both installations would send: a campaign that was to go out waits here for somebody to say so again.
            Text("status", "CASE s.status::text WHEN 'running' THEN 'paused' WHEN 'scheduled' THEN 'draft' ELSE s.status::text END"),
            Text(
                "status_reason",
                "CASE s.status::text WHEN 'running' THEN 'It was running in listmonk when it was taken over. Resume it here once it is stopped there.' "
                + "WHEN 'scheduled' THEN 'It was scheduled in listmonk when it was taken over. Schedule it here again.' END"),
            TextList("tags"),
            Text("messenger"),
            Integer("template_id"),
            Integer("to_send"),
            Integer("sent"),
            Integer("max_subscriber_id"),
            Integer("last_subscriber_id"),
            new("archive", DbType.Boolean, "s.archive"),
            Text("archive_slug", "NULLIF(s.archive_slug, '')"),
            Integer("archive_template_id"),
            Json("archive_meta", "COALESCE(s.archive_meta, '{}')::text", "archive_meta", "'{}'"),
            Time("started_at"),
            Time("finished_at", "CASE WHEN s.status::text IN ('finished', 'cancelled') THEN s.updated_at END"),
            Stamp("created_at"),
            Stamp("updated_at"),
            Text("edited_by", "''"),
            .. Zeros(
                "views", "clicks", "views_people", "clicks_people", "unique_opens", "unique_clicks", "unique_opens_people", "unique_clicks_people",
                "bounces", "unsubscribes", "failed", "skipped", "lease_epoch", "revision"),
        ],
        Children =
        [
            new(
                "campaign_lists",
                "campaign_lists",
                "campaign_id",
                [Integer("campaign_id"), Integer("list_id"), Text("list_name")],
                [new("list_id", "lists", IsRequired: false)]),
            new(
                "campaign_media",
                "campaign_media",
                "campaign_id",
                [Integer("campaign_id"), Integer("media_id"), Text("filename")],
                [new("media_id", "media", IsRequired: false)]),
        ],
    };

    public static CopyTable Links { get; } = new()
    {
        Name = "links",
        Key = ["id"],
        StaysDeleted = false,
        Columns =
        [
            Integer("id"),
            Uuid("uuid"),
            Text("url"),
            Text("url_hash", "encode(sha256(convert_to(s.url, 'UTF8')), 'hex')"),
            // What stands in the source's table is what it redirects to, braces included.
            new("has_expressions", DbType.Boolean, "false"),
            Stamp("created_at"),
        ],
    };

    public static CopyTable Subscribers { get; } = new()
    {
        Name = "subscribers",
        Key = ["id"],
        FollowsDeletions = true,
        No = "blocklisted",
        TakesNoFromOlder = true,
        Columns =
        [
            Integer("id"),
            Uuid("uuid"),
            Text("email", "lower(s.email)"),
            Text("name"),
            Json("attribs", "COALESCE(s.attribs, '{}')::text"),
            Text("status", "s.status::text"),
            Stamp("created_at"),
            Stamp("updated_at"),
        ],
    };

    public static CopyTable Subscriptions { get; } = new()
    {
        Name = "subscriber_lists",
        Key = ["subscriber_id", "list_id"],
        FollowsDeletions = true,
        No = "unsubscribed",
        Parents = [new("subscriber_id", "subscribers", IsRequired: true), new("list_id", "lists", IsRequired: true)],
        Columns =
        [
            Integer("subscriber_id"),
            Integer("list_id"),
            Text("status", "s.status::text"),
            Json("meta", "COALESCE(s.meta, '{}')::text", "meta", "'{}'"),
            Stamp("created_at"),
            Stamp("updated_at"),
        ],
    };

    public static CopyTable Bounces { get; } = new()
    {
        Name = "bounces",
        Key = ["id"],
        Parents = [new("subscriber_id", "subscribers", IsRequired: true), new("campaign_id", "campaigns", IsRequired: false)],
        Columns =
        [
            Integer("id"),
            Integer("subscriber_id"),
            Integer("campaign_id"),
            Text("type", "s.type::text"),
            Text("source", "COALESCE(s.source, '')"),
            Json("meta", "COALESCE(s.meta, '{}')::text"),
            Text("domain", "(SELECT split_part(lower(p.email), '@', 2) FROM subscribers p WHERE p.id = s.subscriber_id)"),
            Text("matched_by", "'caller'"),
            Text("action", "'none'"),
            new("is_judged", DbType.Boolean, "true"),
            Stamp("created_at"),
        ],
    };

    public static CopyTable Views { get; } = Hits("campaign_views", "NULL::int");

    public static CopyTable Clicks { get; } = Hits("link_clicks", "s.link_id");

    /// <summary>The columns are read only; hits are written through the tracking log's statements.</summary>
    private static CopyTable Hits(string name, string link) => new()
    {
        Name = name,
        Key = ["id"],
        Parents = [new("campaign_id", "campaigns", IsRequired: true), new("subscriber_id", "subscribers", IsRequired: false), new("link_id", "links", IsRequired: name == "link_clicks")],
        Columns =
        [
            new("id", DbType.Int64, "s.id::bigint"),
            Integer("campaign_id"),
            Integer("subscriber_id"),
            new("link_id", DbType.Int32, link),
            Stamp("created_at"),
        ],
    };

    private static CopyColumn Integer(string name) => new(name, DbType.Int32, "s." + name);

    private static CopyColumn Uuid(string name) => new(name, DbType.Guid, "s." + name);

    private static CopyColumn Text(string name, string? source = null) => new(name, DbType.String, source ?? $"s.{name}");

    private static CopyColumn TextList(string name) => new(name, DbType.String, $"COALESCE(to_jsonb(s.{name}), '[]')::text") { IsJson = true };

    private static CopyColumn Json(string name, string source, string? needs = null, string otherwise = "NULL") => new(name, DbType.String, source, needs, otherwise) { IsJson = true };

    private static CopyColumn Time(string name, string? source = null) => new(name, DbType.DateTime, source ?? $"s.{name}");

    /// <summary>The source allows such a time to be missing.</summary>
    private static CopyColumn Stamp(string name) => new(name, DbType.DateTime, $"COALESCE(s.{name}, 'epoch'::timestamptz)");

    private static IEnumerable<CopyColumn> Zeros(params string[] names) => names.Select(name => new CopyColumn(name, DbType.Int32, "0") { IsUpdated = false });
}
