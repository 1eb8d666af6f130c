using Listmonk.Core;
using Listmonk.Core.Languages;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>A run through the whole administration by somebody who reads Chinese.</summary>
[Trait("Kind", "Browser")]
public sealed class ChineseAdminTests(BrowserFixture fixture, AccessibilityInstallation installation) : IClassFixture<BrowserFixture>, IClassFixture<AccessibilityInstallation>
{
    private const float Patience = 60_000;

    /// <summary>The texts on the page that stand there in English although there is a translation; code and mails are nobody's to translate.</summary>
    private const string LeftInEnglish = """
        texts => {
          const known = new Set(texts), left = new Set();
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const text = walker.currentNode.textContent.trim();
            if (known.has(text) && !walker.currentNode.parentElement.closest("script, style, code, pre, .mono, textarea")) left.add(text);
          }
          return [...left];
        }
        """;

    [Fact]
    public async Task Each_page_is_in_the_language_that_was_chosen_in_the_account_menu()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        // Lower-case words may be what somebody wrote, such as a tag.
        var english = database.Get<LanguageDirectory>().Find("zh-CN").AdminTexts
            .Where(text => text.Key != text.Value && text.Key != "Shop" && (char.IsUpper(text.Key[0]) || text.Key.Contains(' ', StringComparison.Ordinal))).Select(text => text.Key).ToArray();
        await using var context = await fixture.Browser.NewContextAsync(new() { BaseURL = installation.Server.Url, ReducedMotion = ReducedMotion.Reduce, Locale = "en-US" });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.SignInAsync();
        await page.Locator(".account-button").ClickAsync();
        await page.Locator("button[name=language][value=zh-CN]").ClickAsync();
        await Expect(page.Locator("html[lang=zh-CN] h1")).ToHaveTextAsync("仪表板");

        var left = new List<string>();
        // The reference of the API is written for programmers, in English.
        await DeclaredPage.VisitAdminPagesAsync(page, installation.PathOf, async path =>
        {
            await Expect(page.Locator("html[lang=zh-CN]")).ToHaveCountAsync(1);
            if (path == "/admin/api")
            {
                return;
            }

            left.AddRange((await page.EvaluateAsync<string[]>(LeftInEnglish, english)).Select(text => $"{path}: {text}"));
        });

        Assert.True(left.Count == 0, string.Join(Environment.NewLine, left));
    }
}
