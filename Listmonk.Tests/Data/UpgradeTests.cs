using System.Data.Common;
using System.Globalization;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Listmonk.Tests.Data;

/// <summary>A database of the first version, with something in every table, comes to this version with all of it.</summary>
public sealed class UpgradeTests : DatabaseTest
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory, MemberData(nameof(Providers))]
    public async Task Everything_of_the_first_version_is_there_after_the_upgrade(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, isEmpty: true);
        var before = await database.ReadAsync(FillFirstVersionAsync);

        await database.Get<DatabaseMigrator>().MigrateAsync(default);

        await database.ReadAsync(async db =>
        {
            Assert.False((await db.Database.GetPendingMigrationsAsync()).Any());
            foreach (var (table, rows) in before)
            {
                Assert.Equal((table, rows), (table, await CountAsync(db, table)));
            }

            // Each row is read as this version knows it: no column is left with a value that it cannot take.
            foreach (var entity in db.Model.GetEntityTypes().Where(type => !type.IsOwned() && type.GetTableName() is not null))
            {
                await (Task)typeof(UpgradeTests).GetMethod(nameof(ReadAllAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                    .MakeGenericMethod(entity.ClrType).Invoke(null, [db])!;
            }

            return true;
        });
        Assert.Equal(provider == DatabaseProvider.Sqlite ? 1 : 0, Directory.GetFiles(database.Folder, "before-migration-*.db", SearchOption.AllDirectories).Length);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_sent_before_the_upgrade_is_reported_and_new_things_can_be_made(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, isEmpty: true);
        await database.ReadAsync(FillFirstVersionAsync);
        await database.Get<DatabaseMigrator>().MigrateAsync(default);
        await database.RestartAsync();

        Assert.Equal("Old name", database.Get<SettingsStore>().Current.General.SiteName);
        var campaign = (await database.Get<CampaignQueries>().FindAsync(1, Actor.System, default)).Value;
        Assert.Equal((CampaignStatus.Finished, 3, 2, 1), (campaign.Status, campaign.Sent, campaign.Views, campaign.Clicks));
        var person = (await database.Get<SubscriberQueries>().FindAsync(1, Actor.System, default)).Value;
        Assert.Equal(("person1@example.com", SubscriptionStatus.Confirmed), (person.Email, Assert.Single(person.Lists).Status));
        var list = await ListServiceTests.CreateAsync(database, "Made after the upgrade");
        Assert.Equal(2, list.Id);
    }

    private static async Task ReadAllAsync<TEntity>(ListmonkDbContext db)
        where TEntity : class => await db.Set<TEntity>().AsNoTracking().Take(100).ToListAsync();

    /// <summary>Rows of each table that has some.</summary>
    private static async Task<Dictionary<string, long>> FillFirstVersionAsync(ListmonkDbContext db)
    {
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
        await db.Database.OpenConnectionAsync();
        var rows = new OldRows(db);
        await rows.AddAsync("roles", ("type", "user"), ("name", "Old role"), ("permissions", new Json("[\"lists:get_all\"]")));
        await rows.AddAsync("users", ("username", "old"), ("normalized_username", "OLD"), ("type", "user"), ("status", "enabled"), ("user_role_id", 1));
        await rows.AddAsync("settings", ("key", "app.site_name"), ("value", new Json("\"Old name\"")));
        await rows.AddAsync("lists", ("name", "News"), ("type", "public"), ("optin", "single"), ("status", "active"), ("tags", new Json("[\"a\"]")));
        await rows.AddAsync("role_lists", ("role_id", 1), ("list_id", 1), ("permissions", new Json("[]")));
        for (var number = 1; number <= 3; number++)
        {
            await rows.AddAsync("subscribers", ("email", $"person{number}@example.com"), ("name", $"Person {number}"), ("attribs", new Json("{\"city\": \"Pune\"}")), ("status", "enabled"));
            await rows.AddAsync("subscriber_lists", ("subscriber_id", number), ("list_id", 1), ("status", "confirmed"), ("meta", new Json("{}")));
        }

        await rows.AddAsync("consents", ("subscriber_id", 1), ("level", "anonymous"), ("source", "page"), ("text", "Yes"));
        await rows.AddAsync("templates", ("name", "Default"), ("type", "campaign"), ("body", "{{ template \"content\" . }}"), ("is_default", true));
        await rows.AddAsync(
            "campaigns", ("type", "regular"), ("name", "Old"), ("subject", "Hello"), ("from_email", "news@example.com"), ("body", "<p>Hello</p>"), ("content_type", "html"), ("headers", new Json("[]")),
            ("attribs", new Json("{}")), ("status", "finished"), ("tags", new Json("[]")), ("messenger", "email"), ("template_id", 1), ("to_send", 3), ("sent", 3), ("views", 2), ("clicks", 1),
            ("views_people", 2), ("clicks_people", 1), ("unique_opens", 1), ("unique_clicks", 1), ("bounces", 1), ("archive_meta", new Json("{}")), ("started_at", At), ("finished_at", At));
        await rows.AddAsync("campaign_lists", ("campaign_id", 1), ("list_id", 1), ("list_name", "News"));
        await rows.AddAsync("media", ("provider", "filesystem"), ("filename", "logo.png"), ("content_type", "image/png"), ("meta", new Json("{}")));
        await rows.AddAsync("campaign_media", ("campaign_id", 1), ("media_id", 1), ("filename", "logo.png"));
        await rows.AddAsync("links", ("url", "https://example.com/"), ("url_hash", new string('a', 64)));
        await rows.AddAsync("campaign_links", ("campaign_id", 1), ("position", 1), ("link_id", 1));
        await rows.AddAsync("link_stats", ("campaign_id", 1), ("link_id", 1), ("position", 1), ("clicks", 1), ("clicks_people", 1));
        for (var number = 1; number <= 3; number++)
        {
            await rows.AddAsync("deliveries", ("campaign_id", 1), ("subscriber_id", number), ("status", "sent"), ("attempts", 1), ("done_at", At), ("smtp_code", 250));
        }

        await rows.AddAsync("tracking_hits", ("campaign_id", 1), ("subscriber_id", 1), ("kind", "open"), ("verdict", "human"), ("reason", "none"), ("rule_version", 1), ("agent_class", "browser"), ("is_signed", true));
        await rows.AddAsync("tracking_hits", ("campaign_id", 1), ("subscriber_id", 1), ("link_id", 1), ("position", 1), ("kind", "click"), ("verdict", "human"), ("reason", "none"), ("rule_version", 1), ("agent_class", "browser"), ("is_signed", true));
        await rows.AddAsync("campaign_readers", ("campaign_id", 1), ("subscriber_id", 1), ("opens", 2), ("opens_people", 2), ("clicks", 1), ("clicks_people", 1), ("first_open_at", At), ("last_open_at", At));
        await rows.AddAsync("campaign_hourly", ("campaign_id", 1), ("opens", 2), ("opens_people", 2), ("clicks", 1), ("clicks_people", 1), ("first_opens", 1), ("first_clicks", 1));
        await rows.AddAsync("bounces", ("subscriber_id", 2), ("campaign_id", 1), ("type", "hard"), ("source", "api"), ("meta", new Json("{}")));
        await rows.AddAsync("import_jobs", ("filename", "people.csv"), ("stored_name", "x.csv"), ("parameters", new Json("{}")), ("status", "finished"), ("total", 3), ("imported", 3));
        await rows.AddAsync("import_problems", ("import_job_id", 1), ("line", 2), ("reason", "no address"));
        await rows.AddAsync("audit_log", ("user_name", "old"), ("action", "campaign.sent"));
        await rows.AddAsync("tracking_keys", ("secret", "protected:c2VjcmV0"));
        await rows.AddAsync("data_protection_keys", ("xml", "<key />"));
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in rows.Tables)
        {
            counts[table] = await CountAsync(db, table);
        }

        return counts;
    }

    private static async Task<long> CountAsync(ListmonkDbContext db, string table)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private sealed record Json(string Text);

    /// <summary>Writes rows into a schema that this version has no model of; what is not given gets an empty value of its type.</summary>
    private sealed class OldRows(ListmonkDbContext db)
    {
        private readonly DbConnection _connection = db.Database.GetDbConnection();

        public HashSet<string> Tables { get; } = new(StringComparer.Ordinal);

        public async Task AddAsync(string table, params (string Column, object Value)[] given)
        {
            Tables.Add(table);
            var values = given.ToDictionary(pair => pair.Column, pair => pair.Value, StringComparer.Ordinal);
            foreach (var (column, type) in await RequiredAsync(table))
            {
                values.TryAdd(column, Empty(column, type));
            }

            await using var insert = _connection.CreateCommand();
            insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", values.Keys.Select(name => $"\"{name}\""))}) "
                + $"VALUES ({string.Join(", ", values.Select(pair => pair.Value is Json ? db.Dialect.JsonParameter($"@{pair.Key}") : $"@{pair.Key}"))})";
            foreach (var (name, value) in values)
            {
                var parameter = insert.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"@{name}", value switch
                {
                    Json json => json.Text,
                    DateTimeOffset time => db.Dialect.TimeValue(time),
                    Guid id when db.Database.IsSqlite() => id.ToString().ToUpperInvariant(),
                    _ => value,
                });
                insert.Parameters.Add(parameter);
            }

            await insert.ExecuteNonQueryAsync();
        }

        private static object Empty(string column, string type) => column switch
        {
            "uuid" => Guid.NewGuid(),
            "hour" or "at" => At,
            _ when column.EndsWith("_at", StringComparison.Ordinal) => At,
            _ when type.StartsWith("bool", StringComparison.Ordinal) => false,
            _ when type.StartsWith("int", StringComparison.OrdinalIgnoreCase) || type is "bigint" or "smallint" => 0,
            _ when type == "jsonb" => new Json("{}"),
            _ => "",
        };

        /// <summary>Columns that must have a value and have no default; generated keys have one.</summary>
        private async Task<List<(string Column, string Type)>> RequiredAsync(string table)
        {
            await using var command = _connection.CreateCommand();
            command.CommandText = db.Database.IsSqlite()
                ? $"SELECT name, type FROM pragma_table_info('{table}') WHERE \"notnull\" = 1 AND dflt_value IS NULL AND name <> 'id'"
                : $"SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'";
            await using var reader = await command.ExecuteReaderAsync();
            var columns = new List<(string, string)>();
            while (await reader.ReadAsync())
            {
                columns.Add((reader.GetString(0), reader.GetString(1)));
            }

            return columns;
        }
    }
}
