using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Lists;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Lists;

public sealed class FormsPageTests : ComponentTest
{
    private string Address => Get<NavigationManager>().Uri;

    [Fact]
    public async Task Without_public_lists_the_page_says_how_to_make_one()
    {
        await AddListAsync("Secret", ListType.Private);
        RenderProviders();
        var page = Render<FormsPage>();
        page.WaitForAssertion(() => Assert.Contains("No public list yet", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(page.Find("a[href='admin/lists/new']"));
    }

    [Fact]
    public async Task Ticking_lists_writes_the_HTML_and_the_address()
    {
        var news = await AddListAsync("Cats & dogs", ListType.Public);
        var twice = await AddListAsync("Recipes", ListType.Public, ListOptin.Double);
        await AddListAsync("Secret", ListType.Private);
        RenderProviders();
        var page = Render<FormsPage>();
        page.WaitForAssertion(() => Assert.Contains("Choose at least one list", page.Markup, StringComparison.Ordinal));
        Assert.Equal(["single opt-in", "double opt-in"], page.FindAll(".list-picker-options .muted").Select(note => note.TextContent));
        Assert.DoesNotContain("Secret", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.FindAll(".list-picker-options input")[0].Change(true));
        page.WaitForAssertion(() => Assert.Contains(news.Uuid.ToString(), page.Find(".form-source").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.FindAll(".list-picker-options input")[1].Change(true));

        page.WaitForAssertion(() => Assert.Contains(twice.Uuid.ToString(), page.Find(".form-source").TextContent, StringComparison.Ordinal));
        Assert.EndsWith($"?list={news.Id}&list={twice.Id}", Address, StringComparison.Ordinal);
        Assert.Equal(page.Find(".form-source").TextContent, page.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Contains("Cats &amp; dogs", page.Find(".form-source").TextContent, StringComparison.Ordinal);
        Assert.Equal("", page.Find("iframe").GetAttribute("sandbox"));
    }

    [Fact]
    public async Task The_address_brings_every_choice_back_and_a_page_that_is_not_trusted_is_left_out()
    {
        var list = await AddListAsync("News", ListType.Public);
        await Get<SettingsService>().SaveSectionAsync(new SecuritySettings { TrustedUrls = ["*", "https://shop.example/thanks"] }, Actor.System, CancellationToken.None);
        RenderProviders();
        Get<NavigationManager>().NavigateTo($"admin/lists/forms?list={list.Id}&name=no&style=none&consent=Agreed&lang=zh-CN&next=https%3A%2F%2Fshop.example%2Fthanks");
        var page = Render<FormsPage>();
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".form-source")));
        var html = page.Find(".form-source").TextContent;
        Assert.Contains("value=\"https://shop.example/thanks\"", html, StringComparison.Ordinal);
        Assert.Contains("Agreed", html, StringComparison.Ordinal);
        Assert.Contains("订阅", html, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"name\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style>", html, StringComparison.Ordinal);

        await page.InvokeAsync(() => Get<NavigationManager>().NavigateTo($"admin/lists/forms?list={list.Id}&next=https%3A%2F%2Fevil.example%2F"));
        page.WaitForAssertion(() => Assert.DoesNotContain("name=\"next\"", page.Find(".form-source").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("evil", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_captcha_that_is_switched_on_meanwhile_appears_in_the_HTML()
    {
        var list = await AddListAsync("News", ListType.Public);
        RenderProviders();
        Get<NavigationManager>().NavigateTo($"admin/lists/forms?list={list.Id}");
        var page = Render<FormsPage>();
        page.WaitForAssertion(() => Assert.DoesNotContain("altcha", page.Find(".form-source").TextContent, StringComparison.Ordinal));
        await Get<SettingsService>().SaveSectionAsync(new SecuritySettings { Captcha = new CaptchaProviders { Altcha = new AltchaSettings { Enabled = true } } }, Actor.System, CancellationToken.None);
        page.WaitForAssertion(() => Assert.Contains("<altcha-widget", page.Find(".form-source").TextContent, StringComparison.Ordinal));
    }

    private async Task<ListItem> AddListAsync(string name, ListType type, ListOptin optin = ListOptin.Single) =>
        (await Get<ListService>().CreateAsync(new ListDraft { Name = name, Type = type, Optin = optin }, Actor.System, CancellationToken.None)).Value;
}
