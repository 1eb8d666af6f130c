using System.Collections.Frozen;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Campaigns;

public sealed class CampaignServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_new_campaign_is_a_draft_with_the_installations_defaults(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);

        var campaign = (await CreateAsync(database, Draft() with { Tags = [" two words ", "", "Kept"] })).Value;

        Assert.Equal(CampaignStatus.Draft, campaign.Status);
        Assert.Equal("email", campaign.Messenger);
        Assert.Equal("listmonk <noreply@listmonk.yoursite.com>", campaign.FromEmail);
        Assert.Equal(["two-words", "Kept"], campaign.Tags);
        Assert.Equal(1, campaign.TemplateId);
        Assert.Equal(new CampaignListReference(1, "Default list"), Assert.Single(campaign.Lists));
        Assert.NotEqual(Guid.Empty, campaign.Uuid);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Every_fault_of_a_draft_is_named_at_its_field(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);

        var outcome = await CreateAsync(database, new CampaignDraft
        {
            Name = " ",
            Subject = "{{ nosuchfunction }}",
            FromEmail = "not an address",
            Messenger = "pigeon",
            SendAt = database.Clock.GetUtcNow().AddHours(-1),
            AttributesJson = "[]",
            Body = "{{ .Subscriber.Name ",
            TemplateId = 99,
            Headers = [KeyValuePair.Create("X A", "1")],
        });

        Assert.Equal(
            ["attribs", "body", "from_email", "headers", "lists", "messenger", "name", "send_at", "subject", "template_id"],
            outcome.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.Equal(1, await database.ReadAsync(db => db.Campaigns.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_editor_with_an_old_revision_is_told_who_changed_the_campaign(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var campaign = (await CreateAsync(database, Draft())).Value;
        var rosa = new Actor { Name = "rosa", IsSuperAdmin = true };
        var edits = new List<CampaignEdited>();
        using var watch = database.Get<LiveFeed<CampaignEdited>>().Subscribe(edits.Add);

        var first = (await service.UpdateAsync(campaign.Id, draft => draft with { Subject = "Hers" }, campaign.Revision, rosa, default)).Value;
        var second = await service.UpdateAsync(campaign.Id, draft => draft with { Subject = "Mine" }, campaign.Revision, Actor.System, default);

        Assert.Equal(("rosa", database.Clock.GetUtcNow()), (first.EditedBy, first.EditedAt!.Value));
        Assert.Equal(OutcomeKind.Conflict, second.Kind);
        Assert.Contains("rosa", second.Message, StringComparison.Ordinal);
        Assert.Equal("Hers", (await database.Get<CampaignQueries>().FindAsync(campaign.Id, Actor.System, default)).Value.Subject);
        Assert.Equal(new CampaignEdited(campaign.Id, first.Revision), Assert.Single(edits));
        Assert.True((await service.UpdateAsync(campaign.Id, draft => draft with { Subject = "Mine" }, first.Revision, Actor.System, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_change_of_state_is_no_edit(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var campaign = (await CreateAsync(database, Draft() with { SendAt = database.Clock.GetUtcNow().AddDays(1) })).Value;
        var scheduled = (await database.Get<CampaignService>().ChangeStatusAsync(campaign.Id, CampaignStatus.Scheduled, Actor.System, default)).Value;
        Assert.Equal(campaign.Revision, scheduled.Revision);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_visual_template_is_copied_once_and_not_linked(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);

        var campaign = (await CreateAsync(database, Draft() with { Body = "", TemplateId = 4, ContentType = CampaignContentType.Visual })).Value;

        Assert.Null(campaign.TemplateId);
        Assert.Contains("News for you", campaign.Body, StringComparison.Ordinal);
        Assert.Contains("EmailLayout", campaign.BodySource!, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_opt_in_campaign_names_its_double_opt_in_lists_as_text(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        await database.AddAsync(new MailingList { Uuid = Guid.NewGuid(), Name = "<b>{{ evil }}</b>", Type = ListType.Public, Optin = ListOptin.Double });

        Assert.Equal("lists", Assert.Single((await CreateAsync(database, Draft() with { Type = CampaignType.Optin, ListIds = [1] })).Errors).Field);
        var campaign = (await CreateAsync(database, Draft() with { Type = CampaignType.Optin, ListIds = [1, 2, 3] })).Value;

        Assert.Contains("<li>Opt-in list</li>", campaign.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Default list", campaign.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", campaign.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("{{ evil", campaign.Body, StringComparison.Ordinal);
        Assert.Contains("{{ OptinURL }}l=", campaign.Body, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_update_keeps_what_it_does_not_change_and_refuses_a_running_campaign(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var created = (await CreateAsync(database, Draft() with { Tags = ["kept"] })).Value;

        var updated = (await service.UpdateAsync(created.Id, draft => draft with { Subject = "Changed", ListIds = [2] }, Actor.System, default)).Value;

        Assert.Equal(("Changed", "News", created.Uuid), (updated.Subject, updated.Name, updated.Uuid));
        Assert.Equal(["kept"], updated.Tags);
        Assert.Equal("Opt-in list", Assert.Single(updated.Lists).Name);

        await service.ChangeStatusAsync(created.Id, CampaignStatus.Running, Actor.System, default);
        Assert.Equal("status", Assert.Single((await service.UpdateAsync(created.Id, draft => draft, Actor.System, default)).Errors).Field);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_past_send_time_may_stay_and_taking_it_away_unschedules(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var campaign = (await CreateAsync(database, Draft() with { SendAt = database.Clock.GetUtcNow().AddHours(1) })).Value;
        await service.ChangeStatusAsync(campaign.Id, CampaignStatus.Scheduled, Actor.System, default);
        database.Clock.Advance(TimeSpan.FromHours(2));

        Assert.True((await service.UpdateAsync(campaign.Id, draft => draft with { Name = "Later" }, Actor.System, default)).IsOk);
        var outcome = await service.UpdateAsync(campaign.Id, draft => draft with { SendAt = null }, Actor.System, default);

        Assert.Equal(CampaignStatus.Draft, outcome.Value.Status);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Starting_is_stored_announced_and_wakes_the_scheduler(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var campaign = (await CreateAsync(database, Draft())).Value;
        var heard = new List<CampaignStatusChanged>();
        using var watch = database.Get<LiveFeed<CampaignStatusChanged>>().Subscribe(heard.Add);

        var started = (await database.Get<CampaignService>().ChangeStatusAsync(campaign.Id, CampaignStatus.Running, Actor.System, default)).Value;

        Assert.Equal(CampaignStatus.Running, started.Status);
        Assert.Equal([new CampaignStatusChanged(campaign.Id, CampaignStatus.Running)], heard);
        Assert.True(await database.Get<SendingSignal>().WaitAsync(TimeSpan.FromMinutes(1), default));
        Assert.Equal(campaign.Id, Assert.Single(await database.Get<CampaignQueries>().RunningAsync(Actor.System, default)).CampaignId);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_copy_is_a_draft_of_its_own(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var source = (await CreateAsync(database, Draft() with
        {
            SendAt = database.Clock.GetUtcNow().AddHours(1),
            AttributesJson = """{"edition": 4}""",
            Archive = true,
            ArchiveSlug = "spring",
            Headers = [KeyValuePair.Create("X-A", "1")],
        })).Value;
        database.Clock.Advance(TimeSpan.FromDays(1));

        var copy = (await service.CloneAsync(source.Id, "Copy of News", Actor.System, default)).Value;

        Assert.NotEqual((source.Id, source.Uuid), (copy.Id, copy.Uuid));
        Assert.Equal(("Copy of News", source.Subject, source.Body), (copy.Name, copy.Subject, copy.Body));
        Assert.Equal(4, System.Text.Json.JsonElement.Parse(copy.AttributesJson).GetProperty("edition").GetInt32());
        Assert.Equal(database.Clock.GetUtcNow().AddDays(7), copy.SendAt);
        Assert.StartsWith("copy-of-news-", copy.ArchiveSlug, StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(CampaignHeaders.Parse(copy.HeadersJson)).Value);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_a_running_campaign_stops_it_and_takes_its_records(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var campaign = (await CreateAsync(database, Draft())).Value;
        await service.ChangeStatusAsync(campaign.Id, CampaignStatus.Running, Actor.System, default);
        await database.AddAsync(new Delivery { CampaignId = campaign.Id, SubscriberId = 1 }, new Delivery { CampaignId = campaign.Id, SubscriberId = 2 });
        var heard = new List<CampaignStatusChanged>();
        using var watch = database.Get<LiveFeed<CampaignStatusChanged>>().Subscribe(heard.Add);

        Assert.True((await service.DeleteAsync(campaign.Id, Actor.System, default)).IsOk);

        Assert.Equal(CampaignStatus.Cancelled, Assert.Single(heard).Status);
        Assert.Equal(0, await database.ReadAsync(db => db.Deliveries.CountAsync(delivery => delivery.CampaignId == campaign.Id)));
        Assert.Equal(OutcomeKind.NotFound, (await service.DeleteAsync(campaign.Id, Actor.System, default)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_archive_slug_belongs_to_one_campaign(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<CampaignService>();
        var campaign = (await CreateAsync(database, Draft())).Value;

        var taken = await service.SetArchiveAsync(campaign.Id, true, "Welcome to Listmonk", null, "{}", Actor.System, default);
        var free = await service.SetArchiveAsync(campaign.Id, true, "Spring  Sale!", 2, """{"name": "Reader"}""", Actor.System, default);

        Assert.Equal(OutcomeKind.Conflict, taken.Kind);
        Assert.Equal(("spring-sale", 2, true), (free.Value.ArchiveSlug, free.Value.ArchiveTemplateId, free.Value.Archive));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_with_one_list_reaches_only_that_lists_campaigns(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var other = (await CreateAsync(database, Draft() with { ListIds = [2] })).Value;
        var both = (await CreateAsync(database, Draft() with { Name = "Both", ListIds = [1, 2] })).Value;
        var actor = new Actor
        {
            Name = "editor",
            Permissions = new[] { Permissions.CampaignsGet, Permissions.CampaignsManage }.ToFrozenSet(StringComparer.Ordinal),
            ManageableLists = new[] { 1 }.ToFrozenSet(),
        };
        var queries = database.Get<CampaignQueries>();
        var service = database.Get<CampaignService>();

        Assert.DoesNotContain((await queries.PageAsync(new CampaignFilter(), new PageRequest(), actor, default)).Results, campaign => campaign.Id == other.Id);
        Assert.Equal(OutcomeKind.Forbidden, (await queries.FindAsync(other.Id, actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.DeleteAsync(other.Id, actor, default)).Kind);

        var saved = (await service.UpdateAsync(both.Id, draft => draft with { Name = "Mine", ListIds = [1] }, actor, default)).Value;
        Assert.Equal([1, 2], saved.Lists.Select(list => list.Id!.Value).Order());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_page_filters_by_words_states_and_tags_and_counts_all_matches(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        foreach (var name in new[] { "Beta news", "Alpha NEWS", "Gamma" })
        {
            await CreateAsync(database, Draft() with { Name = name, Subject = "Subject", Tags = name.StartsWith('A') ? ["x", "y"] : ["x"] });
        }

        var queries = database.Get<CampaignQueries>();
        async Task<string[]> NamesAsync(CampaignFilter filter, PageRequest? page = null) =>
            [.. (await queries.PageAsync(filter, page ?? new PageRequest { OrderBy = "name", Ascending = true }, Actor.System, default)).Results.Select(campaign => campaign.Name)];

        Assert.Equal(["Alpha NEWS", "Beta news"], await NamesAsync(new CampaignFilter { Search = "News", Tags = ["x"] }));
        Assert.Equal(["Alpha NEWS"], await NamesAsync(new CampaignFilter { Tags = ["x", "y"] }));
        Assert.Empty(await NamesAsync(new CampaignFilter { Statuses = [CampaignStatus.Running] }));
        Assert.Empty(await NamesAsync(new CampaignFilter { Search = "%" }));
        var second = await queries.PageAsync(new CampaignFilter { Tags = ["x"] }, new PageRequest { Page = 2, PerPage = 2, OrderBy = "name", Ascending = true }, Actor.System, default);
        Assert.Equal((3, "Gamma"), (second.Total, Assert.Single(second.Results).Name));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_audience_counts_each_person_once_and_says_who_is_left_out(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        await database.WriteAsync(async db =>
        {
            for (var i = 10; i < 16; i++)
            {
                db.Add(new Subscriber { Id = i, Uuid = Guid.NewGuid(), Email = $"p{i}@example.com", Status = i == 15 ? SubscriberStatus.Blocklisted : SubscriberStatus.Enabled });
            }

            await db.SaveChangesAsync();
            // List 1 is single opt-in: unconfirmed people count. List 2 is double: only confirmed ones do.
            db.AddRange(
                new Subscription { SubscriberId = 10, ListId = 1 },
                new Subscription { SubscriberId = 11, ListId = 1, Status = SubscriptionStatus.Unsubscribed },
                new Subscription { SubscriberId = 15, ListId = 1 },
                new Subscription { SubscriberId = 10, ListId = 2, Status = SubscriptionStatus.Confirmed },
                new Subscription { SubscriberId = 12, ListId = 2, Status = SubscriptionStatus.Confirmed },
                new Subscription { SubscriberId = 13, ListId = 2 });
        });

        var audience = await database.Get<CampaignQueries>().AudienceAsync(CampaignType.Regular, [1, 2], default);
        var optin = await database.Get<CampaignQueries>().AudienceAsync(CampaignType.Optin, [1, 2], default);

        // The seed's own person is on each list, unconfirmed.
        Assert.Equal((3, 1), (audience.Total, audience.Blocked));
        Assert.Equal((1, 2), (audience.Lists[0].Unsubscribed, audience.Lists[1].Unconfirmed));
        Assert.Equal(2, optin.Total);
    }

    private static CampaignDraft Draft() => new() { Name = "News", Subject = "The news", Body = "<p>x</p>", ContentType = CampaignContentType.Html, ListIds = [1] };

    private static Task<Outcome<CampaignDetails>> CreateAsync(TestDatabase database, CampaignDraft draft) =>
        database.Get<CampaignService>().CreateAsync(draft, Actor.System, default);

    private static async Task<TestDatabase> SeededAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        await database.Get<DatabaseSeeder>().SeedAsync(default);
        return database;
    }
}
