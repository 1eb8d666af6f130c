using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Listmonk.Tests.Support;
using Listmonk.Web.PublicPages;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>
/// axe-core over every page of a filled installation, light on a desk and dark on a phone: no fault that keeps people from using them, and
/// nothing wider than the screen. The pages are those that the program declares, so that a new one is looked at too.
/// </summary>
[Trait("Kind", "Browser")]
public sealed class AccessibilityTests(BrowserFixture fixture, AccessibilityInstallation installation) : IClassFixture<BrowserFixture>, IClassFixture<AccessibilityInstallation>
{
    private const float Patience = 60_000;

    /// <summary>What is there only while a page is being put together (a theme that arrives, a list that loads) is no fault.</summary>
    private const int Looks = 10;

    private const int BetweenLooks = 500;

    /// <summary>What another theme and width can break; the rest was looked at on the desk.</summary>
    private const string PhoneRules = """["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]""";

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    [Fact]
    public async Task Pages_of_recipients()
    {
        var views = typeof(LandingView).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(LandingView).Namespace && type.IsAssignableTo(typeof(IComponent)) && type.Name.EndsWith("View", StringComparison.Ordinal))
            .Select(type => type.Name);
        Assert.Empty(views.Except(installation.PathsOfViews.Keys));

        await InspectAsync(async (page, isPhone) =>
        {
            var left = installation.PathsOfViews[nameof(LeftView)];
            var faults = await InspectAsync(page, isPhone, [.. installation.PathsOfViews.Values.Except([left]), "/subscription/no-such/address"]);
            await page.GotoAsync(installation.PathOfLeaving(isPhone));
            await page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Radio)).ToHaveCountAsync(4);
            return [.. faults, .. await FaultsAsync(page, isPhone, left)];
        });
    }

    [Fact]
    public Task Pages_for_signing_in() => InspectAsync((page, isPhone) => InspectAsync(page, isPhone, DeclaredPage.All.Where(one => one.IsOpen).Select(one => one.Template)));

    [Fact]
    public Task Pages_of_administrators() => InspectAsync(async (page, isPhone) =>
    {
        await page.SignInAsync();
        var faults = new List<string>();
        await DeclaredPage.VisitAdminPagesAsync(page, installation.PathOf, async path => faults.AddRange(await FaultsAsync(page, isPhone, path)));
        return faults;
    });

    [Fact]
    public Task The_command_palette_finds_and_opens_with_keys_alone() => InspectAsync(async (page, isPhone) =>
    {
        await page.SignInAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("dialog.palette")).ToBeVisibleAsync();
        var faults = await FaultsAsync(page, isPhone, "palette");
        await page.Keyboard.TypeAsync("dkim");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveTextAsync([new Regex("DKIM")]);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/admin/settings/dkim$"));
        await Expect(page.Locator("dialog.palette")).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search pages" })).ToHaveValueAsync("");
        await page.Keyboard.TypeAsync("john@example");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "john@example.com" })).ToHaveAttributeAsync("aria-selected", "true");
        faults.AddRange(await FaultsAsync(page, isPhone, "palette with a person"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog.palette")).ToBeHiddenAsync();
        return faults;
    });

    private static async Task<List<string>> InspectAsync(IPage page, bool isPhone, IEnumerable<string> paths)
    {
        var faults = new List<string>();
        foreach (var path in paths)
        {
            await page.GotoAsync(path);
            faults.AddRange(await FaultsAsync(page, isPhone, path));
        }

        return faults;
    }

    /// <summary>A preview's frame shows what somebody wrote, which is not ours to judge.</summary>
    private static async Task<List<string>> FaultsAsync(IPage page, bool isPhone, string path)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        if (await page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
        {
            await page.EvaluateAsync(Axe);
        }

        string[] found = [];
        for (var look = 0; look < Looks; look++)
        {
            found = await page.EvaluateAsync<string[]>(
                "axe.run(document, { " + (isPhone ? $"runOnly: {PhoneRules}, " : "") + """
                iframes: false, resultTypes: ["violations"] }).then(result => [
                  ...result.violations.filter(fault => fault.impact === "serious" || fault.impact === "critical")
                    .flatMap(fault => fault.nodes.map(node => `${fault.id}: ${node.html} ${node.any[0]?.message ?? ""}`)),
                  ...(document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth - innerWidth} px wider than the screen`] : []),
                ])
                """);
            if (found.Length == 0)
            {
                break;
            }

            await page.WaitForTimeoutAsync(BetweenLooks);
        }

        return [.. found.Select(fault => $"{path} ({(isPhone ? "dark, 400 px" : "light, 1280 px")}): {fault}")];
    }

    /// <summary>Desk and phone at the same time.</summary>
    private async Task InspectAsync(Func<IPage, bool, Task<List<string>>> inspect)
    {
        var faults = await Task.WhenAll(InspectAsync(isPhone: false), InspectAsync(isPhone: true));
        Assert.True(faults.All(some => some.Count == 0), string.Join(Environment.NewLine, faults.SelectMany(some => some).Take(60)));

        async Task<List<string>> InspectAsync(bool isPhone)
        {
            await using var context = await fixture.Browser.NewContextAsync(new()
            {
                BaseURL = installation.Server.Url,
                ColorScheme = isPhone ? ColorScheme.Dark : ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new() { Width = isPhone ? 400 : 1280, Height = 900 },
            });
            context.SetDefaultTimeout(Patience);
            SetDefaultExpectTimeout(Patience);
            var page = await context.NewPageAsync();
            try
            {
                return await inspect(page, isPhone);
            }
            catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
            {
                return [$"{page.Url}: {exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{installation.Server.Output}"];
            }
        }
    }
}
