using AngleSharp.Dom;
using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Auth.OpenId;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Settings;

public sealed class SecuritySettingsPageTests : ComponentTest
{
    private SecuritySettings Current => Get<SettingsStore>().Current.Security;

    [Fact]
    public async Task A_preset_fills_in_and_what_is_left_to_do_is_said_at_its_field()
    {
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        await page.InvokeAsync(() => page.FindAll(".preset-row button").Single(button => button.TextContent == "Microsoft").Click());
        Assert.Contains("tenant", page.Markup, StringComparison.Ordinal);
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal("true", Field(page, "security.oidc.provider_url").GetAttribute("aria-invalid")));

        await page.InvokeAsync(() => Field(page, "security.oidc.provider_url").Change("https://login.microsoftonline.com/acme/v2.0/.well-known/openid-configuration"));
        await page.InvokeAsync(() => Field(page, "security.oidc.client_id").Change("id"));
        await page.InvokeAsync(() => Field(page, "security.oidc.client_secret").Change("s3cret"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal(("https://login.microsoftonline.com/acme/v2.0", "Microsoft", "id", "s3cret"), (Current.OpenId.ProviderUrl, Current.OpenId.ProviderName, Current.OpenId.ClientId, Current.OpenId.ClientSecret)));
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_survives_a_save_of_something_else()
    {
        await StoreAsync(new SecuritySettings { OpenId = new OpenIdSettings { ProviderUrl = "https://id.example.com", ClientId = "id", ClientSecret = "s3cret" } });
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        await page.InvokeAsync(() => Field(page, "security.trusted_urls").Change("https://www.example.com/thanks\nhttps://shop.example.com"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal(["https://www.example.com/thanks", "https://shop.example.com"], Current.TrustedUrls));
        Assert.Equal("s3cret", Current.OpenId.ClientSecret);
    }

    [Fact]
    public async Task A_captcha_is_chosen_and_what_it_lacks_is_said_at_its_field()
    {
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        Assert.Empty(page.FindAll("[data-field='security.captcha_api']"));
        await page.InvokeAsync(() => page.Find("input[type=radio][value=Altcha]").Change("Altcha"));
        await page.InvokeAsync(() => Field(page, "security.captcha.altcha.complexity").Change("500"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal("true", Field(page, "security.captcha.altcha.complexity").GetAttribute("aria-invalid")));
        await page.InvokeAsync(() => Field(page, "security.captcha.altcha.complexity").Change("50000"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal((CaptchaKind.Altcha, 50_000), (Current.Captcha.Kind, Current.Captcha.Altcha.Complexity)));

        await page.InvokeAsync(() => page.Find("input[type=radio][value=Hcaptcha]").Change("Hcaptcha"));
        await page.InvokeAsync(() => Field(page, "security.captcha.hcaptcha.key").Change("site"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal("true", Field(page, "security.captcha.hcaptcha.secret").GetAttribute("aria-invalid")));
        await page.InvokeAsync(() => Field(page, "security.captcha.hcaptcha.secret").Change("s3cret"));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.Equal((CaptchaKind.Hcaptcha, "s3cret"), (Current.Captcha.Kind, Current.Captcha.Hcaptcha.Secret)));
        page.WaitForAssertion(() => Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal));

        await page.InvokeAsync(() => Field(page, "security.captcha_api").Change(true));
        await SaveAsync(page);
        page.WaitForAssertion(() => Assert.True(Current.CaptchaForApi));
        Assert.Equal("s3cret", Current.Captcha.Hcaptcha.Secret);
    }

    [Fact]
    public async Task New_people_need_a_role_and_a_door_that_is_open_to_the_world_is_pointed_out()
    {
        await StoreAsync(new SecuritySettings { OpenId = new OpenIdSettings { ProviderUrl = "https://accounts.google.com", ClientId = "id", AutoCreateUsers = true, DefaultUserRoleId = 7 } });
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        page.WaitForAssertion(() => Assert.Contains("Anybody in the world", page.Markup, StringComparison.Ordinal));
        await page.InvokeAsync(() => Field(page, "security.oidc_domains").Change("example.com"));
        page.WaitForAssertion(() => Assert.DoesNotContain("Anybody in the world", page.Markup, StringComparison.Ordinal));

        var refusal = await Get<SettingsService>().SaveSectionAsync(Current with { OpenId = Current.OpenId with { DefaultUserRoleId = null } }, Actor.System, CancellationToken.None);
        Assert.Equal("security.oidc.default_user_role_id", refusal.Errors.Single().Field);
    }

    [Fact]
    public async Task A_test_asks_the_provider_with_the_stored_secret()
    {
        await using var provider = await FakeOpenIdProvider.StartAsync();
        await StoreAsync(new SecuritySettings { OpenId = new OpenIdSettings { ProviderUrl = provider.Url, ClientId = FakeOpenIdProvider.ClientId, ClientSecret = FakeOpenIdProvider.ClientSecret } });
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        await TestAsync(page, "It accepts the client id and secret");

        await page.InvokeAsync(() => Field(page, "security.oidc.client_secret").Change("wrong"));
        await TestAsync(page, "does not accept the client id and secret");

        await page.InvokeAsync(() => Field(page, "security.oidc.provider_url").Change(provider.Url + "/nothing"));
        await TestAsync(page, "answered 404");
    }

    [Fact]
    public async Task The_stored_secret_goes_to_no_other_provider()
    {
        await using var provider = await FakeOpenIdProvider.StartAsync();
        await StoreAsync(new SecuritySettings { OpenId = new OpenIdSettings { ProviderUrl = "https://id.example.com", ClientId = FakeOpenIdProvider.ClientId, ClientSecret = FakeOpenIdProvider.ClientSecret } });
        RenderProviders();
        var page = Render<SecuritySettingsPage>();
        await page.InvokeAsync(() => Field(page, "security.oidc.provider_url").Change(provider.Url));
        await TestAsync(page, "does not accept the client id and secret");
    }

    private static async Task TestAsync(IRenderedComponent<IComponent> page, string expected)
    {
        await page.InvokeAsync(() => page.Find("[data-shortcut=test]").Click());
        page.WaitForAssertion(() => Assert.Contains(expected, page.Find(".test-row").TextContent, StringComparison.Ordinal));
    }

    private static IElement Field(IRenderedComponent<IComponent> page, string field) => page.Find($"[data-field='{field}']");

    private static Task SaveAsync(IRenderedComponent<IComponent> page) => page.InvokeAsync(() => page.Find("[data-shortcut=save]").Click());

    private async Task StoreAsync(SecuritySettings settings) => Assert.True((await Get<SettingsService>().SaveSectionAsync(settings, Actor.System, CancellationToken.None)).IsOk);
}
