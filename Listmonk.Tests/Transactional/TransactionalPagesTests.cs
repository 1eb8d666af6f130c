using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Templates;
using Listmonk.Core.Transactional;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Transactional;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Transactional;

public sealed class TransactionalPagesTests : ComponentTest
{
    private static readonly string[] Everybody = ["ann@example.com", "bob@example.com", "cid@example.com"];

    [Fact]
    public void An_empty_log_explains_itself()
    {
        RenderProviders();
        var page = Render<TransactionalPage>();
        page.WaitForAssertion(() => Assert.Contains("No message yet", page.Find(".empty-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_accepted_appears_by_itself()
    {
        RenderProviders();
        var page = Render<TransactionalPage>();
        page.WaitForElement(".empty-state");

        await SendAsync("ann@example.com");

        page.WaitForAssertion(() => Assert.Equal("ann@example.com", page.Find("tbody a").TextContent));
        Assert.Contains("queued", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("Receipts", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state=failed", "bob@example.com")]
    [InlineData("q=CID", "cid@example.com")]
    [InlineData("q=receipt for ann", "ann@example.com")]
    public async Task The_address_says_what_is_shown(string query, string expected)
    {
        await SendAsync(Everybody);
        await FailAsync("bob@example.com");
        RenderProviders();
        Get<NavigationManager>().NavigateTo($"admin/transactional?{query}");

        var page = Render<TransactionalPage>();

        page.WaitForAssertion(() => Assert.Equal(expected, Assert.Single(page.FindAll("tbody a")).TextContent));
        Assert.EndsWith($"?{query.Replace(" ", "%20", StringComparison.Ordinal)}", page.Find("tbody a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_shows_what_became_of_it_and_what_it_says_without_running_it()
    {
        var id = await SendAsync("ann@example.com");
        await FailAsync("ann@example.com");
        RenderProviders();

        var page = Render<TransactionalMessagePage>(parameters => parameters.Add(one => one.Id, id));

        var frame = page.WaitForElement("iframe");
        Assert.DoesNotContain("allow-scripts", frame.GetAttribute("sandbox"), StringComparison.Ordinal);
        Assert.Contains("<p>Thank you</p>", frame.GetAttribute("srcdoc"), StringComparison.Ordinal);
        Assert.Contains("550 no such user", page.Find(".facts").TextContent, StringComparison.Ordinal);
        Get<NavigationManager>().NavigateTo($"admin/transactional/{id}?tab=headers");
        var headers = Render<TransactionalMessagePage>(parameters => parameters.Add(one => one.Id, id));
        headers.WaitForAssertion(() => Assert.Contains("Receipt for ann@example.com", headers.Find(".header-table").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_message_can_be_sent_again()
    {
        var id = await SendAsync("ann@example.com");
        await FailAsync("ann@example.com");
        RenderProviders();
        var page = Render<TransactionalMessagePage>(parameters => parameters.Add(one => one.Id, id));

        page.WaitForElement(".page-actions button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".page-actions button")));
        Assert.Equal(TransactionalState.Queued, (await Get<TransactionalQueries>().FindAsync(id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task Who_may_only_send_sees_states_but_not_what_mails_say()
    {
        var id = await SendAsync("ann@example.com");
        await UseRoleAsync(Permissions.TxSend);
        RenderProviders();

        var page = Render<TransactionalMessagePage>(parameters => parameters.Add(one => one.Id, id));

        page.WaitForAssertion(() => Assert.Contains(Permissions.TxGet, page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("iframe"));
        Assert.DoesNotContain("Thank you", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_is_gone_says_so()
    {
        RenderProviders();
        var page = Render<TransactionalMessagePage>(parameters => parameters.Add(one => one.Id, 99));
        page.WaitForAssertion(() => Assert.Contains("This message is gone", page.Markup, StringComparison.Ordinal));
    }

    private async Task<int> SendAsync(params string[] addresses)
    {
        var template = new Template { Name = "Receipts", Type = TemplateType.Tx, Subject = "Receipt for {{ .Subscriber.Email }}", Body = "<p>Thank you</p>" };
        await WriteAsync(db =>
        {
            db.Add(template);
            return Task.CompletedTask;
        });
        var outcome = await Get<TransactionalService>().SendAsync(
            new TransactionalCall { TemplateId = template.Id, Mode = "external", SubscriberEmails = addresses }, Actor.System, CancellationToken.None);
        Assert.True(outcome.IsOk, outcome.Message);
        return (await Get<TransactionalQueries>().PageAsync(new TransactionalFilter(null, ""), new PageRequest(), CancellationToken.None)).Results[0].Id;
    }

    private async Task FailAsync(string address)
    {
        var queue = Get<TransactionalQueue>();
        var message = (await queue.TakeAsync(100, CancellationToken.None)).Single(one => one.Recipient == address);
        await queue.FinishAsync([(message, new DeliveryResult { Outcome = DeliveryOutcome.RecipientRefused, Stage = DeliveryStage.Recipient, Code = 550, ReplyText = "no such user" })]);
    }

    /// <summary>Leaves the signed-in account only these permissions.</summary>
    private async Task UseRoleAsync(params string[] permissions)
    {
        await WriteAsync(async db =>
        {
            var role = new Role { Type = RoleType.User, Name = "Few", Permissions = [.. permissions], CreatedAt = At, UpdatedAt = At };
            db.Add(role);
            await db.SaveChangesAsync();
            (await db.Users.FirstAsync()).UserRoleId = role.Id;
        });
        await Get<UserDirectory>().ReloadAsync(CancellationToken.None);
    }

    private Task WriteAsync(Func<Listmonk.Core.Data.ListmonkDbContext, Task> work) =>
        Listmonk.Core.Data.DbContextFactoryExtensions.WriteAsync(Get<IDbContextFactory<Listmonk.Core.Data.ListmonkDbContext>>(), work, CancellationToken.None);

    private static DateTimeOffset At { get; } = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);
}
