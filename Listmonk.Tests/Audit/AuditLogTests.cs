using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Audit;

public sealed class AuditLogTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Each_change_says_who_what_before_and_after(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        AuditAuthor.Current = new AuditAuthor(7, "ann");
        var lists = database.Get<ListService>();
        var list = (await lists.CreateAsync(new ListDraft { Name = "News" }, Actor.System, default)).Value;
        await lists.UpdateAsync(list.Id, new ListDraft { Name = "Newer" }, Actor.System, default);
        await lists.DeleteAsync([list.Id], Actor.System, default);

        var log = await ReadAsync(database);
        Assert.Equal(["list.delete", "list.update", "list.create"], log.Select(entry => entry.Action));
        Assert.All(log, entry => Assert.Equal(list.Id, entry.EntityId));
        Assert.Equal((7, "ann"), (log[1].UserId, log[1].UserName));
        Assert.Equal("News", JsonNode.Parse(log[1].Before!)!["name"]!.GetValue<string>());
        Assert.Equal("Newer", JsonNode.Parse(log[1].After!)!["name"]!.GetValue<string>());
        Assert.Single(JsonNode.Parse(log[1].After!)!.AsObject());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Secrets_never_get_into_the_log(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        AuditAuthor.Current = new AuditAuthor(7, "ann");
        await database.Get<SetupService>().CreateSuperAdminAsync(new SetupRequest("admin", "admin@users.example", "A very secret password 1"), default);
        await database.Get<SettingsService>().SaveAsync(
            JsonNode.Parse("""{"smtp":[{"uuid":"","host":"mail.example","port":25,"username":"u","password":"hidden-secret","enabled":true}]}""")!.AsObject(), Actor.System, default);
        var token = (await database.Get<UserService>().CreateAsync(new UserDraft { Username = "robot", Type = UserType.Api, UserRoleId = 1 }, Actor.System, default)).Value.Token!;

        var text = string.Join('\n', (await ReadAsync(database)).Select(entry => entry.Before + entry.After));
        Assert.Contains("mail.example", text, StringComparison.Ordinal);
        foreach (var secret in new[] { "hidden-secret", "secret password", token, Convert.ToHexStringLower(UserDirectory.HashToken(token)) })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Background_work_leaves_no_lines(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        AuditAuthor.Current = null;
        await database.Get<ListService>().CreateAsync(new ListDraft { Name = "Silent" }, Actor.System, default);
        Assert.Empty(await ReadAsync(database));
    }

    private static async Task<IReadOnlyList<AuditEntry>> ReadAsync(TestDatabase database) =>
        (await database.Get<AuditQueries>().PageAsync(new AuditFilter(), new PageRequest { PerPage = 0 }, Actor.System, default)).Value.Results;
}
