using System.Net;
using System.Net.Http.Json;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;
using Listmonk.Web.Auth;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Auth.Passkeys;

/// <summary>The sign-in page's form, with a device that answers its question.</summary>
public sealed class PasskeySignInTests(ListmonkApp app) : HttpTest(app), IDisposable
{
    private const string Form = "form[data-passkey]";
    private const string Password = "pass word with blanks ";
    private readonly TestAuthenticator _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task A_passkey_stands_in_for_password_and_code()
    {
        var name = await PersonAsync();
        await UseTwoFactorAsync(name);
        var browser = App.Browser();
        var done = await SignInAsync(browser, "?next=%2Fadmin%2Flists%3Fq%3D1");
        Assert.Equal("/admin/lists?q=1", done.Headers.Location!.ToString());
        Assert.Equal(name, (await DataAsync(await browser.GetAsync("/api/profile")))["username"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_page_says_why_it_did_not_work_and_nobody_is_signed_in()
    {
        await PersonAsync();
        _device.VerifiesUser = false;
        var browser = App.Browser();
        Assert.Equal("/admin/login?next=%2Fadmin%2Flists", (await SignInAsync(browser, "?next=%2Fadmin%2Flists")).Headers.Location!.ToString());
        Assert.Contains("did not work", await browser.GetStringAsync("/admin/login"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/profile")).StatusCode);

        foreach (var (field, value) in new[] { ("state", "made up"), ("credential", "{}"), ("credential", "no JSON") })
        {
            Assert.Equal("/admin/login", (await browser.PostFormAsync("/admin/login", Form, (field, value))).Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task Another_sites_form_signs_nobody_in()
    {
        await PersonAsync();
        var page = HtmlForm.Find(await App.Browser().GetStringAsync("/admin/login"), Form);
        var browser = App.Browser();
        using var form = page.With(("credential", _device.Get(Options(await App.Browser().GetStringAsync("/admin/login")))));
        Assert.Equal("/admin/login", (await browser.PostAsync("/admin/login/passkey", form)).Headers.Location!.ToString());
        Assert.Contains("The page was too old", await browser.GetStringAsync("/admin/login"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_of_another_page_is_no_answer()
    {
        await PersonAsync();
        var browser = App.Browser();
        var answer = _device.Get(Options(await browser.GetStringAsync("/admin/login")));
        Assert.Equal("/admin/login", (await browser.PostFormAsync("/admin/login", Form, ("credential", answer))).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Where_the_root_URL_allows_none_the_page_offers_none()
    {
        await PersonAsync();
        Assert.Contains("data-passkey", await Anonymous.GetStringAsync("/admin/login"), StringComparison.Ordinal);
        await PutAsync("/api/settings/app.root_url", "http://news.example.com");
        try
        {
            Assert.DoesNotContain("data-passkey", await Anonymous.GetStringAsync("/admin/login"), StringComparison.Ordinal);
        }
        finally
        {
            await PutAsync("/api/settings/app.root_url", "http://localhost:9000");
        }
    }

    private static string Options(string page) => HtmlForm.Find(page, Form).Data["passkey"];

    private async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string query = "")
    {
        var page = await browser.GetStringAsync("/admin/login" + query);
        var form = HtmlForm.Find(page, Form);
        using var content = form.With(("credential", _device.Get(Options(page))));
        return await browser.PostAsync("/" + form.Action, content);
    }

    /// <summary>Somebody with the device's key.</summary>
    private async Task<string> PersonAsync()
    {
        var name = $"p{Guid.NewGuid():N}";
        var id = (await PostAsync("/api/users", new { username = name, type = "user", status = "enabled", email = $"{name}@users.example", password_login = true, password = Password, user_role_id = 1 }))["id"]!.GetValue<int>();
        using var scope = App.Services.CreateScope();
        var ceremony = scope.ServiceProvider.GetRequiredService<PasskeyCeremony>();
        var asked = await ceremony.AskForNewAsync((await App.Services.GetRequiredService<UserQueries>().FindAsync(id, Actor.System, default)).Value);
        var made = await ceremony.FinishNewAsync(_device.Create(asked.Options), asked.State);
        var actor = App.Services.GetRequiredService<UserDirectory>().Find(id)!.Actor;
        Assert.True((await App.Services.GetRequiredService<PasskeyService>().AddAsync(made.Value, "Laptop", new PasskeyProof(Password, null), actor, default)).IsOk);
        return name;
    }

    private async Task UseTwoFactorAsync(string name)
    {
        var browser = App.Browser();
        await browser.SignInAsync(name, Password);
        var secret = (await DataAsync(await browser.GetAsync("/api/users/1/twofa/totp")))["secret"]!.GetValue<string>();
        await DataAsync(await browser.PutAsJsonAsync("/api/users/1/twofa", new { code = TotpCode.Compute(secret, TotpCode.Step(TimeProvider.System.GetUtcNow())) }));
    }
}
