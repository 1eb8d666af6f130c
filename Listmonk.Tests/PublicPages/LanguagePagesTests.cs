using System.Net.Http.Headers;
using Listmonk.Core.Languages;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

/// <summary>Recipients are answered in their own language.</summary>
public sealed class LanguagePagesTests : HttpTest
{
    private const string Arabic = """{"_.code":"ar","_.name":"العربية","public.subTitle":"اشتراك","public.unsubTitle":"إلغاء الاشتراك"}""";

    public LanguagePagesTests(ListmonkApp app)
        : base(Prepared(app))
    {
    }

    [Fact]
    public async Task Whoever_is_known_is_answered_in_the_language_of_the_attributes_whatever_the_browser_says()
    {
        var person = await PostAsync("/api/subscribers", new { email = $"{Guid.NewGuid():N}@example.com", name = "李", attribs = new { language = "zh" } });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/subscription/{Guid.Empty}/{person["uuid"]}");
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));

        var page = await (await Anonymous.SendAsync(request)).Content.ReadAsStringAsync();

        Assert.Contains("<html lang=\"zh-CN\" dir=\"ltr\">", page, StringComparison.Ordinal);
        Assert.Contains(ChineseText("public.managePrefsInstead"), System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains($"<strong>{person["email"]}</strong>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_answered_in_the_language_of_the_browser_and_from_right_to_left_where_it_is_written_so()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/no-such-page");
        request.Headers.Add("Accept-Language", "fr;q=0.9, ar-EG;q=0.8, en;q=0.1");

        var page = await (await Anonymous.SendAsync(request)).Content.ReadAsStringAsync();

        Assert.Contains("<html lang=\"ar\" dir=\"rtl\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_wish_the_installation_decides() =>
        Assert.Contains("<html lang=\"en\" dir=\"ltr\">", await (await Anonymous.GetAsync("/no-such-page")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

    private string ChineseText(string key) => App.Services.GetRequiredService<LanguageDirectory>().Find("zh-CN").Find(key);

    private static ListmonkApp Prepared(ListmonkApp app)
    {
        var folder = Directory.CreateDirectory(Path.Combine(app.DataFolder, "languages")).FullName;
        File.WriteAllText(Path.Combine(folder, "ar.json"), Arabic);
        return app;
    }
}
