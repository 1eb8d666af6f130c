using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Auth;
using Listmonk.Core.Auth.OpenId;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Auth.OpenId;

public sealed class OpenIdSignInServiceTests : DatabaseTest
{
    private static readonly OpenIdPerson Ann = new() { Issuer = "https://id.example.com", Subject = "1", Email = "ann@users.example", IsEmailVerified = true, Name = "Ann Lee", Picture = "https://pictures.example.com/ann.png" };

    [Theory, MemberData(nameof(Providers))]
    public async Task After_the_first_time_the_provider_s_id_counts_and_not_the_address(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        Assert.Equal(id, (await FindAsync(database, Ann)).Value.Account.Id);
        Assert.Equal("https://pictures.example.com/ann.png", database.Get<UserDirectory>().Find(id)!.Actor.Picture);

        Assert.Equal(id, (await FindAsync(database, Ann with { Email = "married@users.example", IsEmailVerified = false })).Value.Account.Id);
        Assert.Contains("belongs to another identity", (await FindAsync(database, Ann with { Subject = "2" })).Message, StringComparison.Ordinal);

        Assert.True((await database.Get<UserService>().UnlinkAsync(id, Actor.System, default)).IsOk);
        Assert.Equal(id, (await FindAsync(database, Ann with { Subject = "2" })).Value.Account.Id);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Another_provider_takes_the_accounts_over_by_their_confirmed_addresses(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await AdminAsync(database);
        Assert.True((await FindAsync(database, Ann)).IsOk);
        var other = Ann with { Issuer = "https://other.example.com" };
        Assert.False((await FindAsync(database, other with { IsEmailVerified = false })).IsOk);
        Assert.Equal(id, (await FindAsync(database, other with { IsEmailVerified = null })).Value.Account.Id);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_is_made_with_the_roles_of_the_settings(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var (editors, lists) = await RolesAsync(database);
        var bob = Ann with { Subject = "bob", Email = "bob+news@users.example", Name = null, Picture = "javascript:alert(1)" };
        Assert.Contains("has no account here", (await FindAsync(database, bob)).Message, StringComparison.Ordinal);

        await SettingsAsync(database, editors, lists);
        Assert.True((await FindAsync(database, bob)).IsOk);
        Assert.True((await FindAsync(database, bob)).IsOk);

        var user = await database.ReadAsync(db => db.Users.SingleAsync(row => row.Email == "bob+news@users.example"));
        Assert.Equal(
            ("bob-news@users.example", "bob+news", editors, (int?)lists, false, UserStatus.Enabled, (string?)null, (string?)null),
            (user.Username, user.Name, user.UserRoleId, user.ListRoleId, user.PasswordLogin, user.Status, user.PasswordHash, user.Avatar));
        Assert.Null(UserRules.CheckUsername(user.Username));
        Assert.Contains(await database.ReadAsync(db => db.AuditLog.ToListAsync()), entry => entry.Action == "user.create" && entry.EntityId == user.Id);
        Assert.False((await database.Get<SignInService>().CheckPasswordAsync(user.Username, "", default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_name_that_is_taken_gets_a_number(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var (editors, lists) = await RolesAsync(database);
        await SettingsAsync(database, editors, lists);
        await database.Get<UserService>().CreateAsync(new UserDraft { Username = "BOB@users.example", Type = UserType.Api, UserRoleId = 1 }, Actor.System, default);
        Assert.Equal("bob@users.example-2", (await FindAsync(database, Ann with { Subject = "bob", Email = "bob@users.example" })).Value.Account.Username);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Other_domains_and_a_role_that_is_gone_make_no_account(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        await SettingsAsync(database, 99, null, "Users.example");
        Assert.Contains("the role for new people is gone", (await FindAsync(database, Ann with { Subject = "bob", Email = "bob@users.example" })).Message, StringComparison.Ordinal);
        Assert.Contains("has no account here", (await FindAsync(database, Ann with { Subject = "bob", Email = "bob@evil-users.example" })).Message, StringComparison.Ordinal);
        Assert.Contains("did not tell your e-mail address", (await FindAsync(database, Ann with { Subject = "bob", Email = null })).Message, StringComparison.Ordinal);
        Assert.Equal(1, await database.ReadAsync(db => db.Users.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Disabling_an_account_closes_this_way_too(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var gone = (await database.Get<UserService>().CreateAsync(new UserDraft { Username = "gone", Email = "gone@users.example", UserRoleId = 1 }, Actor.System, default)).Value.User;
        var person = Ann with { Subject = "gone", Email = "gone@users.example" };
        Assert.True((await FindAsync(database, person)).IsOk);
        await database.Get<UserService>().UpdateAsync(gone.Id, new UserDraft { Username = "gone", Email = "gone@users.example", Status = UserStatus.Disabled, UserRoleId = 1 }, Actor.System, default);
        Assert.Contains("is disabled", (await FindAsync(database, person)).Message, StringComparison.Ordinal);
    }

    private static Task<Outcome<SignInStep>> FindAsync(TestDatabase database, OpenIdPerson person) => database.Get<OpenIdSignInService>().FindAsync(person, default);

    private static async Task<int> AdminAsync(TestDatabase database) =>
        (await database.Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "ann@users.example", "Correct horse 1"), default)).Value.Id;

    private static async Task<(int Editors, int Lists)> RolesAsync(TestDatabase database)
    {
        var (editors, lists) = (new Role { Name = "Editors", Type = RoleType.User }, new Role { Name = "News only", Type = RoleType.List });
        await database.AddAsync(editors, lists);
        return (editors.Id, lists.Id);
    }

    private static async Task SettingsAsync(TestDatabase database, int userRole, int? listRole, params string[] domains) => Assert.True((await database.Get<SettingsService>().SaveAsync(
        new JsonObject
        {
            ["security.oidc"] = new JsonObject { ["auto_create_users"] = true, ["default_user_role_id"] = userRole, ["default_list_role_id"] = listRole },
            ["security.oidc_domains"] = new JsonArray([.. domains.Select(domain => JsonValue.Create(domain))]),
        },
        Actor.System,
        default)).IsOk);
}
