using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Subscribers;

public sealed class SignUpServiceTests : DatabaseTest
{
    private readonly RecordingMailer _mailer = new();

    [Theory, MemberData(nameof(Providers))]
    public async Task A_newcomer_is_stored_unconfirmed_and_asked_only_for_double_opt_in_lists(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var single = await AddListAsync(database);
        var twice = await AddListAsync(database, optin: ListOptin.Double);

        var plain = await SignUpAsync(database, "Ann.Lee@Example.com", single);
        var asked = await SignUpAsync(database, "bob@example.com", twice);

        Assert.False(plain.Value.NeedsConfirmation);
        Assert.True(asked.Value.NeedsConfirmation);
        var ann = await PersonAsync(database, "ann.lee@example.com");
        Assert.Equal("Ann Lee", ann.Name);
        Assert.Equal(SubscriptionStatus.Unconfirmed, ann.Subscriptions.Single().Status);
        var mail = Assert.Single(_mailer.Mails);
        Assert.Equal([twice.Id], mail.ListIds);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stranger_cannot_bring_back_somebody_who_left_but_the_person_can_by_mail(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var list = await AddListAsync(database);
        await SignUpAsync(database, "ann@example.com", list);
        var person = await PersonAsync(database, "ann@example.com");
        await database.WriteAsync(db => db.Subscriptions.ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed)));

        await SignUpAsync(database, "ann@example.com", list);

        Assert.Equal(SubscriptionStatus.Unsubscribed, (await PersonAsync(database, "ann@example.com")).Subscriptions.Single().Status);
        Assert.Single(_mailer.Mails);
        var preferences = database.Get<PreferenceService>();
        Assert.Single((await preferences.PendingAsync(person.Uuid, [list.Uuid], CancellationToken.None))!);
        Assert.Equal(1, await preferences.ConfirmAsync(person.Uuid, [list.Uuid], null, CancellationToken.None));
        var back = (await PersonAsync(database, "ann@example.com")).Subscriptions.Single();
        Assert.Equal(SubscriptionStatus.Confirmed, back.Status);
        Assert.Equal("{}", back.Meta);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_old_confirmation_mail_does_not_bring_back_a_list_that_was_left(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var list = await AddListAsync(database, optin: ListOptin.Double);
        await SignUpAsync(database, "ann@example.com", list);
        var person = await PersonAsync(database, "ann@example.com");
        await database.WriteAsync(db => db.Subscriptions.ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed)));

        Assert.Equal(0, await database.Get<PreferenceService>().ConfirmAsync(person.Uuid, [list.Uuid], null, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Members_and_blocked_people_get_the_answer_that_everybody_gets_and_nothing_changes(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var list = await AddListAsync(database, optin: ListOptin.Double);
        await database.AddAsync(
            new Subscriber { Uuid = Guid.NewGuid(), Email = "blocked@example.com", Status = SubscriberStatus.Blocklisted },
            new Subscriber
            {
                Uuid = Guid.NewGuid(),
                Email = "member@example.com",
                Name = "Member",
                Subscriptions = [new Subscription { ListId = list.Id, Status = SubscriptionStatus.Confirmed }],
            });

        var receipts = new[]
        {
            await SignUpAsync(database, "new@example.com", list), await SignUpAsync(database, "blocked@example.com", list), await SignUpAsync(database, "member@example.com", list),
        };

        Assert.All(receipts, receipt => Assert.Equal(receipts[0].Value, receipt.Value));
        Assert.Single(_mailer.Mails);
        Assert.Empty((await PersonAsync(database, "blocked@example.com")).Subscriptions);
        var member = await PersonAsync(database, "member@example.com");
        Assert.Equal(("Member", SubscriptionStatus.Confirmed), (member.Name, member.Subscriptions.Single().Status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_form_cannot_flood_a_mailbox(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var list = await AddListAsync(database, optin: ListOptin.Double);

        await SignUpAsync(database, "ann@example.com", list);
        await SignUpAsync(database, "ann@example.com", list);
        Assert.Single(_mailer.Mails);

        database.Clock.Advance(TimeSpan.FromMinutes(11));
        await SignUpAsync(database, "ann@example.com", list);
        Assert.Equal(2, _mailer.Mails.Count);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_refused_stores_nobody(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var open = await AddListAsync(database);
        var hidden = await AddListAsync(database, ListType.Private);
        var old = await AddListAsync(database, status: ListStatus.Archived);

        Assert.Equal("email", (await SignUpAsync(database, "no address", open)).Errors.Single().Field);
        Assert.Equal("l", (await SignUpAsync(database, "ann@example.com")).Errors.Single().Field);
        Assert.False((await SignUpAsync(database, "ann@example.com", open, hidden)).IsOk);
        Assert.False((await SignUpAsync(database, "ann@example.com", old)).IsOk);
        Assert.False((await SignUpAsync(database, "ann@example.com", new MailingList { Uuid = Guid.NewGuid(), Name = "unknown" })).IsOk);
        Assert.Equal(0, await database.ReadAsync(db => db.Subscribers.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_mail_that_fails_is_told_and_may_be_asked_for_again_at_once(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        var list = await AddListAsync(database, optin: ListOptin.Double);
        _mailer.Answer = Outcome.Conflict("down");

        Assert.False((await SignUpAsync(database, "ann@example.com", list)).IsOk);
        _mailer.Answer = Outcome.Ok;
        Assert.True((await SignUpAsync(database, "ann@example.com", list)).IsOk);

        Assert.Equal(2, _mailer.Mails.Count);
    }

    private Task<TestDatabase> CreateAsync(DatabaseProvider provider) =>
        TestDatabase.CreateAsync(provider, services => services.AddSingleton<IOptinMailer>(_mailer));

    private static Task<Outcome<SignUpReceipt>> SignUpAsync(TestDatabase database, string email, params MailingList[] lists) =>
        database.Get<SignUpService>().SignUpAsync(new SignUp(email, "", [.. lists.Select(list => list.Uuid)]), CancellationToken.None);

    private static async Task<MailingList> AddListAsync(
        TestDatabase database, ListType type = ListType.Public, ListOptin optin = ListOptin.Single, ListStatus status = ListStatus.Active)
    {
        var list = new MailingList { Uuid = Guid.NewGuid(), Name = "List", Type = type, Optin = optin, Status = status };
        await database.AddAsync(list);
        return list;
    }

    private static Task<Subscriber> PersonAsync(TestDatabase database, string email) =>
        database.ReadAsync(db => db.Subscribers.AsNoTracking().Include(person => person.Subscriptions).SingleAsync(person => person.Email == email));

    private sealed class RecordingMailer : IOptinMailer
    {
        public Outcome Answer { get; set; } = Outcome.Ok;

        public List<(int SubscriberId, IReadOnlyList<int> ListIds)> Mails { get; } = [];

        public Task<Outcome> SendOptinAsync(int subscriberId, IReadOnlyList<int> listIds, CancellationToken cancellationToken)
        {
            Mails.Add((subscriberId, listIds));
            return Task.FromResult(Answer);
        }
    }
}
