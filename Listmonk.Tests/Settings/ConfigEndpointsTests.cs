using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Settings;

public sealed class ConfigEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Clients_learn_what_the_installation_offers()
    {
        await PutAsync("/api/settings/messengers", new[] { new { name = "hook", root_url = "https://hook.example.com", enabled = true } });
        await PutAsync("/api/settings/security.trusted_urls", new[] { "*", "https://shop.example.com" });
        await PutAsync("/api/settings/security.captcha", new { altcha = new { enabled = true, complexity = 5000 }, hcaptcha = new { enabled = true, key = "k" } });

        var config = await GetAsync("/api/config");

        Assert.Equal(["email", "hook"], config["messengers"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(("en", "English (en)"), (config["lang"]!.GetValue<string>(), config["langs"]![0]!["name"]!.GetValue<string>()));
        Assert.Equal("lists", config["permissions"]![0]!["group"]!.GetValue<string>());
        Assert.Null(config["update"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"enabled":true,"captcha_enabled":true,"captcha_provider":"altcha","captcha_key":null,"altcha_complexity":5000,"redirect_urls":["https://shop.example.com"]}"""),
            config["public_subscription"]));
    }

    [Fact]
    public async Task A_language_that_is_not_at_hand_is_English()
    {
        var texts = await GetAsync("/api/lang/xx");
        Assert.Equal("en", texts["_.code"]!.GetValue<string>());
        Assert.Equal("Subscriber | Subscribers", texts["globals.terms.subscriber"]!.GetValue<string>());
        await RefusalAsync(await Api.GetAsync("/api/lang/english"), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.GetAsync("/api/lang/e.n"), HttpStatusCode.BadRequest);
    }
}
