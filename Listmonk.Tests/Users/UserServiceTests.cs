using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Users;

public sealed class UserServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_last_super_admin_can_be_neither_deleted_disabled_nor_demoted(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (users, admin) = (database.Get<UserService>(), await AdminAsync(database));
        var viewer = await RoleAsync(database, Permissions.MediaGet);

        Assert.Equal(UserRules.LastSuperAdmin, (await users.DeleteAsync([admin], Actor.System, default)).Message);
        Assert.Equal(UserRules.LastSuperAdmin, (await users.UpdateAsync(admin, Person("admin") with { Status = UserStatus.Disabled }, Actor.System, default)).Message);
        Assert.Equal(UserRules.LastSuperAdmin, (await users.UpdateAsync(admin, Person("admin") with { UserRoleId = viewer }, Actor.System, default)).Message);
        Assert.True(database.Get<UserDirectory>().HasSuperAdmin);

        Assert.True((await users.CreateAsync(Person("second"), Actor.System, default)).IsOk);
        Assert.True((await users.DeleteAsync([admin], Actor.System, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_token_works_from_its_creation_to_its_end_and_no_longer_than_the_next_one(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var (users, directory) = (database.Get<UserService>(), database.Get<UserDirectory>());
        var draft = new UserDraft { Username = "robot", Type = UserType.Api, UserRoleId = Role.SuperAdminId, TokenExpiresAt = database.Clock.GetUtcNow().AddDays(1) };

        var created = (await users.CreateAsync(draft, Actor.System, default)).Value;
        Assert.Equal(48, created.Token!.Length);
        Assert.NotNull(directory.FindByToken("robot", created.Token));

        var next = (await users.RotateTokenAsync(created.User.Id, Actor.System, default)).Value;
        Assert.Null(directory.FindByToken("robot", created.Token));
        Assert.NotNull(directory.FindByToken("robot", next));
        database.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Null(directory.FindByToken("robot", next));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Nobody_hands_out_more_than_he_has(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (users, roles, admin) = (database.Get<UserService>(), database.Get<RoleService>(), await AdminAsync(database));
        var media = await RoleAsync(database, Permissions.MediaGet);
        var clerk = new Actor { UserId = 77, Name = "clerk", Permissions = [Permissions.UsersManage, Permissions.UsersGet, Permissions.RolesManage, Permissions.MediaGet] };

        Assert.Equal(OutcomeKind.Forbidden, (await users.CreateAsync(Person("mine"), clerk, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await users.UpdateAsync(admin, Person("admin") with { Password = "known to the clerk" }, clerk, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await users.DeleteAsync([admin], clerk, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await roles.CreateAsync(RoleType.User, new RoleDraft { Name = "x", Permissions = [Permissions.SettingsManage] }, clerk, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await roles.CreateAsync(RoleType.List, new RoleDraft { Name = "x", Lists = [new RoleListDraft(1, [Permissions.ListGet])] }, clerk, default)).Kind);
        Assert.True((await users.CreateAsync(Person("theirs") with { UserRoleId = media }, clerk, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_role_that_somebody_holds_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AdminAsync(database);
        var role = await RoleAsync(database, Permissions.MediaGet);
        var user = (await database.Get<UserService>().CreateAsync(Person("holder") with { UserRoleId = role }, Actor.System, default)).Value.User;

        Assert.Equal(OutcomeKind.Invalid, (await database.Get<RoleService>().DeleteAsync(role, Actor.System, default)).Kind);
        Assert.True((await database.Get<UserService>().DeleteAsync([user.Id], Actor.System, default)).IsOk);
        Assert.True((await database.Get<RoleService>().DeleteAsync(role, Actor.System, default)).IsOk);
        Assert.Equal(OutcomeKind.Invalid, (await database.Get<RoleService>().DeleteAsync(Role.SuperAdminId, Actor.System, default)).Kind);
    }

    [Theory]
    [InlineData("ab", "a@b.example", "long enough", "username")]
    [InlineData("has blank", "a@b.example", "long enough", "username")]
    [InlineData("abc\n", "nope", "long enough", "email")]
    [InlineData("abc", "a@b.example", "short", "password")]
    public async Task A_faulty_account_is_refused_at_the_field(string username, string email, string password, string field)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await AdminAsync(database);
        var draft = Person("x") with { Username = username, Email = email, Password = password };

        Assert.Equal(field, Assert.Single((await database.Get<UserService>().CreateAsync(draft, Actor.System, default)).Errors).Field);
    }

    private static UserDraft Person(string name) => new()
    {
        Username = name,
        Email = $"{name}@users.example",
        PasswordLogin = true,
        Password = "long enough",
        UserRoleId = Role.SuperAdminId,
    };

    private static async Task<int> AdminAsync(TestDatabase database) =>
        (await database.Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "admin@users.example", "Correct horse 1"), default)).Value.Id;

    private static async Task<int> RoleAsync(TestDatabase database, params string[] permissions) =>
        (await database.Get<RoleService>().CreateAsync(RoleType.User, new RoleDraft { Name = "Some", Permissions = permissions }, Actor.System, default)).Value.Id;
}
