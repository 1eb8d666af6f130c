using AngleSharp.Dom;
using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Settings;

/// <summary>The pages that say how much mail goes where, and how it is signed.</summary>
public sealed class SendingSettingsPagesTests : ComponentTest
{
    private readonly FakeRecords _records = new();

    private SettingsSnapshot Current => Get<SettingsStore>().Current;

    private DkimKey Key => Current.Dkim.Keys.Single();

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ITextRecords>(_records);

    [Fact]
    public async Task A_servers_share_and_limits_are_saved_and_shown_in_the_list()
    {
        Assert.True((await Get<SettingsService>().SaveSectionAsync(
            new SmtpSettings { Servers = [new SmtpServer { Uuid = "one", Host = "mail.example.com" }] }, Actor.System, CancellationToken.None)).IsOk);
        RenderProviders();
        var page = Render<SmtpServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Field(page, "smtp[0].weight").Change("3");
        Field(page, "smtp[0].message_rate").Change("50");
        Field(page, "smtp[0].daily_limit").Change("20000");
        page.Find("[data-shortcut=save]").Click();

        page.WaitForAssertion(() => Assert.Equal((3, 50, 20_000), (Current.Smtp.Servers[0].Weight, Current.Smtp.Servers[0].MessageRate, Current.Smtp.Servers[0].DailyLimit)));
        var text = Render<SmtpSettingsPage>().Find(".server-card .muted").TextContent;
        Assert.Contains("50 a second · 20,000 in 24 hours · share 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_negative_limit_is_explained_at_its_field()
    {
        Assert.True((await Get<SettingsService>().SaveSectionAsync(
            new SmtpSettings { Servers = [new SmtpServer { Uuid = "one", Host = "mail.example.com" }] }, Actor.System, CancellationToken.None)).IsOk);
        RenderProviders();
        var page = Render<SmtpServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Field(page, "smtp[0].message_rate").Change("-1");
        page.Find("[data-shortcut=save]").Click();

        page.WaitForAssertion(() => Assert.Equal("smtp[0].message_rate", page.Find(".field-errors button").GetAttribute("data-focus-field")));
        Assert.Equal(0, Current.Smtp.Servers[0].MessageRate);
    }

    [Fact]
    public async Task Limits_of_domains_are_added_changed_and_removed()
    {
        RenderProviders();
        var page = Render<PerformanceSettingsPage>();
        var rows = Current.Sending.DomainLimits.Count;
        page.FindAll("button").Single(button => button.TextContent.Trim() == "Add a limit").Click();
        Field(page, $"app.domain_limits[{rows}].domains").Change("Gmail.com; googlemail.com");
        Field(page, $"app.domain_limits[{rows}].per_minute").Change("600");
        page.Find("[data-shortcut=save]").Click();

        page.WaitForAssertion(() => Assert.Equal(rows + 1, Current.Sending.DomainLimits.Count));
        Assert.Equal(["gmail.com", "googlemail.com"], Current.Sending.DomainLimits[^1].Domains);
        Assert.Equal(600, Current.Sending.DomainLimits[^1].PerMinute);

        await page.InvokeAsync(() => page.FindAll("button[aria-label='Remove this limit']")[^1].Click());
        await page.InvokeAsync(() => page.Find("[data-shortcut=save]").Click());
        page.WaitForAssertion(() => Assert.Equal(rows, Current.Sending.DomainLimits.Count));
    }

    [Fact]
    public void A_new_key_shows_its_record_signs_nothing_yet_and_keeps_its_private_half()
    {
        RenderProviders();
        var page = RenderKeys();

        Assert.False(Key.Enabled);
        Assert.Contains(DkimRecord.Name(Key), page.Markup, StringComparison.Ordinal);
        Assert.Contains(Key.PublicKey, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(Key.PrivateKey, page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the key's own", "The record is published.")]
    [InlineData("another key's", "not this key's")]
    [InlineData("nothing", "no record under this name")]
    [InlineData("silence", "No name server answered.")]
    public void A_look_at_the_DNS_says_what_it_found(string published, string answer)
    {
        RenderProviders();
        var page = RenderKeys();
        _records.Texts = published switch
        {
            "the key's own" => [DkimRecord.Value(Key)],
            "another key's" => ["v=DKIM1; k=rsa; p=AAAA"],
            "nothing" => [],
            _ => null,
        };

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Check DNS").Click();

        page.WaitForAssertion(() => Assert.Contains(answer, page.Find(".dkim-key [role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal(DkimRecord.Name(Key), _records.Asked);
    }

    [Fact]
    public void A_published_key_is_switched_on_at_once_and_another_one_after_a_question()
    {
        var dialogs = RenderProviders();
        var page = RenderKeys();
        _records.Texts = [];
        page.Find($"input[aria-label='Sign with {Key.Selector}']").Change(true);
        dialogs.WaitForElement(".dialog-title");
        Assert.False(Key.Enabled);
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Cancel").Click();
        page.WaitForAssertion(() => Assert.False(page.Find($"input[aria-label='Sign with {Key.Selector}']").HasAttribute("checked")));
        Assert.False(Key.Enabled);

        _records.Texts = [DkimRecord.Value(Key)];
        page.Find($"input[aria-label='Sign with {Key.Selector}']").Change(true);
        page.WaitForAssertion(() => Assert.True(Key.Enabled));
    }

    private IRenderedComponent<DkimSettingsPage> RenderKeys()
    {
        var page = Render<DkimSettingsPage>();
        Field(page, "dkim.keys[0].domain").Change("example.com");
        page.Find("[data-shortcut=new]").Click();
        page.WaitForAssertion(() => Assert.Single(Current.Dkim.Keys));
        page.WaitForElement(".dkim-key");
        return page;
    }

    private static IElement Field(IRenderedComponent<IComponent> page, string field) => page.Find($"[data-field='{field}']");

    private sealed class FakeRecords : ITextRecords
    {
        public IReadOnlyList<string>? Texts { get; set; } = [];

        public string? Asked { get; private set; }

        public Task<IReadOnlyList<string>?> ReadTextsAsync(string name, CancellationToken cancellationToken)
        {
            Asked = name;
            return Task.FromResult(Texts);
        }
    }
}
