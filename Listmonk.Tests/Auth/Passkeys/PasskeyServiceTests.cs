using Listmonk.Core;
using Listmonk.Core.Audit;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Auth;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Auth.Passkeys;

public sealed class PasskeyServiceTests : DatabaseTest
{
    private const string Password = "Correct horse 1";
    private static readonly PasskeyProof Proof = new(Password, null);

    [Theory, MemberData(nameof(Providers))]
    public async Task A_key_that_was_made_signs_in_and_its_challenge_serves_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var device = new TestAuthenticator();
        var (ceremony, actor) = await StartAsync(database);
        Assert.True((await AddAsync(database, ceremony, device, actor)).IsOk);

        var asked = await ceremony.AskForAnyAsync();
        var askedAt = database.Clock.GetUtcNow();
        var answer = device.Get(asked.Options);
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("admin", (await ceremony.FinishAsync(answer, asked.State, askedAt, default)).Value.Username);
        Assert.Contains("too old", (await ceremony.FinishAsync(answer, asked.State, askedAt, default)).Message, StringComparison.Ordinal);

        var passkey = Assert.Single(await database.Get<PasskeyQueries>().AllAsync(actor, default));
        Assert.Equal(("Laptop", database.Clock.GetUtcNow()), (passkey.Name, passkey.LastUsedAt));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Another_page_a_device_that_asks_nobody_and_a_copied_key_are_refused(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var device = new TestAuthenticator { Count = 7 };
        var (ceremony, actor) = await StartAsync(database);
        Assert.True((await AddAsync(database, ceremony, device, actor)).IsOk);
        Assert.True((await SignInAsync(database, ceremony, device)).IsOk);

        (device.Origin, device.RelyingParty) = ("https://1ocalhost.example", "1ocalhost.example");
        Assert.False((await SignInAsync(database, ceremony, device)).IsOk);
        (device.Origin, device.RelyingParty, device.VerifiesUser) = ("http://localhost:9000", "localhost", false);
        Assert.False((await SignInAsync(database, ceremony, device)).IsOk);
        (device.VerifiesUser, device.Count) = (true, 7);
        Assert.False((await SignInAsync(database, ceremony, device)).IsOk);

        Assert.Equal(3, await database.ReadAsync(db => db.AuditLog.CountAsync(line => line.Action == "session.refused" && line.UserId == actor.UserId)));
        device.Count = 20;
        Assert.True((await SignInAsync(database, ceremony, device)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_opens_what_a_password_may_open_and_nothing_else(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var device = new TestAuthenticator();
        await StartAsync(database);
        await database.AddAsync(new Role { Name = "Editors", Type = RoleType.User });
        var (users, settings) = (database.Get<UserService>(), database.Get<SettingsService>());
        var draft = new UserDraft { Username = "editor", Email = "editor@x.example", PasswordLogin = true, Password = Password, UserRoleId = 2, Status = UserStatus.Enabled };
        var id = (await users.CreateAsync(draft, Actor.System, default)).Value.User.Id;
        var actor = database.Get<UserDirectory>().Find(id)!.Actor;
        var ceremony = Ceremony(database);
        Assert.True((await AddAsync(database, ceremony, device, actor)).IsOk);

        await users.UpdateAsync(id, draft with { Password = "", Status = UserStatus.Disabled }, Actor.System, default);
        Assert.Contains("may not be used", (await SignInAsync(database, ceremony, device)).Message, StringComparison.Ordinal);
        await users.UpdateAsync(id, draft with { Password = "", PasswordLogin = false }, Actor.System, default);
        Assert.False((await SignInAsync(database, ceremony, device)).IsOk);
        await users.UpdateAsync(id, draft with { Password = "" }, Actor.System, default);
        Assert.True((await SignInAsync(database, ceremony, device)).IsOk);

        await settings.SaveSectionAsync(
            new SecuritySettings { OpenIdOnly = true, OpenId = new OpenIdSettings { Enabled = true, ProviderUrl = "https://id.example.com", ClientId = "id" } }, Actor.System, default);
        Assert.False((await SignInAsync(database, ceremony, device)).IsOk);
        Assert.False((await database.Get<PasskeyService>().MayAddAsync(Proof, actor, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Changes_need_the_password_or_a_fresh_session_and_concern_the_own_keys_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var device = new TestAuthenticator();
        var (ceremony, actor) = await StartAsync(database);
        var service = database.Get<PasskeyService>();
        Assert.Equal("current_password", Assert.Single((await service.MayAddAsync(new PasskeyProof("wrong", null), actor, default)).Errors).Field);

        var session = await database.Get<SessionService>().StartAsync(database.Get<UserDirectory>().Find(actor.UserId!.Value)!, SignInMethod.Passkey, null, null, default);
        Assert.True((await service.MayAddAsync(new PasskeyProof("", session), actor, default)).IsOk);
        database.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.False((await service.MayAddAsync(new PasskeyProof("", session), actor, default)).IsOk);

        AuditAuthor.Current = new AuditAuthor(actor.UserId, actor.Name);
        Assert.True((await AddAsync(database, ceremony, device, actor)).IsOk);
        var id = (await database.Get<PasskeyQueries>().AllAsync(actor, default))[0].Id;
        var stranger = new Actor { UserId = 99, Name = "stranger", IsSuperAdmin = true };
        Assert.Equal(OutcomeKind.NotFound, (await service.RenameAsync(id, "Mine", stranger, default)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await service.RemoveAsync(id, Proof, stranger, default)).Kind);
        Assert.True((await service.RenameAsync(id, "  Work laptop ", actor, default)).IsOk);
        Assert.Equal("Work laptop", (await database.Get<PasskeyQueries>().AllAsync(actor, default))[0].Name);
        Assert.False((await service.RemoveAsync(id, new PasskeyProof("wrong", session), actor, default)).IsOk);
        Assert.True((await service.RemoveAsync(id, Proof, actor, default)).IsOk);
        Assert.Contains("removed", (await SignInAsync(database, ceremony, device)).Message, StringComparison.Ordinal);

        var lines = await database.ReadAsync(db => db.AuditLog.Where(line => line.Entity == "passkey").OrderBy(line => line.Id).Select(line => line.Action).ToListAsync());
        Assert.Equal(["passkey.create", "passkey.update", "passkey.delete"], lines);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_administrator_sees_and_removes_them_and_they_go_with_the_account(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var device = new TestAuthenticator();
        var (ceremony, actor) = await StartAsync(database);
        await AddAsync(database, ceremony, device, actor);
        var stamp = database.Get<UserDirectory>().Find(actor.UserId!.Value)!.SecurityStamp;
        Assert.Equal(1, (await database.Get<UserQueries>().FindAsync(actor.UserId!.Value, Actor.System, default)).Value.PasskeyCount);

        Assert.True((await database.Get<UserService>().RemovePasskeysAsync(actor.UserId!.Value, Actor.System, default)).IsOk);
        Assert.Empty(await database.Get<PasskeyQueries>().AllAsync(actor, default));
        Assert.NotEqual(stamp, database.Get<UserDirectory>().Find(actor.UserId!.Value)!.SecurityStamp);
    }

    private static PasskeyCeremony Ceremony(TestDatabase database) => ActivatorUtilities.CreateInstance<PasskeyCeremony>(database.Services.CreateScope().ServiceProvider);

    private static async Task<(PasskeyCeremony Ceremony, Actor Actor)> StartAsync(TestDatabase database)
    {
        var id = (await database.Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "admin@users.example", Password), default)).Value.Id;
        return (Ceremony(database), database.Get<UserDirectory>().Find(id)!.Actor);
    }

    private static async Task<Outcome> AddAsync(TestDatabase database, PasskeyCeremony ceremony, TestAuthenticator device, Actor actor)
    {
        var asked = await ceremony.AskForNewAsync((await database.Get<UserQueries>().FindAsync(actor.UserId!.Value, actor, default)).Value);
        var made = await ceremony.FinishNewAsync(device.Create(asked.Options), asked.State);
        return made.IsOk ? await database.Get<PasskeyService>().AddAsync(made.Value, "Laptop", Proof, actor, default) : made;
    }

    private static async Task<Outcome<Account>> SignInAsync(TestDatabase database, PasskeyCeremony ceremony, TestAuthenticator device)
    {
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var asked = await ceremony.AskForAnyAsync();
        return await ceremony.FinishAsync(device.Get(asked.Options), asked.State, database.Clock.GetUtcNow(), default);
    }
}
