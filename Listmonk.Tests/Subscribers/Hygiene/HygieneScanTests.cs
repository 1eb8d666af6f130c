using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Hygiene;

public sealed class HygieneScanTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Everybody_is_found_for_what_they_are(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetTrackingAsync(database, isIndividual: true);
        var list = (await database.Get<ListService>().CreateAsync(new ListDraft { Name = "A", Optin = ListOptin.Double }, Actor.System, default)).Value;
        var now = database.Clock.GetUtcNow();
        int[] ids = new int[8];
        string[] emails = ["info@x.org", "a@gmial.com", "b@mailinator.com", "silent@x.org", "reader@x.org", "waits@x.org", "private@x.org", "blocked@mailinator.com"];
        for (var i = 0; i < emails.Length; i++)
        {
            ids[i] = (await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = emails[i], ListIds = i == 5 ? [list.Id] : [] })).Id;
        }

        await database.WriteAsync(db => db.Subscriptions.ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, now.AddMonths(-7))));
        await database.WriteAsync(db => db.Subscribers.Where(person => person.Id == ids[6]).ExecuteUpdateAsync(set => set.SetProperty(person => person.TrackingLevel, TrackingLevel.Off)));
        await database.Get<SubscriberService>().BlocklistAsync(SubscriberSelection.Of(ids[7]), Actor.System, default);
        for (var number = 0; number < 2; number++)
        {
            var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "C", Subject = "S", CreatedAt = now, UpdatedAt = now };
            await database.AddAsync(campaign);
            await database.AddAsync([.. ids.Skip(3).Take(4).Select(id => new Delivery { CampaignId = campaign.Id, SubscriberId = id, Status = DeliveryStatus.Sent, DoneAt = now.AddMonths(-1) })]);
            await database.AddAsync(new CampaignReader { CampaignId = campaign.Id, SubscriberId = ids[4], Opens = 1, OpensPeople = 1, LastOpenAt = now.AddMonths(-1) });
            await database.AddAsync(new CampaignReader { CampaignId = campaign.Id, SubscriberId = ids[3], Opens = 1, LastOpenAt = now.AddMonths(-1) });
        }

        await database.AddAsync(new Bounce { SubscriberId = ids[3], Type = BounceType.Soft, Source = "test", CreatedAt = now });

        var report = await ScanAsync(database, months: 6, mails: 2);

        Assert.Equal(HygieneStatus.Finished, report.Status);
        Assert.Equal([ids[0]], await FoundAsync(database, HygieneKind.Role));
        Assert.Equal([ids[1]], await FoundAsync(database, HygieneKind.Typo));
        Assert.Equal([ids[2]], await FoundAsync(database, HygieneKind.Disposable));
        Assert.Equal([ids[3], ids[5]], await FoundAsync(database, HygieneKind.Inactive));
        Assert.Equal([ids[5]], await FoundAsync(database, HygieneKind.Unconfirmed));
        Assert.Equal([ids[0], ids[1], ids[2]], await FoundAsync(database, HygieneKind.NeverMailed));
        Assert.Equal([ids[3]], await FoundAsync(database, HygieneKind.Bounced));
        Assert.Empty(await FoundAsync(database, HygieneKind.Duplicate));
        Assert.Equal((1, 2, 3), (report.Counts[HygieneKind.Role], report.Counts[HygieneKind.Inactive], report.Counts[HygieneKind.NeverMailed]));
        Assert.Equal("a@gmail.com", await database.ReadAsync(db => db.HygieneFindings.Where(row => row.Kind == HygieneKind.Typo).Select(row => row.Detail).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Addresses_of_one_mailbox_are_duplicates(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        string[] emails = ["a.nn@gmail.com", "ann+x@googlemail.com", "bob@x.org", "bob+news@x.org", "lone+tag@x.org", "lone@gmail.com", "carl+1@x.org", "carl+2@x.org", "d.d@x.org", "dd@x.org"];
        foreach (var email in emails)
        {
            await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = email });
        }

        await ScanAsync(database, 6, 5);

        var found = await FoundAsync(database, HygieneKind.Duplicate);
        var duplicates = await database.ReadAsync(db => db.Subscribers.Where(person => found.Contains(person.Id)).OrderBy(person => person.Id).Select(person => person.Email).ToListAsync());
        Assert.Equal(["a.nn@gmail.com", "ann+x@googlemail.com", "bob@x.org", "bob+news@x.org", "carl+1@x.org", "carl+2@x.org"], duplicates);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_report_goes_on_after_a_kill_and_replaces_the_one_before(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var first = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "info@x.org" });
        await ScanAsync(database, 6, 5);
        var second = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "admin@x.org" });
        Assert.True((await database.Get<HygieneService>().StartAsync(6, 5, Actor.System, default)).IsOk);
        Assert.Equal(OutcomeKind.Conflict, (await database.Get<HygieneService>().StartAsync(6, 5, Actor.System, default)).Kind);
        // Until the new one is finished, the old one counts.
        Assert.Equal([first.Id], await FoundAsync(database, HygieneKind.Role));
        await database.WriteAsync(db => db.HygieneReports.Where(report => report.Status == HygieneStatus.Running).ExecuteUpdateAsync(set => set.SetProperty(report => report.Position, first.Id)));
        Assert.True(await database.Get<HygieneScan>().RunNextAsync(default));
        Assert.Equal([second.Id], await FoundAsync(database, HygieneKind.Role));
        Assert.Equal((1, 0), (await database.ReadAsync(db => db.HygieneReports.CountAsync()), await database.ReadAsync(db => db.HygieneFindings.CountAsync(row => row.SubscriberId == first.Id))));
        Assert.False(await database.Get<HygieneScan>().RunNextAsync(default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_progress_of_another_process_is_published(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new HygieneReport { Status = HygieneStatus.Running, LeaseOwner = "elsewhere", LastId = 10, Position = 5, CreatedAt = database.Clock.GetUtcNow() });
        var signal = database.Get<HygieneSignal>();
        var follower = new HygieneFollower(database.Databases, database.Get<LeaseStore>(), signal);
        var published = new List<double>();
        using var watch = signal.Changed.Subscribe(progress => published.Add(progress.Share));
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);
        await database.WriteAsync(db => db.HygieneReports.ExecuteUpdateAsync(set => set.SetProperty(report => report.Position, 10)));
        await follower.FollowAsync(default);
        Assert.Equal([0.5, 1], published);
    }

    [Fact]
    public async Task Without_individual_tracking_nobody_is_called_inactive_and_a_limited_account_sees_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org" });
        var report = await ScanAsync(database, 6, 5);
        Assert.False(report.KnowsActivity);
        var limited = new Actor { Name = "limited", Permissions = [Permissions.SubscribersManage, Permissions.SubscribersGet], ManageableLists = [1] };
        Assert.Equal((null, null), await database.Get<HygieneService>().ReadAsync(limited, default));
        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<HygieneService>().StartAsync(6, 5, limited, default)).Kind);
        Assert.Equal(OutcomeKind.Invalid, (await database.Get<HygieneService>().StartAsync(0, 5, Actor.System, default)).Kind);
    }

    internal static async Task<HygieneProgress> ScanAsync(TestDatabase database, int months, int mails)
    {
        Assert.True((await database.Get<HygieneService>().StartAsync(months, mails, Actor.System, default)).IsOk);
        Assert.True(await database.Get<HygieneScan>().RunNextAsync(default));
        return (await database.Get<HygieneService>().ReadAsync(Actor.System, default)).Finished!;
    }

    private static async Task<List<int>> FoundAsync(TestDatabase database, HygieneKind kind)
    {
        var page = await database.Get<SubscriberQueries>().PageAsync(new SubscriberFilter { Finding = kind }, new PageRequest { PerPage = 0, Ascending = true }, Actor.System, default);
        return [.. page.Value.Results.Select(person => person.Id)];
    }

    private static async Task SetTrackingAsync(TestDatabase database, bool isIndividual)
    {
        var privacy = database.Get<SettingsStore>().Current.Privacy with { IndividualTracking = isIndividual };
        Assert.True((await database.Get<SettingsService>().SaveSectionAsync(privacy, Actor.System, default)).IsOk);
    }
}
