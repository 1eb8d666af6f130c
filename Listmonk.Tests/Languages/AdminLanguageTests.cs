using Listmonk.Tests.Support;
using Listmonk.Web.Shell;

namespace Listmonk.Tests.Languages;

/// <summary>Which language an admin page is asked for.</summary>
public sealed class AdminLanguageTests(ListmonkApp app) : HttpTest(app)
{
    [Theory]
    [InlineData("zh-Hans;q=0.9, en;q=0.5", null, "zh-CN")]
    [InlineData("zh", "en", "en")]
    [InlineData("en", "zh-CN", "zh-CN")]
    [InlineData("fr", null, "en")]
    [InlineData(null, null, "en")]
    public async Task The_choice_goes_before_the_browser_and_the_browser_before_the_installation(string? browser, string? chosen, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/login");
        if (browser is not null)
        {
            request.Headers.Add("Accept-Language", browser);
        }

        if (chosen is not null)
        {
            request.Headers.Add("Cookie", $"{AdminLanguage.Cookie}={chosen}");
        }

        var page = await (await Anonymous.SendAsync(request)).Content.ReadAsStringAsync();

        Assert.Contains($"<html lang=\"{expected}\" dir=\"ltr\">", page, StringComparison.Ordinal);
        Assert.Contains(expected == "en" ? "Sign in" : "登录", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }
}
