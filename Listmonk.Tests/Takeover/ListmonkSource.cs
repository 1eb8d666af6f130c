using Listmonk.Tests.Support;
using Npgsql;

namespace Listmonk.Tests.Takeover;

/// <summary>
/// A PostgreSQL database as listmonk keeps its data, by the facts of spec/: two lists, three people, a sent, a running and a scheduled campaign, opens,
/// clicks, accounts and settings.
/// </summary>
public sealed class ListmonkSource : IAsyncDisposable
{
    public static readonly Guid Ann = new("0a000000-0000-4000-8000-00000000000a");
    public static readonly Guid Bob = new("0b000000-0000-4000-8000-00000000000b");
    public static readonly Guid SentCampaign = new("c1000000-0000-4000-8000-0000000000c1");
    public static readonly Guid Link = new("11000000-0000-4000-8000-000000000011");

    private readonly string _database;

    private ListmonkSource(string database) => _database = database;

    public string Connection => TestPostgres.ConnectionString(_database);

    public static async Task<ListmonkSource> CreateAsync()
    {
        var source = new ListmonkSource($"source_{Guid.NewGuid():N}");
        await TestPostgres.ExecuteAsync($"CREATE DATABASE {source._database}");
        await source.RunAsync(Schema);
        await source.RunAsync(Rows);
        return source;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(Connection))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await TestPostgres.ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
    }

    /// <summary>Column names and types as the spec's data facts give them; keys only where the copy reads along them.</summary>
    private const string Schema =
        """
        CREATE TABLE settings (key text UNIQUE, value jsonb, updated_at timestamptz DEFAULT '2026-01-01Z');
        CREATE TABLE roles (id serial PRIMARY KEY, type text, parent_id int, list_id int, permissions text[], name text, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE users (
            id serial PRIMARY KEY, username text, password_login boolean, password text, email text, name text, avatar text, type text, user_role_id int, list_role_id int,
            status text, loggedin_at timestamptz, twofa_type text, twofa_key text);
        CREATE TABLE lists (
            id serial PRIMARY KEY, uuid uuid, name text, type text, optin text, status text, tags varchar(100)[], description text, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE subscribers (
            id serial PRIMARY KEY, uuid uuid, email text, name text, attribs jsonb, status text, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE subscriber_lists (
            subscriber_id int, list_id int, meta jsonb, status text, created_at timestamptz, updated_at timestamptz, PRIMARY KEY (subscriber_id, list_id));
        CREATE TABLE templates (
            id serial PRIMARY KEY, name text, type text, subject text, body text, body_source text, is_default boolean, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE campaigns (
            id serial PRIMARY KEY, uuid uuid, type text, name text, subject text, from_email text, body text, body_source text, altbody text, content_type text, send_at timestamptz,
            headers jsonb, attribs jsonb, status text, tags varchar(100)[], messenger text, template_id int, to_send int, sent int, max_subscriber_id int, last_subscriber_id int,
            archive boolean, archive_slug text, archive_template_id int, archive_meta jsonb, started_at timestamptz, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE campaign_lists (id serial PRIMARY KEY, campaign_id int, list_id int, list_name text);
        CREATE TABLE media (
            id serial PRIMARY KEY, uuid uuid, provider text, filename text, content_type text, thumb text, meta jsonb, created_at timestamptz);
        CREATE TABLE campaign_media (campaign_id int, media_id int, filename text);
        CREATE TABLE links (id serial PRIMARY KEY, uuid uuid, url text UNIQUE, created_at timestamptz);
        CREATE TABLE campaign_views (id bigserial PRIMARY KEY, campaign_id int, subscriber_id int, created_at timestamptz);
        CREATE TABLE link_clicks (id bigserial PRIMARY KEY, campaign_id int, link_id int, subscriber_id int, created_at timestamptz);
        CREATE TABLE bounces (id serial PRIMARY KEY, subscriber_id int, campaign_id int, type text, source text, meta jsonb, created_at timestamptz);
        """;

    private const string Rows =
        """
        INSERT INTO settings (key, value) VALUES
            ('migrations', '["v5.1.0", "v6.0.0"]'), ('app.root_url', '"https://news.example.com"'), ('app.site_name', '"Old news"'), ('app.from_email', '"News <news@example.com>"'),
            ('app.message_rate', '7'), ('app.lang', '"en"'), ('app.moon_phase', '"full"'), ('app.concurrency', '"many"'),
            ('smtp', '[{"uuid": "5a000000-0000-4000-8000-000000000001", "enabled": true, "host": "mail.example.com", "port": 587, "auth_protocol": "login", "username": "news", "password": "s3cret", "tls_type": "STARTTLS", "tls_skip_verify": false, "max_conns": 10, "max_msg_retries": 2, "idle_timeout": "15s", "wait_timeout": "5s", "hello_hostname": "", "email_headers": [], "name": ""}]');
        INSERT INTO roles (id, type, parent_id, list_id, permissions, name) VALUES
            (1, 'user', NULL, NULL, '{lists:get_all}', 'Super Admin'), (2, 'user', NULL, NULL, '{campaigns:get,moon:walk}', 'Editors'), (3, 'list', NULL, NULL, NULL, 'News only'),
            (4, 'list', 3, 10, '{list:get,list:manage}', NULL);
        INSERT INTO users (id, username, password_login, password, email, name, type, user_role_id, list_role_id, status, twofa_type, twofa_key) VALUES
            (1, 'chief', true, '$2a$06$JPzGG3ScDN3ghJQI69LcHujO.hkWw5b2ygkKLgzdN4mL1AN1PSRhq', 'chief@example.com', 'The Chief', 'user', 1, NULL, 'enabled', 'none', NULL),
            (2, 'editor', true, 'md5:odd', 'editor@example.com', '', 'user', 2, 3, 'enabled', 'totp', 'JBSWY3DPEHPK3PXP'),
            (3, 'robot', false, '2a013eaad3d81d4286a104b67479a3fed2f1cf68d4c9a9933fee3a2beb4e354f', 'robot@api', 'robot', 'api', 1, NULL, 'enabled', 'none', NULL);
        INSERT INTO lists VALUES
            (10, 'a0000000-0000-4000-8000-000000000010', 'News', 'public', 'double', 'active', '{weekly,big}', 'Each week', '2025-01-01Z', '2025-01-01Z'),
            (11, 'a0000000-0000-4000-8000-000000000011', 'Inner', 'temporary', 'single', 'archived', '{}', '', '2025-01-01Z', '2025-01-01Z');
        INSERT INTO subscribers VALUES
            (100, '0a000000-0000-4000-8000-00000000000a', 'Ann@Example.com', 'Ann', '{"city": "Basel"}', 'enabled', '2025-02-01Z', '2025-02-01Z'),
            (101, '0b000000-0000-4000-8000-00000000000b', 'bob@example.com', 'Bob', '{}', 'blocklisted', '2025-02-01Z', '2025-02-01Z'),
            (205, '0c000000-0000-4000-8000-00000000000c', 'cleo@example.com', 'Cleo', '{}', 'enabled', '2025-02-01Z', '2025-02-01Z');
        INSERT INTO subscriber_lists VALUES
            (100, 10, '{"optin_ip": "192.0.2.1"}', 'confirmed', '2025-02-01Z', '2025-02-02Z'), (100, 11, '{}', 'unconfirmed', '2025-02-01Z', '2025-02-01Z'),
            (101, 10, '{}', 'unsubscribed', '2025-02-01Z', '2025-02-01Z'), (205, 10, '{}', 'confirmed', '2025-02-01Z', '2025-02-01Z'), (999, 10, '{}', 'confirmed', '2025-02-01Z', '2025-02-01Z');
        INSERT INTO templates VALUES (5, 'House', 'campaign', '', '<p>{{ template "content" . }}</p>', NULL, true, '2025-01-01Z', '2025-01-01Z'), (6, 'Receipt', 'tx', 'Thanks', 'Hi', NULL, false, '2025-01-01Z', '2025-01-01Z');
        INSERT INTO media VALUES (7, 'd0000000-0000-4000-8000-000000000007', 'filesystem', 'logo.png', 'image/png', 'thumb_logo.png', '{"width": 10}', '2025-01-01Z');
        INSERT INTO campaigns VALUES
            (30, 'c1000000-0000-4000-8000-0000000000c1', 'regular', 'March', 'Hello', 'News <news@example.com>', '<p>Hi</p>', NULL, '', 'html', NULL, '[]', '{}', 'finished', '{a,b}', 'email', 5, 3, 3, 205, 205, true, 'march', 5, '{}', '2025-03-01Z', '2025-02-20Z', '2025-03-02Z'),
            (31, 'c2000000-0000-4000-8000-0000000000c2', 'regular', 'April', 'Hello', 'News <news@example.com>', '<p>Hi</p>', NULL, NULL, 'html', NULL, '[]', '{}', 'running', '{}', 'email', 99, 3, 1, 205, 100, false, NULL, NULL, '{}', '2025-04-01Z', '2025-03-20Z', '2025-04-01Z'),
            (32, 'c3000000-0000-4000-8000-0000000000c3', 'regular', 'May', 'Hello', 'News <news@example.com>', '<p>Hi</p>', NULL, NULL, 'html', '2027-05-01Z', '[]', '{}', 'scheduled', '{}', 'email', 5, 0, 0, 0, 0, false, NULL, NULL, '{}', NULL, '2025-03-20Z', '2025-04-01Z');
        INSERT INTO campaign_lists (campaign_id, list_id, list_name) VALUES (30, 10, 'News'), (30, NULL, 'Gone'), (31, 10, 'News'), (32, 10, 'News');
        INSERT INTO campaign_media VALUES (30, 7, 'logo.png');
        INSERT INTO links VALUES (50, '11000000-0000-4000-8000-000000000011', 'https://shop.example.com/?a=1&b=ü', '2025-03-01Z'), (51, '11000000-0000-4000-8000-000000000012', 'https://two.example.com/', '2025-03-01Z'), (52, '11000000-0000-4000-8000-000000000013', 'https://three.example.com/', '2025-03-01Z');
        INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) VALUES
            (30, 100, '2025-03-01T10:00Z'), (30, 100, '2025-03-01T11:30Z'), (30, 101, '2025-03-01T10:05Z'), (30, NULL, '2025-03-01T10:06Z'), (77, 100, '2025-03-01T10:06Z');
        INSERT INTO link_clicks (campaign_id, link_id, subscriber_id, created_at) VALUES
            (30, 50, 100, '2025-03-01T10:01Z'), (30, 50, 205, '2025-03-01T12:00:01Z'), (30, 51, 205, '2025-03-01T12:00:02Z'), (30, 52, 205, '2025-03-01T12:00:03Z'), (NULL, 50, 100, '2025-03-01T10:01Z');
        INSERT INTO bounces VALUES (900, 101, 30, 'hard', 'ses', '{"x": 1}', '2025-03-01Z');
        SELECT setval('subscribers_id_seq', 205);
        """;
}
