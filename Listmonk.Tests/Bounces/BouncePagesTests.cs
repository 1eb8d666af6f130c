using Bunit;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Listmonk.Web.Bounces;
using Listmonk.Web.Subscribers;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Bounces;

public sealed class BouncePagesTests : ComponentTest
{
    private static DateTimeOffset At { get; } = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_empty_list_says_what_belongs_there()
    {
        RenderProviders();
        var page = Render<BouncesPage>();
        page.WaitForAssertion(() => Assert.Contains("No bounces yet", page.Find(".empty-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bounce_that_is_recorded_appears_by_itself()
    {
        RenderProviders();
        var page = Render<BouncesPage>();
        page.WaitForElement(".empty-state");

        await BounceAsync("ann@example.com", "550 5.1.1 user unknown");

        page.WaitForAssertion(() => Assert.Contains("No such mailbox", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("type=policy", "bob@example.org")]
    [InlineData("reason=mailbox-full", "cid@example.net")]
    [InlineData("domain=example.org", "bob@example.org")]
    [InlineData("q=USER UNKNOWN", "ann@example.com")]
    [InlineData("q=cid", "cid@example.net")]
    [InlineData("source=other", "cid@example.net")]
    public async Task The_address_says_what_is_shown(string query, string expected)
    {
        await GivenThreeAsync();
        RenderProviders();
        Get<NavigationManager>().NavigateTo($"admin/bounces?{query}");

        var page = Render<BouncesPage>();

        page.WaitForAssertion(() => Assert.Equal(expected, Assert.Single(page.FindAll("tbody td[data-label='E-mail'] a")).TextContent));
    }

    [Fact]
    public async Task Days_narrow_the_list_and_the_export()
    {
        await GivenThreeAsync();
        RenderProviders();
        Get<NavigationManager>().NavigateTo("admin/bounces?from=2000-01-01&to=2000-01-02");
        var page = Render<BouncesPage>();
        page.WaitForAssertion(() => Assert.Contains("No bounce matches", page.Markup, StringComparison.Ordinal));

        Get<NavigationManager>().NavigateTo("admin/bounces?from=2000-01-01&domain=example.org");
        page.WaitForAssertion(() => Assert.Contains("api/bounces/export?", page.Find(".page-actions a").GetAttribute("href"), StringComparison.Ordinal));
        Assert.Contains("domain=example.org&from=2000-01-01", page.Find(".page-actions a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_matches_is_deleted_after_a_question()
    {
        await GivenThreeAsync();
        var dialogs = RenderProviders();
        Get<NavigationManager>().NavigateTo("admin/bounces?domain=example.org");
        var page = Render<BouncesPage>();

        page.WaitForElement("thead input[type=checkbox]").Change(true);
        page.Find(".bulk-bar button").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("cannot be undone", dialogs.Markup, StringComparison.Ordinal));
        dialogs.FindAll("button").Single(button => button.TextContent.Contains("Delete 1 bounce", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(() => Assert.Contains("No bounce matches", page.Markup, StringComparison.Ordinal));
        Assert.Equal(2, (await Get<BounceQueries>().PageAsync(new BounceFilter(), new PageRequest(), default)).Total);
    }

    [Fact]
    public async Task A_bounce_explains_itself_and_is_taken_back()
    {
        await Get<SettingsService>().SaveSectionAsync(Get<SettingsStore>().Current.Bounces with { Enabled = true }, Actor.System, default);
        var id = await BounceAsync("ann@example.com", "550 5.1.1 user unknown", content: "Subject: failure notice");
        RenderProviders();

        var page = Render<BouncePage>(parameters => parameters.Add(one => one.Id, id));

        page.WaitForAssertion(() => Assert.Contains("blocklisted", page.Markup, StringComparison.Ordinal));
        foreach (var expected in new[] { "No such mailbox", "550 5.1.1 user unknown", "user unknown", "bad destination mailbox address", "certain", "Subject: failure notice" })
        {
            Assert.Contains(expected, page.Markup, StringComparison.Ordinal);
        }

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Undo").Click();
        page.WaitForAssertion(() => Assert.Contains("Nothing was done to the person", page.Markup, StringComparison.Ordinal));
        Assert.Equal(SubscriberStatus.Enabled, (await Get<BounceQueries>().FindAsync(id, default)).Value.SubscriberStatus);
    }

    [Fact]
    public void A_bounce_that_is_gone_says_so()
    {
        RenderProviders();
        var page = Render<BouncePage>(parameters => parameters.Add(one => one.Id, 99));
        page.WaitForAssertion(() => Assert.Contains("This bounce is gone", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_inspected_without_being_stored()
    {
        await PersonAsync("pat@reader.test");
        RenderProviders();
        var page = Render<BounceInspectionPage>();

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(
            Parsing.SampleMails.Report(Parsing.SampleMails.Block("pat@reader.test", "5.2.2", "smtp; 552 5.2.2 Mailbox full")), "report.eml"));

        page.WaitForAssertion(() => Assert.Contains("Mailbox full", page.Markup, StringComparison.Ordinal));
        Assert.Contains("report.eml", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Only the address that failed", page.Markup, StringComparison.Ordinal);
        Assert.Equal(0, (await Get<BounceQueries>().PageAsync(new BounceFilter(), new PageRequest(), default)).Total);
    }

    [Theory]
    [InlineData("550 5.1.1 user unknown", true)]
    [InlineData("smtp; 550 user unknown", true)]
    [InlineData("No such user here", true)]
    [InlineData("Return-Path: <>\nSubject: failure", false)]
    [InlineData("From MAILER-DAEMON Thu Jul  2 12:05:05 2026\nSubject: failure", false)]
    [InlineData("", false)]
    public void A_pasted_text_is_an_answer_or_a_message(string text, bool isReply) => Assert.Equal(isReply, BounceInspector.IsReply(text));

    [Fact]
    public async Task A_persons_page_shows_their_bounces()
    {
        await BounceAsync("ann@example.com", "552 5.2.2 mailbox full");
        RenderProviders();
        var person = await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(db => db.Subscribers.SingleAsync(), default);
        Get<NavigationManager>().NavigateTo($"admin/subscribers/{person.Id}?tab=bounces");

        var page = Render<SubscriberPage>(parameters => parameters.Add(one => one.Id, person.Id));

        page.WaitForAssertion(() => Assert.Contains("552 5.2.2 mailbox full", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receivers_show_what_to_mend()
    {
        await BounceAsync("ann@gmail.com", "550 5.7.26 unauthenticated email is not accepted");
        RenderProviders();

        var page = Render<ReceiversPage>();

        page.WaitForAssertion(() => Assert.Contains("Sender not authenticated: 1 mail refused in 7 days.", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Publish an SPF record", page.Markup, StringComparison.Ordinal);
        Assert.Contains("asks to stay below 0.1% and never to reach 0.3%", page.Markup, StringComparison.Ordinal);
        Assert.Contains("type=policy&amp;reason=authentication&amp;domain=gmail.com", page.Markup, StringComparison.Ordinal);
    }

    private async Task GivenThreeAsync()
    {
        await BounceAsync("ann@example.com", "550 5.1.1 User unknown");
        await BounceAsync("bob@example.org", "550 5.7.1 blocked using a block list");
        await BounceAsync("cid@example.net", "552 5.2.2 mailbox full", source: "other");
    }

    private async Task<int> BounceAsync(string email, string answer, string source = "smtp", string? content = null)
    {
        await PersonAsync(email);
        var reading = BounceMailReader.ReadReply(answer, "RCPT", email, null);
        await Get<BounceRecorder>().RecordAsync(new BounceReport { Type = BounceReport.TypeOf(reading.Class), Source = source, Email = email, Reading = reading, Content = content }, default);
        return (await Get<BounceQueries>().PageAsync(new BounceFilter { Search = email }, new PageRequest(), default)).Results[0].Id;
    }

    private Task PersonAsync(string email) => Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
        db =>
        {
            db.Add(new Subscriber { Uuid = Guid.NewGuid(), Email = email, Name = "Pat", CreatedAt = At, UpdatedAt = At });
            return Task.CompletedTask;
        },
        default);
}
