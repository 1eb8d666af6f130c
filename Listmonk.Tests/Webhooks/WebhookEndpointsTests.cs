using System.Net;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Webhooks;

public sealed class WebhookEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_webhook_is_made_tested_changed_and_removed()
    {
        var made = await PostAsync("/api/webhooks", new { name = "Shop", url = "http://127.0.0.1:9/hook", events = new[] { "message.clicked" } });
        var id = made["id"]!.GetValue<int>();
        Assert.StartsWith("whsec_", made["secrets"]![0]!.GetValue<string>(), StringComparison.Ordinal);

        var tested = await PostAsync($"/api/webhooks/{id}/test", new { });
        Assert.False(tested["delivered"]!.GetValue<bool>());
        Assert.Contains("private network", tested["answer"]!.GetValue<string>(), StringComparison.Ordinal);
        var log = await GetAsync($"/api/webhooks/{id}/messages?state=failed");
        Assert.Equal("webhook.test", log["results"]![0]!["type"]!.GetValue<string>());

        Assert.Equal(2, (await PostAsync($"/api/webhooks/{id}/secrets", new { }))["secrets"]!.AsArray().Count);
        await DataAsync(await Api.DeleteAsync($"/api/webhooks/{id}/secrets/1"));
        var changed = await PutAsync($"/api/webhooks/{id}", new { name = "Store", url = "https://shop.example/", events = new[] { "message.opened" }, enabled = false });
        Assert.Equal(("Store", false, 1), (changed["name"]!.GetValue<string>(), changed["enabled"]!.GetValue<bool>(), changed["secrets"]!.AsArray().Count));
        Assert.Equal(1, (await PostAsync($"/api/webhooks/{id}/replay", new { only_failed = true }))["count"]!.GetValue<int>());
        await DataAsync(await Api.DeleteAsync($"/api/webhooks/{id}"));
        await RefusalAsync(await Api.GetAsync($"/api/webhooks/{id}"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_fault_is_refused_with_its_field()
    {
        var answer = await Api.PostAsJsonAsync("/api/webhooks", new { name = "Shop", url = "nonsense", events = new[] { "message.clicked" } });

        Assert.Contains("https://", await RefusalAsync(answer, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }
}
