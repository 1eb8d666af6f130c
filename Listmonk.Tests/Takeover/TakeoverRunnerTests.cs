using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Auth;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Takeover;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Takeover;

public sealed class TakeoverRunnerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Rows_come_with_their_ids_and_what_has_no_place_is_told(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Get<DatabaseSeeder>().SeedAsync(CancellationToken.None);

        var report = await RunAsync(database, source);

        Assert.Equal(
            [(10, ListType.Public, ListOptin.Double, ListStatus.Active, "weekly,big"), (11, ListType.Private, ListOptin.Single, ListStatus.Archived, "")],
            (await database.ReadAsync(db => db.Lists.OrderBy(list => list.Id).ToListAsync())).Select(list => (list.Id, list.Type, list.Optin, list.Status, string.Join(',', list.Tags))));
        Assert.Equal(
            [(100, ListmonkSource.Ann, "ann@example.com", SubscriberStatus.Enabled), (101, ListmonkSource.Bob, "bob@example.com", SubscriberStatus.Blocklisted), (205, new Guid("0c000000-0000-4000-8000-00000000000c"), "cleo@example.com", SubscriberStatus.Enabled)],
            (await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).ToListAsync())).Select(person => (person.Id, person.Uuid, person.Email, person.Status)));
        Assert.Equal(4, await database.ReadAsync(db => db.Subscriptions.CountAsync()));
        var sent = await database.ReadAsync(db => db.Campaigns.Include(row => row.Lists).Include(row => row.Media).SingleAsync(row => row.Id == 30));
        Assert.Equal((ListmonkSource.SentCampaign, CampaignStatus.Finished, 3, 5, "march"), (sent.Uuid, sent.Status, sent.Sent, sent.TemplateId, sent.ArchiveSlug));
        Assert.Equal(["Gone", "News"], sent.Lists.Select(list => list.ListName).Order(StringComparer.Ordinal));
        Assert.Equal(7, Assert.Single(sent.Media).MediaId);
        Assert.Equal(
            [(31, CampaignStatus.Paused, null), (32, CampaignStatus.Draft, (int?)5)],
            (await database.ReadAsync(db => db.Campaigns.Where(row => row.Id > 30).OrderBy(row => row.Id).ToListAsync())).Select(row => (row.Id, row.Status, row.TemplateId)));
        Assert.Equal([5], await database.ReadAsync(db => db.Templates.Where(row => row.IsDefault).Select(row => row.Id).ToListAsync()));
        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((900, 101, "example.com"), (bounce.Id, bounce.SubscriberId, bounce.Domain));

        Assert.Contains(report.Notes, note => note.Key.StartsWith("media: the file is missing", StringComparison.Ordinal) && note.Value.Examples.Contains("logo.png"));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("settings: not known here", StringComparison.Ordinal) && note.Value.Examples.Contains("app.moon_phase"));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("settings: refused", StringComparison.Ordinal) && note.Value.Examples[0].StartsWith("app.concurrency", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("roles: a permission", StringComparison.Ordinal) && note.Value.Examples.Contains("moon:walk"));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("users: their password", StringComparison.Ordinal) && note.Value.Examples.Contains("editor"));
        Assert.Equal((1, 1, 1), (report.Counts.Single(count => count.Key == "subscriber_lists").Value.Skipped, report.Counts.Single(count => count.Key == "campaign_views").Value.Skipped, report.Counts.Single(count => count.Key == "link_clicks").Value.Skipped));
        Assert.Equal((TakeoverStatus.Finished, 1.0), (report.Status, report.Share));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Figures_are_those_of_the_history_and_machines_are_told_from_people_as_far_as_time_tells(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);

        await RunAsync(database, source);

        var campaign = await database.ReadAsync(db => db.Campaigns.SingleAsync(row => row.Id == 30));
        // Cleo's three links in three seconds are a gateway's.
        Assert.Equal((4, 4, 4, 1, 1), (campaign.Views, campaign.ViewsPeople, campaign.Clicks, campaign.ClicksPeople, campaign.Bounces));
        Assert.Equal((2, 2, 2, 1), (campaign.UniqueOpens, campaign.UniqueOpensPeople, campaign.UniqueClicks, campaign.UniqueClicksPeople));
        Assert.Equal((4, 4), await database.ReadAsync(async db => (await db.CampaignHours.SumAsync(row => row.Opens), await db.CampaignHours.SumAsync(row => row.Clicks))));
        Assert.Equal([(50, 2), (51, 1), (52, 1)], (await database.ReadAsync(db => db.LinkStats.OrderBy(row => row.LinkId).ToListAsync())).Select(row => (row.LinkId, row.Clicks)));
        Assert.Equal(["burst", "imported"], await database.ReadAsync(db => db.TrackingHits.Select(hit => hit.Reason).Distinct().OrderBy(reason => reason).ToListAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task People_sign_in_with_their_old_passwords_and_programs_with_their_tokens(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);

        await RunAsync(database, source);

        Assert.True((await database.Get<SignInService>().CheckPasswordAsync("chief", "correct horse", CancellationToken.None)).IsOk);
        Assert.False((await database.Get<SignInService>().CheckPasswordAsync("chief", "wrong horse", CancellationToken.None)).IsOk);
        var chief = await database.ReadAsync(db => db.Users.SingleAsync(user => user.Username == "chief"));
        Assert.False(chief.PasswordHash!.StartsWith("$2", StringComparison.Ordinal));
        Assert.True((await database.Get<SignInService>().CheckPasswordAsync("chief", "correct horse", CancellationToken.None)).IsOk);
        Assert.Equal(3, database.Get<UserDirectory>().FindByToken("robot", "token-of-robot")?.Id);
        var editor = await database.ReadAsync(db => db.Users.Include(user => user.ListRole!.Lists).SingleAsync(user => user.Username == "editor"));
        Assert.Equal((true, "JBSWY3DPEHPK3PXP", 2), (editor.TwoFactorEnabled, database.Get<ISecretProtector>().Unprotect(editor.AuthenticatorKey!), editor.UserRoleId));
        Assert.Equal([10], editor.ListRole!.Lists.Select(list => list.ListId));
        Assert.Equal(
            ("https://news.example.com", "Old news", "s3cret"),
            (database.Get<SettingsStore>().Current.RootUrl, database.Get<SettingsStore>().Current.General.SiteName, database.Get<SettingsStore>().Current.Smtp.Servers[0].Password));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_second_run_brings_what_changed_and_never_doubles(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await RunAsync(database, source);
        database.Clock.Advance(TimeSpan.FromHours(1));

        // Here: Ann leaves a list, Bob is deleted. There: Cleo is renamed, the archived list goes, and there is one more open.
        await database.Get<SubscriberService>().DeleteAsync(SubscriberSelection.Of([101]), Actor.System, CancellationToken.None);
        await database.WriteAsync(db => db.Subscriptions.Where(row => row.SubscriberId == 100 && row.ListId == 10)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, SubscriptionStatus.Unsubscribed).SetProperty(row => row.UpdatedAt, database.Clock.GetUtcNow())));
        await source.RunAsync(
            """
            UPDATE subscribers SET name = 'Cleopatra', updated_at = '2026-06-01Z' WHERE id = 205;
            DELETE FROM subscriber_lists WHERE list_id = 11;
            DELETE FROM lists WHERE id = 11;
            INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) VALUES (30, 205, '2025-03-05Z');
            INSERT INTO subscribers VALUES (206, '0d000000-0000-4000-8000-00000000000d', 'dan@example.com', 'Dan', '{}', 'enabled', '2026-06-01Z', '2026-06-01Z');
            """);

        var report = await RunAsync(database, source);

        Assert.True(report.IsRepeat);
        Assert.Equal([(100, "Ann"), (205, "Cleopatra"), (206, "Dan")], (await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).ToListAsync())).Select(person => (person.Id, person.Name)));
        Assert.Equal(
            [(100, 10, SubscriptionStatus.Unsubscribed), (205, 10, SubscriptionStatus.Confirmed)],
            (await database.ReadAsync(db => db.Subscriptions.OrderBy(row => row.SubscriberId).ToListAsync())).Select(row => (row.SubscriberId, row.ListId, row.Status)));
        Assert.Equal([10], await database.ReadAsync(db => db.Lists.Select(list => list.Id).ToListAsync()));
        Assert.Equal(5, await database.ReadAsync(db => db.Campaigns.Where(row => row.Id == 30).Select(row => row.Views).SingleAsync()));
        Assert.Equal(9, await database.ReadAsync(db => db.TrackingHits.CountAsync()));
        Assert.Equal((2, 1), await database.ReadAsync(async db => (await db.CampaignLists.CountAsync(row => row.CampaignId == 30), await db.Bounces.CountAsync() + 1)));
        Assert.Equal(3, await database.ReadAsync(db => db.Users.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_created_here_since_is_never_taken_for_somebody_of_the_source(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await RunAsync(database, source);
        var created = await database.Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = "own@example.com", Name = "Own" }, Actor.System, CancellationToken.None);
        Assert.Equal(206, created.Value.Id);
        await source.RunAsync(
            """
            INSERT INTO subscribers VALUES (206, '0d000000-0000-4000-8000-00000000000d', 'dan@example.com', 'Dan', '{}', 'enabled', '2026-06-01Z', '2026-06-01Z');
            INSERT INTO subscriber_lists VALUES (206, 10, '{}', 'confirmed', '2026-06-01Z', '2026-06-01Z');
            INSERT INTO subscribers VALUES (207, '0e000000-0000-4000-8000-00000000000e', 'own@example.com', 'Twin', '{}', 'enabled', '2026-06-01Z', '2026-06-01Z');
            INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) VALUES (30, 206, '2026-06-05Z');
            """);

        var report = await RunAsync(database, source);

        Assert.Equal("Own", await database.ReadAsync(db => db.Subscribers.Where(person => person.Id == 206).Select(person => person.Name).SingleAsync()));
        Assert.False(await database.ReadAsync(db => db.Subscriptions.AnyAsync(row => row.SubscriberId == 206)));
        Assert.False(await database.ReadAsync(db => db.TrackingHits.AnyAsync(hit => hit.SubscriberId == 206)));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("subscribers: the id means another", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.Key.StartsWith("subscribers: something of this installation", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_created_here_outlives_every_later_run(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await RunAsync(database, source);
        database.Clock.Advance(TimeSpan.FromHours(1));
        var created = await database.Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = "own@example.com", Name = "Own" }, Actor.System, CancellationToken.None);
        var now = database.Clock.GetUtcNow();
        await database.AddAsync(
            new MailingList { Uuid = Guid.NewGuid(), Name = "My own", CreatedAt = now, UpdatedAt = now },
            new Subscription { SubscriberId = 101, ListId = 11, Status = SubscriptionStatus.Confirmed, CreatedAt = now, UpdatedAt = now });

        for (var run = 0; run < 3; run++)
        {
            database.Clock.Advance(TimeSpan.FromHours(1));
            await RunAsync(database, source);
        }

        Assert.True(await database.ReadAsync(db => db.Subscribers.AnyAsync(person => person.Id == created.Value.Id)));
        Assert.True(await database.ReadAsync(db => db.Lists.AnyAsync(list => list.Name == "My own")));
        Assert.True(await database.ReadAsync(db => db.Subscriptions.AnyAsync(row => row.SubscriberId == 101 && row.ListId == 11)));
        Assert.Equal(1, await database.ReadAsync(db => db.Campaigns.Where(row => row.Id == 30).Select(row => row.Bounces).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_said_no_on_either_side_gets_no_mail_whatever_changed_later(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await RunAsync(database, source);
        database.Clock.Advance(TimeSpan.FromHours(1));

        // Ann said no here, and is renamed there later. Cleo said no there, and is renamed here later. Bob's no of long ago is taken back there.
        var no = database.Clock.GetUtcNow();
        await database.WriteAsync(db => db.Subscribers.Where(person => person.Id == 100)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.Status, SubscriberStatus.Blocklisted).SetProperty(person => person.UpdatedAt, no)));
        await database.WriteAsync(db => db.Subscriptions.Where(row => row.SubscriberId == 205)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, SubscriptionStatus.Unsubscribed).SetProperty(row => row.UpdatedAt, no)));
        await database.WriteAsync(db => db.Subscribers.Where(person => person.Id == 205)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.Name, "Cleopatra").SetProperty(person => person.UpdatedAt, no.AddDays(200))));
        await source.RunAsync(
            """
            UPDATE subscribers SET name = 'Anna', updated_at = '2026-06-01Z' WHERE id = 100;
            UPDATE subscribers SET status = 'enabled', updated_at = '2026-06-01Z' WHERE id = 101;
            UPDATE subscribers SET status = 'blocklisted', updated_at = '2026-06-01Z' WHERE id = 205;
            UPDATE subscriber_lists SET updated_at = '2026-06-01Z' WHERE subscriber_id = 205;
            """);

        await RunAsync(database, source);

        Assert.Equal(
            [(100, "Anna", SubscriberStatus.Blocklisted), (101, "Bob", SubscriberStatus.Enabled), (205, "Cleopatra", SubscriberStatus.Blocklisted)],
            (await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).ToListAsync())).Select(person => (person.Id, person.Name, person.Status)));
        Assert.Equal(SubscriptionStatus.Unsubscribed, await database.ReadAsync(db => db.Subscriptions.Where(row => row.SubscriberId == 205).Select(row => row.Status).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Single_sign_on_gives_the_role_that_it_gave_and_settings_saved_here_stay(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await source.RunAsync(
            """
            INSERT INTO settings (key, value) VALUES ('security.oidc',
                '{"enabled": false, "provider_url": "https://id.example.com", "provider_name": "Id", "client_id": "x", "client_secret": "y", "auto_create_users": true, "default_user_role_id": 2, "default_list_role_id": 3}');
            """);
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new Role { Id = Role.SuperAdminId, Name = "Super Admin", Type = RoleType.User }, new Role { Id = 2, Name = "Somebody else's", Type = RoleType.User });
        await RunAsync(database, source);

        var editors = await database.ReadAsync(db => db.Roles.Where(role => role.Name == "Editors").Select(role => role.Id).SingleAsync());
        var value = JsonNode.Parse(database.Get<SettingsStore>().Current.Values["security.oidc"])!;
        Assert.NotEqual(2, editors);
        Assert.Equal((editors, 3), (value["default_user_role_id"]!.GetValue<int>(), value["default_list_role_id"]!.GetValue<int>()));

        database.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await database.Get<SettingsService>().SaveAsync(new JsonObject { ["app.site_name"] = "New news" }, Actor.System, CancellationToken.None)).IsOk);
        await source.RunAsync("UPDATE settings SET updated_at = '2027-01-01Z'");
        var report = await RunAsync(database, source);

        Assert.Equal("New news", database.Get<SettingsStore>().Current.General.SiteName);
        Assert.Contains(report.Notes, note => note.Key.StartsWith("settings: saved here", StringComparison.Ordinal) && note.Value.Examples.Contains("app.site_name"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_run_that_was_cut_off_goes_on_where_it_stopped(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await source.RunAsync(
            """
            INSERT INTO subscribers SELECT 1000 + n, gen_random_uuid(), 'p' || n || '@example.com', 'P', '{}', 'enabled', '2025-02-01Z', '2025-02-01Z' FROM generate_series(1, 4500) n;
            INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) SELECT 30, 1000 + n, '2025-03-01Z' FROM generate_series(1, 4500) n;
            """);
        await using var database = await TestDatabase.CreateAsync(provider);
        var runner = database.Get<TakeoverRunner>();
        using var cut = new CancellationTokenSource();
        using (runner.Progress.Subscribe(report =>
        {
            if (report.Step == "campaign_views")
            {
                cut.Cancel();
            }
        }))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(new TakeoverRequest(source.Connection), cut.Token));
        }

        Assert.Equal(2000 - 1, await database.ReadAsync(db => db.TrackingHits.CountAsync()));
        Assert.Equal(TakeoverStatus.Failed, (await database.Get<TakeoverService>().FindAsync(CancellationToken.None))!.Status);

        var report = await RunAsync(database, source);

        Assert.Equal((4503, 4504), await database.ReadAsync(async db => (await db.Subscribers.CountAsync(), await db.Campaigns.Where(row => row.Id == 30).Select(row => row.Views).SingleAsync())));
        Assert.Equal((4503, 4505), (report.Counts.Single(count => count.Key == "subscribers").Value.Added, report.Counts.Single(count => count.Key == "campaign_views").Value.Read));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Only_a_fresh_installation_or_the_one_of_the_same_source_is_filled(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new MailingList { Uuid = Guid.NewGuid(), Name = "My own" });
        Assert.Equal(OutcomeKind.Conflict, (await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection), CancellationToken.None)).Kind);

        await using var fresh = await TestDatabase.CreateAsync(provider);
        await RunAsync(fresh, source);
        await using var other = await ListmonkSource.CreateAsync();
        await other.RunAsync("UPDATE lists SET uuid = gen_random_uuid(); UPDATE campaigns SET uuid = gen_random_uuid(); UPDATE subscribers SET uuid = gen_random_uuid()");
        Assert.Equal(OutcomeKind.Conflict, (await fresh.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(other.Connection), CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task A_look_changes_nothing_and_tells_the_same()
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        var looked = await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection, IsDry: true), CancellationToken.None);

        Assert.True(looked.IsOk, looked.Message);
        Assert.Equal((true, "6.0.0", 3), (looked.Value.IsDry, looked.Value.Version, looked.Value.Counts.Single(count => count.Key == "subscribers").Value.Total));
        Assert.Contains(looked.Value.Notes, note => note.Key.StartsWith("settings: not known here", StringComparison.Ordinal));
        Assert.Contains(looked.Value.Notes, note => note.Key.StartsWith("campaigns: scheduled", StringComparison.Ordinal) && note.Value.Examples.Contains("May"));
        Assert.Null(await database.Get<TakeoverService>().FindAsync(CancellationToken.None));
        Assert.Equal((0, 0), await database.ReadAsync(async db => (await db.Lists.CountAsync(), await db.Users.CountAsync())));
    }

    [Fact]
    public async Task Files_come_from_the_folder_of_the_old_installation()
    {
        await using var source = await ListmonkSource.CreateAsync();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "old")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "logo.png"), "picture");

        var report = await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection, folder), CancellationToken.None);

        Assert.True(report.IsOk, report.Message);
        Assert.Equal("picture", await File.ReadAllTextAsync(Path.Combine(database.Folder, "uploads", "logo.png")));
        Assert.Equal(["thumb_logo.png"], report.Value.Notes.Single(note => note.Key.StartsWith("media:", StringComparison.Ordinal)).Value.Examples);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=nothing")]
    [InlineData("what is this")]
    public async Task A_source_that_cannot_be_read_is_told_in_words(string connection)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var outcome = await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(connection), CancellationToken.None);
        Assert.Equal((OutcomeKind.Invalid, "source"), (outcome.Kind, outcome.Errors[0].Field));
    }

    [Fact]
    public async Task Another_program_s_database_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var outcome = await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(TestPostgres.AdminConnectionString), CancellationToken.None);
        Assert.Contains("is no listmonk database", outcome.Message, StringComparison.Ordinal);
    }

    private static async Task<TakeoverReport> RunAsync(TestDatabase database, ListmonkSource source)
    {
        var outcome = await database.Get<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection), CancellationToken.None);
        Assert.True(outcome.IsOk, outcome.Message);
        return outcome.Value;
    }
}
