using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>Every editor of the composer: write, leave, come back, send; and two people at the same draft.</summary>
[Trait("Kind", "Browser")]
public sealed class EditorJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 30_000;

    [Fact]
    public async Task A_campaign_written_in_each_editor_is_the_same_when_reopened_and_arrives()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        try
        {
            await using var context = await SignedInAsync(server);
            var page = await context.NewPageAsync();
            await WriteHtmlAsync(page);
            await WriteRichTextAsync(page);
            await WriteMarkdownAsync(page);
            await WritePlainTextAsync(page);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    [Fact]
    public async Task Two_people_at_one_draft_see_each_other_and_choose()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        try
        {
            await using var context = await SignedInAsync(server);
            var first = await context.NewPageAsync();
            var id = await CreateAsync(first, "markdown", "The start\n");
            var second = await context.NewPageAsync();
            await OpenAsync(first, id);
            await OpenAsync(second, id);

            // Without changes of one's own, the other's are simply there.
            await TypeAtEndAsync(second, "from the second");
            await second.ExpectSavedAsync();
            await Expect(first.Preview()).ToContainTextAsync("from the second");

            // Half-written code cannot be stored: the second keeps changes while the first stores.
            await TypeAtEndAsync(second, "\nmine {{ ");
            await Expect(second.Locator(".saved-note")).ToContainTextAsync("Not saved");
            await TypeAtEndAsync(first, "\nfrom the first");
            await first.ExpectSavedAsync();
            var conflict = second.GetByRole(AriaRole.Alert).Filter(new() { HasText = "changed this campaign" });
            await Expect(conflict).ToBeVisibleAsync();

            await conflict.GetByRole(AriaRole.Button, new() { Name = "See the differences" }).ClickAsync();
            var dialog = second.GetByRole(AriaRole.Dialog);
            await Expect(dialog.Locator(".difference-onlyfirst")).ToContainTextAsync("from the first");
            await Expect(dialog.Locator(".difference-onlysecond")).ToContainTextAsync("mine");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

            await conflict.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
            await Expect(conflict).ToBeHiddenAsync();
            await Expect(second.Locator(".code-editor .view-lines")).ToContainTextAsync("first");
            await Expect(second.Locator(".code-editor .view-lines")).Not.ToContainTextAsync("mine");
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    [Fact]
    public async Task Words_typed_while_the_server_was_away_are_kept_by_the_browser()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        try
        {
            await using var context = await SignedInAsync(server);
            var page = await context.NewPageAsync();
            var id = await CreateAsync(page, "html", "<p>Stored</p>");
            await OpenAsync(page, id);
            await server.KillAsync();
            await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
            await TypeAtEndAsync(page, "<p>Typed in the dark</p>");
            await page.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => key.startsWith('listmonk.draft.') && localStorage[key].includes('in the dark'))");

            await using var again = new ServerProcess(server.Port) { DataFolder = server.DataFolder };
            await again.StartAsync();
            await OpenAsync(page, id);
            await page.GetByRole(AriaRole.Button, new() { Name = "Put it back" }).ClickAsync();
            await page.ExpectSavedAsync();
            Assert.Contains("Typed in the dark", await BodyAsync(page, id), StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    [Fact]
    public async Task Words_typed_while_the_connection_was_cut_reach_the_server_once_it_is_back()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        try
        {
            await using var context = await SignedInAsync(server);
            var page = await context.NewPageAsync();
            var id = await CreateAsync(page, "html", "<p>Stored</p>");
            var connections = new List<IWebSocketRoute>();
            var isCut = false;
            await page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
            {
                if (isCut)
                {
                    _ = socket.CloseAsync();
                    return;
                }

                socket.ConnectToServer();
                connections.Add(socket);
            });
            // Nor by the other ways that the script tries.
            await page.RouteAsync(new Regex("/_blazor/negotiate"), route => isCut ? route.AbortAsync() : route.ContinueAsync());
            await OpenAsync(page, id);

            isCut = true;
            await connections[^1].CloseAsync();
            await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
            await page.GetByLabel("Subject").FillAsync("Thought of in the tunnel");
            await TypeAtEndAsync(page, "<p>Typed in the tunnel</p>");
            // Kept by the browser, and in the same moment reported in vain.
            await page.WaitForFunctionAsync("() => Object.values(localStorage).some(draft => draft.includes('in the tunnel'))");
            isCut = false;
            await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();

            await Polling.UntilAsync(async () => (await BodyAsync(page, id)).Contains("Typed in the tunnel", StringComparison.Ordinal));
            await Polling.UntilAsync(async () => await FieldAsync(page, id, "subject") == "Thought of in the tunnel");
            Assert.True(connections.Count > 1);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    /// <summary>Completion, error markers, tidying; a body far above the 32 KB of one message travels whole.</summary>
    private static async Task WriteHtmlAsync(IPage page)
    {
        var id = await CreateAsync(page, "html", "<p>Old</p>");
        await OpenAsync(page, id);
        await page.PasteSourceAsync("<p>Hi {{ .Subscriber.Fir");
        await page.Keyboard.PressAsync("Control+Space");
        await Expect(page.Locator(".suggest-widget.visible")).ToContainTextAsync(".Subscriber.FirstName");
        await page.Keyboard.PressAsync("Escape");
        await page.PasteSourceAsync("<p>\n{{ nosuch }}</p>");
        await Expect(page.Locator(".code-editor-faults")).ToContainTextAsync("Line 2, column 4");
        await Expect(page.Locator(".squiggly-error")).ToBeVisibleAsync();

        var body = "<table><tr><td><a href=\"{{ TrackLink \"https://orchard.example/\" }}\">Orchard</a> {{ .Subscriber.FirstName }}</td></tr></table>\n"
            + string.Concat(Enumerable.Range(0, 1500).Select(line => $"<p>Line {line} of a long newsletter, with an ü</p>\n"));
        await page.PasteSourceAsync(body);
        await page.ExpectSavedAsync();
        Assert.Equal(body, await BodyAsync(page, id));
        await page.PasteSourceAsync("<table><tr><td><a href=\"{{ TrackLink \"https://orchard.example/\" }}\">Orchard</a> {{ .Subscriber.FirstName }}</td></tr></table>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Tidy the HTML" }).ClickAsync();
        const string tidy = "<table>\n  <tr>\n    <td><a href=\"{{ TrackLink \"https://orchard.example/\" }}\">Orchard</a> {{ .Subscriber.FirstName }}</td>\n  </tr>\n</table>\n";
        await Polling.UntilAsync(async () => await BodyAsync(page, id) == tidy);
        await ReopenAndSendAsync(page, id, "Orchard");
        Assert.Equal(tidy, await BodyAsync(page, id));
    }

    /// <summary>Formatting, a tracked link, a field, a table; what a browser cannot hold comes back letter by letter.</summary>
    private static async Task WriteRichTextAsync(IPage page)
    {
        const string kept =
            "<!--[if mso]><p>Outlook</p><![endif]-->\n<table width=\"100%\">{{ range .Subscriber.Attribs.items }}<tr><td title=\"{{ . | default \"x\" }}\">{{ . }}</td></tr>{{ end }}</table>\n"
            + "<p>{{ if lt 1 2 }}Less &amp; more{{ end }}</p>";
        var id = await CreateAsync(page, "richtext", kept + "<p>Write here</p>");
        await OpenAsync(page, id);
        var body = await page.RichTextAsync();
        await body.GetByText("Write here").ClickAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync(" now ");
        await page.Keyboard.PressAsync("Control+B");
        await page.Keyboard.TypeAsync("boldly");
        await page.Keyboard.PressAsync("Control+B");
        await page.Keyboard.TypeAsync(" ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Field" }).ClickAsync();
        await page.GetByLabel("Search fields and functions").FillAsync("LastName");
        await page.GetByLabel("Search fields and functions").PressAsync("Enter");
        await Expect(body.Locator(".lm-chip").Last).ToHaveTextAsync(".Subscriber.LastName");

        await body.GetByText("boldly").DblClickAsync();
        await page.Keyboard.PressAsync("Control+K");
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("orchard.example/map");
        await page.GetByLabel("Count clicks on this link").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the link" }).ClickAsync();
        await Expect(body.Locator("a")).ToHaveAttributeAsync("href", "https://orchard.example/map@TrackLink");
        await Polling.UntilAsync(async () => (await BodyAsync(page, id)).Contains("map@TrackLink", StringComparison.Ordinal));

        var stored = await BodyAsync(page, id);
        Assert.StartsWith(kept + "<p>Write here", stored, StringComparison.Ordinal);
        Assert.Contains("{{ .Subscriber.LastName }}", stored, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://orchard.example/map@TrackLink\">", stored, StringComparison.Ordinal);

        await ReopenAndSendAsync(page, id, "boldly");
        Assert.Equal(stored, await BodyAsync(page, id));
    }

    /// <summary>Shortcuts, live preview, and the way to HTML and back out of the question.</summary>
    private static async Task WriteMarkdownAsync(IPage page)
    {
        var id = await CreateAsync(page, "markdown", "# Old\n");
        await OpenAsync(page, id);
        await page.PasteSourceAsync("# Picking starts\n\nOn Saturday, {{ .Subscriber.FirstName }}, come early");
        await page.Keyboard.PressAsync("Control+Shift+ArrowLeft");
        await page.Keyboard.PressAsync("Control+B");
        await Expect(page.Preview().Locator("strong")).ToHaveTextAsync("early");
        await page.ExpectSavedAsync();
        Assert.Equal("# Picking starts\n\nOn Saturday, {{ .Subscriber.FirstName }}, come **early**", await BodyAsync(page, id));

        // A lossy change of format asks, and a refusal changes nothing.
        await page.ChooseFormatAsync("HTML");
        await Expect(page.Locator(".code-editor .view-lines")).ToContainTextAsync("strong");
        await page.PasteSourceAsync("<p style=\"color: red\">Red</p>");
        await Expect(page.Preview()).ToContainTextAsync("Red");
        await page.ChooseFormatAsync("Markdown");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("colours, fonts and sizes");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".mud-select").Filter(new() { HasText = "Format" }).First).ToContainTextAsync("HTML");
        await page.ChooseFormatAsync("Markdown");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Convert the body" }).ClickAsync();
        await Polling.UntilAsync(async () => await BodyAsync(page, id) == "Red\n");
        await ReopenAndSendAsync(page, id, "Red");
        Assert.Equal("Red\n", await BodyAsync(page, id));
    }

    private static async Task WritePlainTextAsync(IPage page)
    {
        var id = await CreateAsync(page, "plain", "Old\n");
        await OpenAsync(page, id);
        await page.GetByLabel("Body", new() { Exact = true }).FillAsync("Dear {{ .Subscriber.FirstName }},\n\nO'Brien & sons sell <pears>.\n");
        await page.ExpectSavedAsync();
        await ReopenAndSendAsync(page, id, "O'Brien & sons sell <pears>.");
        Assert.Equal("Dear {{ .Subscriber.FirstName }},\n\nO'Brien & sons sell <pears>.\n", await BodyAsync(page, id));
    }

    private async Task<IBrowserContext> SignedInAsync(ServerProcess server)
    {
        var context = await fixture.Browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.Url, ViewportSize = new() { Width = 1400, Height = 1000 } });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.SignInAsync();
        var person = await page.APIRequest.PostAsync("/api/subscribers", Json(new JsonObject { ["email"] = "rosa@example.com", ["name"] = "Rosa Lima", ["lists"] = new JsonArray(1) }));
        Assert.True(person.Ok, await person.TextAsync());
        await page.CloseAsync();
        return context;
    }

    private static async Task<int> CreateAsync(IPage page, string contentType, string body)
    {
        var campaign = new JsonObject { ["name"] = $"By {contentType}", ["subject"] = $"Written as {contentType}", ["lists"] = new JsonArray(1), ["type"] = "regular", ["content_type"] = contentType, ["body"] = body };
        var response = await page.APIRequest.PostAsync("/api/campaigns", Json(campaign));
        Assert.True(response.Ok, await response.TextAsync());
        return JsonNode.Parse(await response.TextAsync())!["data"]!["id"]!.GetValue<int>();
    }

    private static async Task OpenAsync(IPage page, int id)
    {
        await page.GotoAsync($"/admin/campaigns/{id}");
        await Expect(page.Locator(".preview-size, .preview-frame").First).ToBeVisibleAsync();
        await Expect(page.Locator(".code-editor[data-ready], .rich-editor[data-ready], .code-editor[data-language=plain]")).ToBeVisibleAsync();
    }

    private static async Task TypeAtEndAsync(IPage page, string text)
    {
        await page.Locator(".code-editor .monaco-editor textarea").First.FocusAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.InsertTextAsync(text);
    }

    /// <summary>The stored body opens as it was, and opening it changes nothing; then it goes out, and the outbox has it.</summary>
    private static async Task ReopenAndSendAsync(IPage page, int id, string text)
    {
        await page.GotoAsync("/admin/campaigns");
        await OpenAsync(page, id);
        await Expect(page.Preview()).ToContainTextAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send…", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var acceptance = dialog.GetByRole(AriaRole.Checkbox);
        await Expect(acceptance.Or(dialog.GetByText("Checked, ready to send"))).ToBeVisibleAsync();
        if (await acceptance.IsVisibleAsync())
        {
            // What the pre-flight check says about such short mails has tests of its own.
            await acceptance.CheckAsync();
        }

        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^Send to") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("took");
        var mails = await page.APIRequest.GetAsync($"/api/campaigns/{id}");
        Assert.True(JsonNode.Parse(await mails.TextAsync())!["data"]!["sent"]!.GetValue<int>() > 0);
    }

    private static Task<string> BodyAsync(IPage page, int id) => FieldAsync(page, id, "body");

    private static async Task<string> FieldAsync(IPage page, int id, string name)
    {
        var response = await page.APIRequest.GetAsync($"/api/campaigns/{id}");
        return JsonNode.Parse(await response.TextAsync())!["data"]![name]!.GetValue<string>();
    }

    private static APIRequestContextOptions Json(JsonObject body) => new() { Data = body.ToJsonString(), Headers = [new("Content-Type", "application/json")] };
}
