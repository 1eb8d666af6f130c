using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Support;

/// <summary>Signing in with a true browser.</summary>
internal static class BrowserSignIn
{
    /// <summary>Signs in as the administrator and waits until the first page answers.</summary>
    public static async Task SignInAsync(this IPage page)
    {
        await page.GotoAsync("/admin/login");
        await page.FillAsync("#username", ListmonkApp.AdminUser);
        await page.FillAsync("#password", ListmonkApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.Locator("body[data-interactive]")).ToBeAttachedAsync();
    }
}
