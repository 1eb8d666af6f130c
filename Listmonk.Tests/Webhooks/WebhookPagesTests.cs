using Bunit;
using Listmonk.Core.Webhooks;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;

namespace Listmonk.Tests.Webhooks;

public sealed class WebhookPagesTests : ComponentTest
{
    [Fact]
    public void Without_webhooks_the_page_says_what_one_is_for()
    {
        var page = Render<WebhooksSettingsPage>();

        page.WaitForAssertion(() => Assert.Contains("No webhook yet", page.Markup, StringComparison.Ordinal));
        Assert.Contains("admin/settings/webhooks/new", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_webhook_needs_an_event_and_is_then_listed()
    {
        RenderProviders();
        var page = Render<WebhookPage>();
        page.Find("input[data-field=name], [data-field=name] input").Change("Shop");
        page.Find("input[data-field=url], [data-field=url] input").Change("https://shop.example/");
        await page.Find("button[data-shortcut=save]").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("Choose at least one event", page.Markup, StringComparison.Ordinal));

        page.FindAll(".webhook-event input")[1].Change(true);
        await page.Find("button[data-shortcut=save]").ClickAsync(new());

        await UntilAsync(async () => (await Get<WebhookQueries>().AllAsync(default)).Count == 1);
        var list = Render<WebhooksSettingsPage>();
        list.WaitForAssertion(() => Assert.Contains("message.clicked", list.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_shows_answers_and_sends_once_more()
    {
        var id = (await Get<WebhookService>().CreateAsync(new WebhookDraft("Shop", "http://127.0.0.1:9/", [WebhookEvents.Opened]), default)).Value;
        Assert.True((await Get<WebhookService>().TestAsync(id, default)).IsOk);
        RenderProviders();

        var page = Render<WebhookLogPage>(parameters => parameters.Add(log => log.Id, id));

        page.WaitForAssertion(() => Assert.Contains("private network", page.Markup, StringComparison.Ordinal));
        await page.FindAll("tbody button").Single().ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("waiting", page.Markup, StringComparison.Ordinal));
    }
}
