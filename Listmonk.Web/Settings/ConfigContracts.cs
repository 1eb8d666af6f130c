using Listmonk.Core.Languages;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Settings;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Settings;

/// <summary>What a client learns of the installation before it does anything (spec/api.md 3).</summary>
[Example("""
    {
        "root_url": "https://news.example.com", "from_email": "News <news@example.com>",
        "public_subscription": {"enabled": true, "captcha_enabled": false, "captcha_provider": null, "captcha_key": null, "altcha_complexity": 0, "redirect_urls": null},
        "privacy": {"disable_tracking": false, "individual_tracking": true}, "media_provider": "filesystem", "messengers": ["email"],
        "langs": [{"code": "en", "name": "English"}], "lang": "en", "permissions": [{"group": "lists", "permissions": ["lists:get_all", "lists:manage_all"]}],
        "update": null, "needs_restart": false, "has_legacy_user": false, "version": "v1.0.0"
    }
    """)]
internal sealed record ConfigResponse(
    string RootUrl,
    string FromEmail,
    PublicSubscriptionConfig PublicSubscription,
    PrivacyConfig Privacy,
    string MediaProvider,
    IReadOnlyList<string> Messengers,
    IReadOnlyList<LanguageConfig> Langs,
    string Lang,
    IReadOnlyList<PermissionGroupConfig> Permissions,
    object? Update,
    bool NeedsRestart,
    bool HasLegacyUser,
    string Version)
{
    public static ConfigResponse Of(SettingsSnapshot settings, LanguageDirectory languages) => new(
        settings.RootUrl,
        settings.General.FromEmail,
        PublicSubscriptionConfig.Of(settings),
        new PrivacyConfig(settings.Privacy.DisableTracking, settings.Privacy.IndividualTracking),
        settings.Media.Provider,
        settings.MessengerNames,
        [.. languages.All.Select(pack => new LanguageConfig(pack.Code, pack.Name))],
        languages.Current.Code,
        [.. Core.Users.Permissions.Groups.Select(group => new PermissionGroupConfig(group.Group, group.Names))],
        Update: null,
        // Every change holds at once.
        NeedsRestart: false,
        HasLegacyUser: false,
        $"v{InstanceQueries.Version}");
}

internal sealed record PublicSubscriptionConfig(
    bool Enabled, bool CaptchaEnabled, string? CaptchaProvider, string? CaptchaKey, int AltchaComplexity, IReadOnlyList<string>? RedirectUrls)
{
    public static PublicSubscriptionConfig Of(SettingsSnapshot settings)
    {
        var captcha = settings.Security.Captcha;
        var urls = settings.Security.RedirectUrls.ToList();
        return new PublicSubscriptionConfig(
            settings.General.EnablePublicSubscriptionPage,
            captcha.Kind != CaptchaKind.None,
            captcha.Kind switch { CaptchaKind.Altcha => "altcha", CaptchaKind.Hcaptcha => "hcaptcha", _ => null },
            captcha.Kind == CaptchaKind.Hcaptcha ? captcha.Hcaptcha.Key : null,
            captcha.Kind == CaptchaKind.Altcha ? captcha.Altcha.Complexity : 0,
            urls.Count > 0 ? urls : null);
    }
}

internal sealed record PrivacyConfig(bool DisableTracking, bool IndividualTracking);

internal sealed record LanguageConfig(string Code, string Name);

internal sealed record PermissionGroupConfig(string Group, IReadOnlyList<string> Permissions);
