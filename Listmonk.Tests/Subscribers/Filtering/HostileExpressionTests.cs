using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Filtering;

/// <summary>What is meant to read, change or stop more than the people asked for is refused with its reason, and touches nothing.</summary>
public sealed class HostileExpressionTests : DatabaseTest
{
    private static readonly string[] Functions =
    [
        "pg_sleep(10)", "pg_read_file('/etc/passwd')", "pg_ls_dir('/')", "pg_read_binary_file('x')", "lo_import('/etc/passwd')", "lo_export(1, '/tmp/x')", "dblink('host=x', 'select 1')",
        "dblink_exec('x')", "query_to_xml('select 1', true, true, '')", "xmlparse(1)", "current_setting('data_directory')", "set_config('a', 'b', false)", "pg_terminate_backend(1)", "pg_cancel_backend(1)",
        "pg_reload_conf()", "pg_rotate_logfile()", "pg_advisory_lock(1)", "version()", "current_user()", "inet_server_addr()", "txid_current()", "nextval('x')", "setval('x', 1)", "pg_stat_file('x')",
        "load_extension('x')", "readfile('/etc/passwd')", "writefile('/tmp/x', 'y')", "edit('x')", "randomblob(1000000000)", "zeroblob(1000000000)", "sqlite_version()", "sqlite_compileoption_get(1)",
        "fts3_tokenizer('x')", "generate_series(1, 1000000000)", "repeat('x', 1000000000)", "regexp_replace(name, '(a+)+$', '')", "regexp_matches(name, 'x')", "jsonb_array_elements(attribs)", "jsonb_each(attribs)",
        "json_each(attribs)", "string_agg(name, ',')", "array_agg(name)", "row_number()", "rank()", "random()", "has_table_privilege('users', 'select')", "pg_sleep_for('1 hour')", "exec('x')", "system('id')", "char(65)",
    ];

    private static readonly string[] Tables =
    [
        "users", "sessions", "roles", "role_lists", "settings", "account_links", "passkeys", "audit_log", "tracking_keys", "data_protection_keys", "webhooks", "webhook_messages", "transactional_messages",
        "transactional_contents", "templates", "media", "deliveries", "import_jobs", "consents", "tracking_hits", "hit_agents", "revisions", "pg_user", "pg_shadow", "pg_catalog", "pg_stat_activity", "information_schema",
        "sqlite_master", "sqlite_schema", "sqlite_sequence", "pragma_table_info", "dbstat", "segments",
    ];

    private static readonly string[] Others =
    [
        "", " ", ";", "--", "/* */", "'", "\"", "`id` = 1", "1", "name", "'x'", "NULL = ", "= 1", "()", ")", "(", "1 = 1)", "1 = 1) OR (1 = 1", "true) --", "true; DELETE FROM subscribers", "true; DROP TABLE subscribers; --",
        "true; UPDATE users SET name = 'x'", "true; SELECT pg_sleep(9)", "true;;", "SELECT 1", "select * from subscribers", "DELETE FROM subscribers", "DROP TABLE subscribers", "UPDATE subscribers SET name = 'x'", "INSERT INTO users VALUES (1)",
        "ATTACH DATABASE '/tmp/x' AS x", "PRAGMA writable_schema = 1", "VACUUM", "COPY subscribers TO '/tmp/x'", "COPY subscribers FROM PROGRAM 'id'", "ALTER SYSTEM SET x = 1", "GRANT ALL ON users TO x", "BEGIN", "COMMIT", "DO $$ BEGIN END $$",
        "EXPLAIN true", "WITH x AS (SELECT 1) SELECT 1", "id IN (WITH x AS (SELECT 1) SELECT 1)", "id IN (SELECT id FROM subscribers UNION SELECT id FROM users)", "id IN (SELECT 1 UNION ALL SELECT 2)", "id IN (SELECT id FROM lists ORDER BY id)",
        "id IN (SELECT id FROM lists LIMIT 1)", "id IN (SELECT id FROM lists OFFSET 1)", "id IN (SELECT id FROM lists FOR UPDATE)", "id IN (SELECT id FROM lists, users)", "id IN (DELETE FROM lists RETURNING id)", "id IN (VALUES (1))",
        "id IN (TABLE users)", "EXISTS(SELECT 1 FROM (SELECT 1) x)", "EXISTS(SELECT 1 FROM public.users)", "EXISTS(SELECT 1 FROM main.users)", "EXISTS(SELECT 1 FROM \"users\")", "EXISTS(SELECT 1 FROM lists l JOIN users u ON u.id = l.id)",
        "EXISTS(SELECT 1 FROM lists LEFT JOIN users ON true)", "EXISTS(SELECT password FROM lists)", "(SELECT password_hash FROM subscribers) = 'x'", "(SELECT body FROM campaigns) = 'x'", "EXISTS(SELECT 1 FROM campaigns WHERE body LIKE '%x%')",
        "subscribers.tracking_level = 'off'", "password = 'x'", "rowid = 1", "oid = 1", "ctid = '(0,1)'", "xmin = 1", "tableoid = 1", "users.password_hash = 'x'", "subscribers.* = 1", "* = 1", "COUNT(*) > 1", "MAX(id) = 1",
        "id = (SELECT id FROM lists)", "id = ALL(ARRAY[1])", "id = SOME(ARRAY[1])", "id > ANY(ARRAY[1])", "CASE WHEN true THEN true END", "name COLLATE \"C\" = 'x'", "name SIMILAR TO 'x'", "name REGEXP 'x'", "name GLOB 'x'", "name MATCH 'x'",
        "id::regclass = 'users'", "CAST('users' AS regclass) IS NULL", "id::xml IS NULL", "name::bytea IS NULL", "id & 1 = 1", "id << 40 > 1", "id ^ 2 = 1", "name = $1", "name = @x", "name = :x", "name = ?", "name = {0}", "name = U&'x'",
        "name = $$x$$", "name = x'41'", "name ~* '('", "name ~ '[' ", "name ~ '*'", "created_at > 'never'", "uuid = 'x'", "attribs->>city = 'x'", "attribs->'a\"b' IS NULL AND nosuch = 1", "attribs @> 'no json'", "name LIKE name", "name LIKE 'x' ESCAPE 'xy'",
        "NOW() - INTERVAL 30 DAY < created_at", "created_at > NOW() - INTERVAL 'x days'", "OVER (PARTITION BY id) = 1", "id = 1 AND", "OR id = 1", "NOT", "id IN ()", "id BETWEEN 1", "name = 'x' name = 'y'", "\0", "name = 'x\u0000", "ＮＡＭＥ = 'x'", "name = ‘x’",
    ];

    private static readonly string[] All =
    [
        .. Functions.Select(function => $"{function} = 1 OR true"), .. Tables.Select(table => $"EXISTS(SELECT 1 FROM {table})"), .. Others,
        new string('(', 9_000), string.Concat(Enumerable.Repeat("NOT ", 2_400)) + "true", string.Join(" OR ", Enumerable.Repeat("id = 1", 1_000)), "name = '" + new string('x', 20_000) + "'",
        string.Concat(Enumerable.Repeat("EXISTS(SELECT 1 FROM lists WHERE ", 5)) + "true" + new string(')', 5),
    ];

    [Theory, MemberData(nameof(Providers))]
    public async Task Hostile_expressions_are_refused_with_a_reason_and_touch_nothing(DatabaseProvider provider)
    {
        Assert.InRange(All.Distinct(StringComparer.Ordinal).Count(), 200, int.MaxValue);
        await using var database = await TestDatabase.CreateAsync(provider);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "ann@x.org" });
        var (queries, service, segments) = (database.Get<SubscriberQueries>(), database.Get<SubscriberService>(), database.Get<SegmentService>());
        var accepted = new List<string>();
        foreach (var expression in All.Where(expression => expression.Length > 0))
        {
            var filter = new SubscriberFilter { Query = expression };
            Outcome[] outcomes =
            [
                await queries.CountAsync(filter, Actor.System, CancellationToken.None),
                await service.DeleteAsync(SubscriberSelection.Matching(filter), Actor.System, CancellationToken.None),
                await segments.CreateAsync(new SegmentDraft("Hostile", "", expression), Actor.System, CancellationToken.None),
            ];
            if (outcomes.Any(outcome => outcome.IsOk || outcome.Kind != OutcomeKind.Invalid)
                || !outcomes[0].Message.StartsWith("Error preparing subscriber query: ", StringComparison.Ordinal) || !outcomes[0].Message.Contains("(position ", StringComparison.Ordinal))
            {
                accepted.Add($"{expression[..Math.Min(80, expression.Length)]}: {outcomes[0].Message}");
            }
        }

        Assert.True(accepted.Count == 0, string.Join(Environment.NewLine, accepted));
        Assert.Equal((1, 0), await database.ReadAsync(async db => (await db.Subscribers.CountAsync(), await db.Segments.CountAsync())));
    }
}
