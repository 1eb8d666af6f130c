using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Auth;
using Listmonk.Web.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Listmonk.Tests.Auth.Passkeys;

/// <summary>The profile's list of passkeys, with a device in place of the browser's question.</summary>
public sealed class PasskeyPanelTests : ComponentTest
{
    private const string Panel = "[data-test=passkeys]";
    private const string Password = "Correct horse 1";
    private readonly TestAuthenticator _device = new() { Origin = "http://localhost" };
    private string? _fault;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Get<SettingsService>().SaveAsync(new() { ["app.root_url"] = "http://localhost" }, Actor.System, CancellationToken.None);
    }

    [Fact]
    public async Task One_is_added_renamed_and_removed_with_the_password()
    {
        var page = RenderPage();
        await AddAsync(page);
        page.WaitForAssertion(() => Assert.Contains("My key", page.Find($"{Panel} .row-name").TextContent, StringComparison.Ordinal));

        await ClickAsync(page, "button[aria-label='Rename My key']");
        await TypeAsync(page, "passkey_name", "Work laptop");
        await PressAsync(page, "Rename");
        page.WaitForAssertion(() => Assert.Contains("Work laptop", page.Find($"{Panel} .row-name").TextContent, StringComparison.Ordinal));

        await ClickAsync(page, "button[aria-label='Remove Work laptop']");
        await TypeAsync(page, "current_password", "wrong");
        await PressAsync(page, "Remove the passkey");
        page.WaitForAssertion(() => Assert.Contains("This is not your password.", page.Find(Panel).TextContent, StringComparison.Ordinal));
        await TypeAsync(page, "current_password", Password);
        await PressAsync(page, "Remove the passkey");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll($"{Panel} .row-name")));
    }

    [Fact]
    public async Task What_the_browser_refuses_is_told_and_the_form_stays()
    {
        _fault = "Nothing was chosen.";
        var page = RenderPage();
        await AddAsync(page);
        page.WaitForAssertion(() => Assert.Contains("Nothing was chosen.", page.Find(Panel).TextContent, StringComparison.Ordinal));
        Assert.NotNull(page.Find("[data-test=passkey-form]"));
    }

    [Fact]
    public async Task A_key_of_another_page_is_not_taken()
    {
        _device.Origin = "https://localhost";
        var page = RenderPage();
        await AddAsync(page);
        page.WaitForAssertion(() => Assert.Contains("could not be verified", page.Find(Panel).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_another_address_than_the_root_URL_the_page_says_where_to_go()
    {
        await Get<SettingsService>().SaveAsync(new() { ["app.root_url"] = "https://news.example.com" }, Actor.System, CancellationToken.None);
        var page = RenderPage();
        page.WaitForAssertion(() => Assert.Contains("Passkeys work at https://news.example.com only", page.Find(Panel).TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("Add a passkey", page.Find(Panel).TextContent, StringComparison.Ordinal);
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddScoped<PasskeyCeremony>();
        services.AddSingleton<IJSRuntime>(new BrowserDouble(Answer, JSInterop.JSRuntime));
    }

    protected override void Dispose(bool disposing)
    {
        _device.Dispose();
        base.Dispose(disposing);
    }

    private IRenderedComponent<ProfilePage> RenderPage()
    {
        RenderProviders();
        var page = Render<ProfilePage>();
        page.WaitForElement(Panel);
        return page;
    }

    /// <summary>What the script answers.</summary>
    private ProfilePage.PasskeyReply Answer(string options) => _fault is null ? new(_device.Create(options), null) : new(null, _fault);

    private static async Task AddAsync(IRenderedComponent<ProfilePage> page)
    {
        await PressAsync(page, "Add a passkey");
        await TypeAsync(page, "passkey_name", "My key");
        await TypeAsync(page, "current_password", Password);
        await PressAsync(page, "Create the passkey");
    }

    private static Task ClickAsync(IRenderedComponent<ProfilePage> page, string selector)
    {
        page.WaitForElement($"{Panel} {selector}");
        return page.InvokeAsync(() => page.Find($"{Panel} {selector}").Click());
    }

    private static Task PressAsync(IRenderedComponent<ProfilePage> page, string text) =>
        page.InvokeAsync(() => page.FindAll($"{Panel} .form-actions button").Single(button => button.TextContent.Trim() == text).Click());

    private static Task TypeAsync(IRenderedComponent<ProfilePage> page, string field, string text)
    {
        page.WaitForElement($"{Panel} [data-field={field}]");
        return page.InvokeAsync(() => page.Find($"{Panel} input[data-field={field}], {Panel} [data-field={field}] input").Input(text));
    }

    /// <summary>bUnit's browser, but for the module of passkeys.</summary>
    private sealed class BrowserDouble(Func<string, ProfilePage.PasskeyReply> answer, IJSRuntime others) : IJSRuntime, IJSObjectReference
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => (identifier, args) switch
        {
            ("import", ["./js/passkeys.js"]) => ValueTask.FromResult((TValue)(object)this),
            ("create", [string options]) => ValueTask.FromResult((TValue)(object)answer(options)),
            _ => others.InvokeAsync<TValue>(identifier, cancellationToken, args),
        };

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
