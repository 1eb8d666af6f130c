using AngleSharp.Dom;
using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Listmonk.Tests.Settings;

public sealed class SettingsPagesTests : ComponentTest
{
    private SettingsSnapshot Current => Get<SettingsStore>().Current;

    [Fact]
    public void A_saved_value_holds_at_once_and_the_page_says_so()
    {
        RenderProviders();
        var page = Render<GeneralSettingsPage>();
        Field(page, "app.site_name").Change("Acme news");
        Assert.Contains("Not saved yet", page.Find(".saved-note").TextContent, StringComparison.Ordinal);
        Save(page);
        page.WaitForAssertion(() => Assert.Contains("Saved just now", page.Find(".saved-note").TextContent, StringComparison.Ordinal));
        Assert.Equal("Acme news", Current.General.SiteName);
    }

    [Fact]
    public void A_refused_value_is_explained_at_its_field_and_nothing_is_saved()
    {
        RenderProviders();
        var page = Render<GeneralSettingsPage>();
        Field(page, "app.root_url").Change("news.example.com");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal("app.root_url", page.Find(".field-errors button").GetAttribute("data-focus-field")));
        Assert.Equal("true", Field(page, "app.root_url").GetAttribute("aria-invalid"));
        Assert.Equal("http://localhost:9000", Current.RootUrl);
    }

    [Fact]
    public async Task A_file_of_settings_is_compared_first_and_then_taken_over()
    {
        var dialogs = RenderProviders();
        var page = Render<SettingsTransferPage>();

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("""{"app.site_name": "From the file", "vendor.extra": 1}""", "theirs.json"));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".settings-transfer tbody tr").Count));
        // What this version does not know is not chosen by itself.
        Assert.Contains("Take over 1 setting", page.Find("[data-action=apply]").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("[data-action=apply]").Click());
        await dialogs.InvokeAsync(() => dialogs.WaitForElement(".mud-dialog .mud-button-filled").Click());

        page.WaitForAssertion(() => Assert.Equal("From the file", Current.General.SiteName));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".settings-transfer")));
    }

    [Fact]
    public void Another_file_is_refused_with_what_is_expected()
    {
        RenderProviders();
        var page = Render<SettingsTransferPage>();

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("[]", "other.json"));

        page.WaitForAssertion(() => Assert.Contains("app.site_name", page.Find(".field-errors").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Off", true, false)]
    [InlineData("Anonymous", false, false)]
    [InlineData("Individual", false, true)]
    public void The_tracking_choice_sets_both_of_listmonks_switches(string level, bool isDisabled, bool isIndividual)
    {
        RenderProviders();
        var page = Render<PrivacySettingsPage>();
        page.Find($"input[type=radio][value={level}]").Change(level);
        Save(page);
        page.WaitForAssertion(() => Assert.Equal((isDisabled, isIndividual), (Current.Privacy.DisableTracking, Current.Privacy.IndividualTracking)));
    }

    [Fact]
    public void The_performance_page_tells_the_ceiling()
    {
        RenderProviders();
        var page = Render<PerformanceSettingsPage>();
        Field(page, "app.concurrency").Change("25");
        Field(page, "app.message_rate").Change("40");
        page.WaitForAssertion(() => Assert.Equal("1,000", page.Find(".panel-hint strong").TextContent));
    }

    [Fact]
    public async Task A_password_never_reaches_the_page_and_survives_a_save()
    {
        await StoreAsync(new SmtpServer { Uuid = "one", Host = "mail.example.com", AuthProtocol = "login", Username = "news", Password = "s3cret" });
        RenderProviders();
        var page = Render<SmtpServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        Field(page, "smtp[0].host").Change("mail2.example.com");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal(("mail2.example.com", "s3cret"), (Current.Smtp.Servers[0].Host, Current.Smtp.Servers[0].Password)));
    }

    [Fact]
    public async Task A_preset_fills_in_and_a_new_server_joins_the_others()
    {
        await StoreAsync(new SmtpServer { Uuid = "one", Host = "mail.example.com", Password = "s3cret" });
        RenderProviders();
        var page = Render<SmtpServerPage>();
        page.FindAll(".preset-row button").Single(button => button.TextContent == "Mailgun").Click();
        Save(page);
        await UntilAsync(() => Task.FromResult(Current.Smtp.Servers.Count == 2));
        Assert.Equal(["mail.example.com", "smtp.mailgun.org"], Current.Smtp.Servers.Select(server => server.Host));
        Assert.Equal("s3cret", Current.Smtp.Servers[0].Password);
    }

    [Fact]
    public async Task A_test_shows_what_the_server_said()
    {
        await using var smtp = FakeSmtpServer.Start().Answer("RCPT", "550 5.7.1 not from here");
        await StoreAsync(new SmtpServer { Uuid = "one", Host = "127.0.0.1", Port = smtp.Port, TlsType = "none" });
        RenderProviders();
        var page = Render<SmtpServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Field(page, "email").Change("ann@example.com");
        page.Find("[data-shortcut=test]").Click();
        page.WaitForAssertion(() => Assert.Contains("not from here", page.Find(".test-report").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_server_is_removed_after_a_question()
    {
        await StoreAsync(new SmtpServer { Uuid = "one", Host = "mail.example.com" });
        var dialogs = RenderProviders();
        var page = Render<SmtpSettingsPage>();
        page.Find("button[aria-label='Remove mail.example.com']").Click();
        dialogs.WaitForElement(".dialog-title");
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Remove the server").Click();
        page.WaitForAssertion(() => Assert.Empty(Current.Smtp.Servers));
        page.WaitForAssertion(() => Assert.Contains("No SMTP server yet", page.Markup, StringComparison.Ordinal));
    }

    private static IElement Field(IRenderedComponent<IComponent> page, string field) => page.Find($"[data-field='{field}']");

    private static void Save(IRenderedComponent<IComponent> page) => page.Find("[data-shortcut=save]").Click();

    private async Task StoreAsync(params SmtpServer[] servers) =>
        Assert.True((await Get<SettingsService>().SaveSectionAsync(new SmtpSettings { Servers = servers }, Actor.System, CancellationToken.None)).IsOk);
}
