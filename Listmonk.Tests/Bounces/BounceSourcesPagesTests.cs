using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;

namespace Listmonk.Tests.Bounces;

public sealed class BounceSourcesPagesTests : ComponentTest
{
    private SettingsSnapshot Current => Get<SettingsStore>().Current;

    [Fact]
    public async Task Secrets_of_services_never_reach_the_page_and_survive_a_save()
    {
        await Get<SettingsService>().SaveSectionAsync(new BounceProviderSettings { Postmark = new() { Enabled = true, Username = "pm", Password = "s3cret" }, Mailgun = new() { Enabled = true, Key = "k3y" } }, Actor.System, default);
        RenderProviders();
        var page = Render<BounceSourcesPage>();
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", page.Markup, StringComparison.Ordinal);
        Assert.Contains("/webhooks/service/mailgun", page.Markup, StringComparison.Ordinal);
        page.FindAll("input[data-field='bounce.postmark']").Single(input => input.GetAttribute("value") == "pm").Change("other");
        page.Find("button[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Equal(("other", "s3cret", "k3y"), (Current.BounceProviders.Postmark.Username, Current.BounceProviders.Postmark.Password, Current.BounceProviders.Mailgun.Key)));
    }

    [Fact]
    public void Bounce_handling_is_switched_on_with_its_rules_in_the_page()
    {
        RenderProviders();
        var page = Render<BounceSettingsPage>();
        page.Find("input[data-field='bounce.enabled']").Change(true);
        page.FindAll("input[data-field='bounce.actions']").First(input => input.GetAttribute("value") == "1").Change("0");
        page.Find("button[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Contains("between 1 and 1000", page.Markup, StringComparison.Ordinal));
        Assert.False(Current.Bounces.Enabled);

        page.FindAll("input[data-field='bounce.actions']").First(input => input.GetAttribute("value") == "0").Change("3");
        page.Find("button[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Equal((true, 3), (Current.Bounces.Enabled, Current.Bounces.Actions.Hard.Count)));
    }

    [Fact]
    public async Task A_mailbox_keeps_its_password_and_tells_what_is_wrong()
    {
        await Get<SettingsService>().SaveSectionAsync(new BounceMailboxSettings { Mailboxes = [new BounceMailbox { Uuid = "one", Host = "127.0.0.1", Username = "bounces", Password = "s3cret" }] }, Actor.System, default);
        RenderProviders();
        var page = Render<BounceMailboxPage>(parameters => parameters.Add(mailbox => mailbox.Uuid, "one"));
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        page.Find("input[data-field='bounce.mailboxes[0].scan_interval']").Change("10s");
        page.Find("button[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Contains("minimum 1 minute", page.Markup, StringComparison.Ordinal));
        page.Find("input[data-field='bounce.mailboxes[0].scan_interval']").Change("5m");
        page.Find("button[data-shortcut=save]").Click();
        page.WaitForAssertion(() => Assert.Equal(("5m", "s3cret"), (Current.BounceMailboxes.Mailboxes[0].ScanInterval, Current.BounceMailboxes.Mailboxes[0].Password)));
    }
}
