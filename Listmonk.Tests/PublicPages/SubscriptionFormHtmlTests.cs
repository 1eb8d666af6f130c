using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.PublicPages;
using Listmonk.Core.Settings;

namespace Listmonk.Tests.PublicPages;

[Trait("Kind", "Unit")]
public sealed class SubscriptionFormHtmlTests
{
    private static readonly PublicList News = new(1, Guid.Parse("11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), "Nouvelles “été” 夏", "", ListOptin.Single);
    private static readonly PublicList Hostile = new(2, Guid.Parse("11111111-bbbb-4bbb-8bbb-bbbbbbbbbbbb"), "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", ListOptin.Double);

    private static readonly SubscriptionForm Plain = new() { RootUrl = "https://news.example.com/path", Language = LanguageDirectory.English, Lists = [News, Hostile] };

    [Fact]
    public void The_form_posts_what_the_hosted_form_posts()
    {
        var document = Parse(SubscriptionFormHtml.Write(Plain));
        var form = Assert.IsAssignableFrom<IHtmlFormElement>(document.QuerySelector("form"));
        Assert.Equal(("post", "https://news.example.com/path/subscription/form"), (form.Method, form.GetAttribute("action")));
        Assert.Equal(["email", "name", "l", "l", "nonce"], document.QuerySelectorAll("[name]").Select(field => field.GetAttribute("name")));
        Assert.Equal([News.Uuid.ToString(), Hostile.Uuid.ToString()], document.QuerySelectorAll("[name=l]").Select(box => box.GetAttribute("value")));
        Assert.All(document.QuerySelectorAll("[name=l]"), box => Assert.True(box.HasAttribute("checked")));
        Assert.True(document.QuerySelector("[name=email]")!.HasAttribute("required"));
        Assert.True(document.QuerySelector("[name=nonce]")!.HasAttribute("hidden"));
        Assert.Equal("display: none", document.QuerySelector("[name=nonce]")!.GetAttribute("style"));
    }

    [Fact]
    public void Names_and_descriptions_are_text_and_nothing_else()
    {
        var html = SubscriptionFormHtml.Write(Plain with { Consent = "I <b>agree</b> & \"so on\"" });
        var document = Parse(html);
        Assert.Empty(document.QuerySelectorAll("script, img, b"));
        Assert.Contains("Nouvelles “été” 夏", html, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", document.QuerySelector("fieldset")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("I <b>agree</b> & \"so on\"", document.QuerySelector("form")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_visible_field_has_a_label_and_no_id_can_collide_with_the_sites()
    {
        var document = Parse(SubscriptionFormHtml.Write(Plain with { Consent = "Yes" }));
        Assert.Empty(document.QuerySelectorAll("[id]"));
        Assert.All(document.QuerySelectorAll("input:not([hidden]):not([type=hidden])"), field => Assert.NotNull(field.Closest("label")));
    }

    [Fact]
    public void The_choices_change_the_form()
    {
        var bare = Parse(SubscriptionFormHtml.Write(Plain with { AsksForName = false, Style = FormStyle.None }));
        Assert.Null(bare.QuerySelector("[name=name]"));
        Assert.Null(bare.QuerySelector("style"));
        Assert.Null(bare.QuerySelector("[name=next]"));
        Assert.Null(bare.QuerySelector("input[type=checkbox][required]"));

        var rich = Parse(SubscriptionFormHtml.Write(Plain with { Next = "https://shop.example/thanks?a=1&b=2", Consent = "Yes", Style = FormStyle.Dark }));
        Assert.Equal("https://shop.example/thanks?a=1&b=2", rich.QuerySelector("[name=next]")!.GetAttribute("value"));
        Assert.NotNull(rich.QuerySelector("input[type=checkbox][required]:not([name])"));
        Assert.Contains("color-scheme: dark", rich.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_captcha_that_is_on_comes_with_its_script()
    {
        var altcha = Parse(SubscriptionFormHtml.Write(Plain with { Captcha = new CaptchaProviders { Altcha = new AltchaSettings { Enabled = true } } }));
        Assert.Equal("https://news.example.com/path/api/public/captcha/altcha", altcha.QuerySelector("altcha-widget")!.GetAttribute("challengeurl"));
        Assert.Equal("https://news.example.com/path/js/altcha.js", altcha.QuerySelector("script")!.GetAttribute("src"));

        var hcaptcha = Parse(SubscriptionFormHtml.Write(Plain with { Captcha = new CaptchaProviders { Hcaptcha = new HcaptchaSettings { Enabled = true, Key = "site\"key", Secret = "s3cret" } } }));
        Assert.Equal("site\"key", hcaptcha.QuerySelector(".h-captcha")!.GetAttribute("data-sitekey"));
        Assert.StartsWith("https://js.hcaptcha.com/", hcaptcha.QuerySelector("script")!.GetAttribute("src"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", hcaptcha.Source.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preview_runs_no_script()
    {
        var preview = Parse(SubscriptionFormHtml.WritePreview(Plain with { Captcha = new CaptchaProviders { Altcha = new AltchaSettings { Enabled = true } } }));
        Assert.Empty(preview.QuerySelectorAll("script, altcha-widget"));
        Assert.Contains("I am not a robot", preview.Body!.TextContent, StringComparison.Ordinal);
    }

    private static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);
}
