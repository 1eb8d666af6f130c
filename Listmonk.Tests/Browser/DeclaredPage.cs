using System.Reflection;
using Listmonk.Web.PublicPages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>A page as the program declares it, so that tests over all pages see a new one by themselves.</summary>
internal sealed record DeclaredPage(Type Type, string Template)
{
    public static IReadOnlyList<DeclaredPage> All { get; } = [.. typeof(LandingView).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => new DeclaredPage(type, route.Template)))
        .OrderBy(page => page.Template, StringComparer.Ordinal)];

    public bool IsOpen => Type.IsDefined(typeof(AllowAnonymousAttribute));

    /// <summary>Opens every page of the admin area for somebody who is signed in, one after the other, and looks at each when it is there.</summary>
    public static async Task VisitAdminPagesAsync(IPage page, Func<string, string> pathOf, Func<string, Task> look)
    {
        Type? shown = null;
        foreach (var (type, template) in All.Where(one => !one.IsOpen))
        {
            var path = pathOf(template);
            if (shown is null || type == shown)
            {
                await page.GotoAsync(path);
            }
            else
            {
                // As a click on a link does: much faster than to load everything anew.
                await page.EvaluateAsync("path => { document.querySelector('h1').dataset.before = ''; Blazor.navigateTo(path); }", path);
            }

            shown = type;
            await Expect(page.Locator("body[data-interactive]")).ToBeAttachedAsync();
            await Expect(page.Locator("h1:not([data-before])")).ToHaveCountAsync(1);
            await Expect(page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
            await look(path);
        }
    }
}
