using System.Globalization;
using Listmonk.Core.Auth.OpenId;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;

namespace Listmonk.Web.Settings;

/// <summary>Single sign-on, captcha and trusted addresses. Secrets never reach the page.</summary>
public sealed partial class SecuritySettingsPage
{
    private const string Microsoft = "https://login.microsoftonline.com/{TENANT}/v2.0";

    private static readonly (string Name, string Address)[] Presets =
    [
        ("Google", "https://accounts.google.com"), ("Microsoft", Microsoft), ("Apple", "https://appleid.apple.com"),
    ];

    private IReadOnlyList<RoleItem> _userRoles = [];
    private IReadOnlyList<RoleItem> _listRoles = [];
    private Outcome<string>? _tested;
    private bool _isTesting;

    private OpenIdSettings OpenId => Draft.OpenId;

    private bool HasSecret => Settings.Current.Security.OpenId.ClientSecret.Length > 0;

    private bool HasCaptchaSecret => Settings.Current.Security.Captcha.Hcaptcha.Secret.Length > 0;

    private string UnnamedName => (OpenId with { ProviderName = "" }).DisplayName;

    private string RedirectUrl => Settings.Current.RootUrl + OpenIdClient.CallbackPath;

    private string AddressHint => OpenId.ProviderUrl.Contains("{TENANT}", StringComparison.Ordinal)
        ? T["Put your directory (tenant) id in place of {TENANT}."]
        : OpenId.ProviderUrl.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            ? T["Without https, whoever sits between can sign in as anybody."]
            : T["The issuer: what stands before /.well-known/openid-configuration."];

    private bool IsOpenToTheWorld => Draft.OpenIdDomains.Count == 0
        && Uri.TryCreate(OpenId.ProviderUrl, UriKind.Absolute, out var address) && address.Host is "accounts.google.com" or "appleid.apple.com";

    protected override SecuritySettings Read(SettingsSnapshot settings) => settings.Security with
    {
        OpenId = settings.Security.OpenId with { ClientSecret = "" },
        Captcha = settings.Security.Captcha with { Hcaptcha = settings.Security.Captcha.Hcaptcha with { Secret = "" } },
    };

    protected override async Task OnPageInitializedAsync()
    {
        await base.OnPageInitializedAsync();
        (_userRoles, _listRoles) = (await RolesAsync(RoleType.User), await RolesAsync(RoleType.List));
    }

    /// <summary>Whoever may not see roles still sees the ids that are chosen.</summary>
    private async Task<IReadOnlyList<RoleItem>> RolesAsync(RoleType type) =>
        await Roles.AllAsync(type, Actor, Leaving) is { IsOk: true, Value: var roles } ? roles : [];

    private static IReadOnlyList<(string Value, string Text)> Choices(IReadOnlyList<RoleItem> roles, int? chosen) =>
    [
        .. roles.Select(role => (Text(role.Id), role.Name)),
        .. chosen is { } id && roles.All(role => role.Id != id) ? [(Text(id), T["Role {0}", id])] : Array.Empty<(string, string)>(),
    ];

    private static string Text(int? id) => id?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Id(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;

    private void Set(OpenIdSettings openId)
    {
        Draft = Draft with { OpenId = openId };
        _tested = null;
    }

    private async Task TestAsync()
    {
        _isTesting = true;
        try
        {
            _tested = await Test.TestAsync(OpenId, Actor, Leaving);
        }
        finally
        {
            _isTesting = false;
        }
    }
}
