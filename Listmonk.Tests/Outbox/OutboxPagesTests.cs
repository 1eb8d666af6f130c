using System.Text;
using Bunit;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Tests.Support;
using Listmonk.Web.Outbox;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Outbox;

public sealed class OutboxPagesTests : ComponentTest
{
    private OutboxStore Store => Get<OutboxStore>();

    [Fact]
    public void An_empty_outbox_explains_itself()
    {
        RenderProviders();
        var page = Render<OutboxPage>();
        Assert.Contains("No mail was captured yet", page.Find(".empty-state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_that_arrives_appears_by_itself()
    {
        RenderProviders();
        var page = Render<OutboxPage>();
        Add("Hello Ann");
        page.WaitForAssertion(() => Assert.Equal("Hello Ann", page.Find("tbody a").TextContent));
    }

    [Fact]
    public void The_search_of_the_address_finds_by_subject()
    {
        Add("Spring sale");
        Add("Summer sale");
        RenderProviders();
        Get<NavigationManager>().NavigateTo("admin/outbox?search=spring");
        var page = Render<OutboxPage>();
        page.WaitForAssertion(() => Assert.Equal("Spring sale", Assert.Single(page.FindAll("tbody a")).TextContent));
    }

    [Fact]
    public void Clearing_asks_first()
    {
        Add("Hello");
        var dialogs = RenderProviders();
        var page = Render<OutboxPage>();
        page.Find(".page-actions button").Click();
        dialogs.WaitForElement(".dialog-title");
        Assert.Equal(1, Store.Count);
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Delete 1 mail").Click();
        page.WaitForAssertion(() => Assert.Equal(0, Store.Count));
    }

    [Fact]
    public void A_mail_is_shown_in_a_frame_without_scripts_whose_links_open_in_a_new_tab()
    {
        var id = Add("Hello");
        RenderProviders();
        var page = Render<OutboxMailPage>(parameters => parameters.Add(mail => mail.Id, id));
        var frame = page.WaitForElement("iframe");
        Assert.DoesNotContain("allow-scripts", frame.GetAttribute("sandbox"), StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", frame.GetAttribute("sandbox"), StringComparison.Ordinal);
        Assert.Contains("<head><base target=\"_blank\">", frame.GetAttribute("srcdoc"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", ".mail-source", "In plain words")]
    [InlineData("source", ".mail-source", "multipart/alternative")]
    [InlineData("headers", ".header-table", "Delivered-To")]
    public void Each_tab_has_an_address(string tab, string element, string text)
    {
        var id = Add("Hello");
        RenderProviders();
        Get<NavigationManager>().NavigateTo($"admin/outbox/{id}?tab={tab}");
        var page = Render<OutboxMailPage>(parameters => parameters.Add(mail => mail.Id, id));
        page.WaitForAssertion(() => Assert.Contains(text, page.Find(element).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deleting_goes_on_to_the_next_mail()
    {
        var older = Add("Older");
        var newer = Add("Newer");
        RenderProviders();
        var page = Render<OutboxMailPage>(parameters => parameters.Add(mail => mail.Id, newer));
        page.WaitForElement(".page-actions");
        page.FindAll("button").Single(button => button.TextContent.Trim() == "Delete").Click();
        await UntilAsync(() => Task.FromResult(Get<NavigationManager>().Uri.EndsWith($"admin/outbox/{older}", StringComparison.Ordinal)));
        Assert.Null(Store.Find(newer));
    }

    [Fact]
    public void A_mail_that_is_gone_says_so()
    {
        RenderProviders();
        var page = Render<OutboxMailPage>(parameters => parameters.Add(mail => mail.Id, 42));
        page.WaitForAssertion(() => Assert.Contains("This mail is gone", page.Markup, StringComparison.Ordinal));
    }

    private long Add(string subject)
    {
        var mime = $"""
            From: News <news@example.com>
            To: ann@example.com
            Subject: {subject}
            MIME-Version: 1.0
            Content-Type: multipart/alternative; boundary="b"

            --b
            Content-Type: text/plain

            In plain words.
            --b
            Content-Type: text/html

            <!doctype html><html><head></head><body><p>In <a href="https://example.com">HTML</a>.</p></body></html>
            --b--

            """.ReplaceLineEndings("\r\n");
        using var message = new OutboundMessage(Encoding.UTF8.GetBytes(mime))
        {
            EnvelopeFrom = "news@example.com",
            EnvelopeRecipients = ["ann@example.com"],
            FromAddress = "news@example.com",
            MessageId = $"{subject}@example.com",
        };
        return Store.Add(message).Id;
    }
}
