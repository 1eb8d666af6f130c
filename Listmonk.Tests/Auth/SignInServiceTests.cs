using Listmonk.Core;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Auth;

public sealed class SignInServiceTests : DatabaseTest
{
    private const string Password = "Correct horse 1";

    [Theory, MemberData(nameof(Providers))]
    public async Task Ten_failures_lock_the_account_for_five_minutes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var signIn = database.Get<SignInService>();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("Invalid login or password.", (await signIn.CheckPasswordAsync("admin", "wrong", default)).Message);
        }

        Assert.Contains("Too many failed attempts", (await signIn.CheckPasswordAsync("admin", Password, default)).Message, StringComparison.Ordinal);
        database.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.True((await signIn.CheckPasswordAsync("admin", Password, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Unknown_names_disabled_people_and_programs_are_refused_alike(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var users = database.Get<UserService>();
        await users.CreateAsync(new UserDraft { Username = "robot", Type = UserType.Api, UserRoleId = 1 }, Actor.System, default);
        await users.CreateAsync(
            new UserDraft { Username = "gone", Email = "gone@x.example", PasswordLogin = true, Password = Password, UserRoleId = 1, Status = UserStatus.Disabled }, Actor.System, default);

        var signIn = database.Get<SignInService>();
        foreach (var name in new[] { "nobody", "robot", "gone" })
        {
            Assert.Equal("Invalid login or password.", (await signIn.CheckPasswordAsync(name, Password, default)).Message);
        }

        Assert.True((await signIn.CheckPasswordAsync("ADMIN@users.example", Password, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Where_the_provider_is_the_only_way_in_passwords_and_resets_are_for_super_admins(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var editors = new Role { Name = "Editors", Type = RoleType.User };
        await database.AddAsync(editors);
        var editor = (await database.Get<UserService>().CreateAsync(
            new UserDraft { Username = "editor", Email = "editor@x.example", PasswordLogin = true, IsInvited = true, UserRoleId = editors.Id }, Actor.System, default)).Value.User;
        var (signIn, links, settings) = (database.Get<SignInService>(), database.Get<AccountLinkService>(), database.Get<SettingsService>());
        Assert.True((await links.InviteAsync(editor.Id, Actor.System, default)).IsOk);
        await database.Get<UserService>().UpdateAsync(
            editor.Id, new UserDraft { Username = "editor", Email = "editor@x.example", PasswordLogin = true, Password = Password }, Actor.System, default);
        Assert.True((await signIn.CheckPasswordAsync("editor", Password, default)).IsOk);

        var only = new SecuritySettings { OpenIdOnly = true, OpenId = new OpenIdSettings { Enabled = true, ProviderUrl = "https://id.example.com", ClientId = "id" } };
        Assert.True((await settings.SaveSectionAsync(only, Actor.System, default)).IsOk);
        Assert.Equal("Invalid login or password.", (await signIn.CheckPasswordAsync("editor", Password, default)).Message);
        Assert.True((await signIn.CheckPasswordAsync("admin", Password, default)).IsOk);
        var link = await database.ReadAsync(db => db.AccountLinks.SingleAsync());
        await links.SendResetAsync("editor@x.example", default);
        Assert.Equal(link.TokenHash, (await database.ReadAsync(db => db.AccountLinks.SingleAsync())).TokenHash);

        await settings.SaveSectionAsync(only with { OpenId = only.OpenId with { Enabled = false } }, Actor.System, default);
        Assert.True((await signIn.CheckPasswordAsync("editor", Password, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task With_a_second_factor_a_code_is_asked_and_works_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        var (signIn, secret, _) = await TwoFactorAsync(database, id);

        Assert.True((await signIn.CheckPasswordAsync("admin", Password, default)).Value.NeedsCode);
        var first = TotpCode.Compute(secret, TotpCode.Step(database.Clock.GetUtcNow()));
        Assert.False((await signIn.CheckCodeAsync(id, first, default)).IsOk);

        database.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = TotpCode.Compute(secret, TotpCode.Step(database.Clock.GetUtcNow()));
        Assert.True((await signIn.CheckCodeAsync(id, code, default)).IsOk);
        Assert.False((await signIn.CheckCodeAsync(id, code, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_recovery_code_stands_in_once_and_neither_it_nor_the_secret_is_stored(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        var (signIn, _, codes) = await TwoFactorAsync(database, id);
        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());

        Assert.True((await signIn.CheckCodeAsync(id, codes[3].ToUpperInvariant(), default)).IsOk);
        Assert.False((await signIn.CheckCodeAsync(id, codes[3], default)).IsOk);

        var user = await database.ReadAsync(db => db.Users.AsNoTracking().SingleAsync(row => row.Id == id));
        Assert.DoesNotContain(codes, code => user.RecoveryCodes!.Contains(code, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_known_password_does_not_open_the_way_to_guess_codes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        var (signIn, _, codes) = await TwoFactorAsync(database, id);
        for (var i = 0; i < 10; i++)
        {
            await signIn.CheckPasswordAsync("admin", Password, default);
            Assert.False((await signIn.CheckCodeAsync(id, "000000", default)).IsOk);
        }

        Assert.False((await signIn.CheckCodeAsync(id, codes[0], default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_administrator_can_remove_a_lost_second_factor_and_the_owner_needs_the_password(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        var (signIn, _, _) = await TwoFactorAsync(database, id);
        var owner = database.Get<UserDirectory>().Find(id)!.Actor;

        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<TwoFactorService>().DisableAsync("wrong", owner, default)).Kind);
        Assert.True((await database.Get<UserService>().RemoveTwoFactorAsync(id, Actor.System, default)).IsOk);
        Assert.False((await signIn.CheckPasswordAsync("admin", Password, default)).Value.NeedsCode);
    }

    private static async Task<(SignInService SignIn, string Secret, IReadOnlyList<string> Codes)> TwoFactorAsync(TestDatabase database, int id)
    {
        var (twoFactor, actor) = (database.Get<TwoFactorService>(), database.Get<UserDirectory>().Find(id)!.Actor);
        var offer = (await twoFactor.OfferAsync(actor, default)).Value;
        Assert.False((await twoFactor.EnableAsync("12345", actor, default)).IsOk);
        var enabled = await twoFactor.EnableAsync(TotpCode.Compute(offer.Secret, TotpCode.Step(database.Clock.GetUtcNow())), actor, default);
        return (database.Get<SignInService>(), offer.Secret, enabled.Value);
    }

    private static async Task<int> AdminAsync(TestDatabase database) =>
        (await database.Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "admin@users.example", Password), default)).Value.Id;
}
