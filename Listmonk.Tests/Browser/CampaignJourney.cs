using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>What a marketer does between signing in and reading the report.</summary>
internal static partial class CampaignJourney
{
    /// <summary>A newsletter as people paste them: tables, inline styles, a conditional comment, links with queries.</summary>
    public const string Newsletter =
        """
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f5f7">
          <tr><td align="center">
            <!--[if mso]><table width="600"><tr><td><![endif]-->
            <h1 style="font:700 26px Georgia">Hello {{ .Subscriber.FirstName }}, the orchard opens</h1>
            <p>Picking starts on Saturday.
              <a href="https://orchard.example/open?day=sat&amp;from=news" style="color:#0b5ed7">Opening hours</a></p>
            <p><a href="https://orchard.example/map">How to find us</a> · <a href="mailto:hello@orchard.example">Write to us</a></p>
            <!--[if mso]></td></tr></table><![endif]-->
          </td></tr>
        </table>
        """;

    public static async Task CreateListAsync(this IPage page, string name)
    {
        await page.GotoAsync("/admin/lists/new");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create list" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToContainTextAsync("New list");
    }

    public static async Task CreateSubscriberAsync(this IPage page, string email, string name, string list)
    {
        await page.GotoAsync("/admin/subscribers/new");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = list }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add subscriber" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(name);
    }

    /// <returns>The campaign's id.</returns>
    public static async Task<int> ComposeAsync(this IPage page, string name, string subject, string list, string source)
    {
        await page.GotoAsync("/admin/campaigns/new");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Subject").FillAsync(subject);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = list }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(CampaignAddress());

        await page.PasteSourceAsync(source);
        var preview = page.FrameLocator("iframe[title='Preview of the mail']");
        await Expect(preview.Locator("h1").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".saved-note")).ToContainTextAsync("Saved");
        return int.Parse(CampaignAddress().Match(page.Url).Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <param name="warned">The check before sending objects to something, and the marketer sends anyway.</param>
    public static async Task SendToOneAsync(this IPage page, bool warned = false)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Send…", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("1 person");
        if (warned)
        {
            await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "I have seen the warnings" }).CheckAsync();
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send to 1 person" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "1 of 1 done" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("took");
    }

    /// <returns>The mail's HTML as the outbox shows it.</returns>
    public static async Task<string> ReadCapturedMailAsync(this IPage page, string subject, string text)
    {
        await page.GotoAsync("/admin/outbox");
        await page.GetByRole(AriaRole.Link, new() { Name = subject }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(subject);
        var rendered = page.Locator("iframe").First.ContentFrame;
        await Expect(rendered.GetByText(text)).ToBeVisibleAsync();
        return await rendered.Locator("html").EvaluateAsync<string>("element => element.outerHTML");
    }

    public static List<string> TrackedUrls(string source, string kind) =>
        [.. Regex.Matches(source, $"https?://[^\"'<> ]+/track/{kind}/[A-Za-z0-9_-]+", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    public static ILocator Figure(this IPage page, string label) =>
        page.Locator(".stat-figure", new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator(".stat-value").First;

    [GeneratedRegex("/admin/campaigns/(?<id>[0-9]+)")]
    private static partial Regex CampaignAddress();
}
