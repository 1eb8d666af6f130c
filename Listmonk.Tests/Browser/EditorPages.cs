using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>What a person does with the editors of the composer.</summary>
internal static class EditorPages
{
    /// <summary>Replaces the text of the code editor as a paste does.</summary>
    public static async Task PasteSourceAsync(this IPage page, string text)
    {
        await Expect(page.Locator(".code-editor[data-ready]")).ToBeVisibleAsync();
        var input = page.Locator(".code-editor .monaco-editor textarea").First;
        await input.FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await input.EvaluateAsync(
            """
            (input, text) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/plain", text);
              input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
            }
            """,
            text);
    }

    /// <summary>The body of the rich-text editor, once it can be edited.</summary>
    public static async Task<ILocator> RichTextAsync(this IPage page)
    {
        await Expect(page.Locator(".rich-editor[data-ready]")).ToBeVisibleAsync();
        return page.FrameLocator("iframe.rich-frame").Locator("body");
    }

    public static async Task ChooseFormatAsync(this IPage page, string format)
    {
        await page.Locator(".mud-select", new() { HasText = "Format" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = format, Exact = true }).ClickAsync();
    }

    public static ILocator Preview(this IPage page) => page.FrameLocator("iframe[title='Preview of the mail']").Locator("body");

    public static Task ExpectSavedAsync(this IPage page) => Expect(page.Locator(".saved-note")).ToContainTextAsync("Saved");
}
