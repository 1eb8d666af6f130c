using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Users;

/// <summary>What an administrator takes away from an account: the provider's identity, passkeys.</summary>
public sealed class UserPageTests : ComponentTest
{
    [Fact]
    public async Task Single_sign_on_is_unlinked_after_a_question()
    {
        var id = await AddAsync();
        await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            async db => (await db.Users.SingleAsync(user => user.Id == id)).ExternalId = "https://id.example.com person-1", CancellationToken.None);
        var dialogs = RenderProviders();
        var page = Render<UserPage>(parameters => parameters.Add(one => one.Id, id));
        page.WaitForAssertion(() => Assert.NotNull(Button(page, "Unlink single sign-on")));

        var asked = page.InvokeAsync(() => Button(page, "Unlink single sign-on")!.Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Unlink single sign-on?", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == "Unlink").Click());
        await asked;

        page.WaitForAssertion(() => Assert.Null(Button(page, "Unlink single sign-on")));
        Assert.False((await Get<UserQueries>().FindAsync(id, Actor.System, CancellationToken.None)).Value.IsLinked);
    }

    [Fact]
    public async Task Passkeys_are_removed_after_a_question()
    {
        var id = await AddAsync();
        await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Passkeys.Add(new Passkey { UserId = id, Name = "Phone", CredentialId = [1], PublicKey = [2] });
                return Task.CompletedTask;
            },
            CancellationToken.None);
        var dialogs = RenderProviders();
        var page = Render<UserPage>(parameters => parameters.Add(one => one.Id, id));
        page.WaitForAssertion(() => Assert.NotNull(Button(page, "Remove passkeys")));

        var asked = page.InvokeAsync(() => Button(page, "Remove passkeys")!.Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Remove all passkeys?", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == "Remove").Click());
        await asked;

        page.WaitForAssertion(() => Assert.Null(Button(page, "Remove passkeys")));
        Assert.Equal(0, (await Get<UserQueries>().FindAsync(id, Actor.System, CancellationToken.None)).Value.PasskeyCount);
    }

    private static AngleSharp.Dom.IElement? Button(IRenderedComponent<UserPage> page, string text) => page.FindAll("button").SingleOrDefault(button => button.TextContent.Trim() == text);

    private async Task<int> AddAsync() => (await Get<UserService>().CreateAsync(
        new UserDraft { Username = "ann", Email = "ann@example.com", PasswordLogin = true, Password = "Correct horse 1", UserRoleId = 1 }, Actor.System, CancellationToken.None)).Value.User.Id;
}
