using System.Text.Json.Nodes;
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
    /// <summary>When both are on, ALTCHA wins.</summary>
    public static PublicSubscriptionConfig Of(SettingsSnapshot settings)
    {
        var captcha = JsonNode.Parse(settings.Values.GetValueOrDefault("security.captcha", "{}"));
        var isAltcha = captcha?["altcha"]?["enabled"]?.GetValue<bool>() == true;
        var isHcaptcha = !isAltcha && captcha?["hcaptcha"]?["enabled"]?.GetValue<bool>() == true;
        var urls = settings.Security.TrustedUrls.Where(url => url != "*").ToList();
        return new PublicSubscriptionConfig(
            settings.General.EnablePublicSubscriptionPage,
            isAltcha || isHcaptcha,
            isAltcha ? "altcha" : isHcaptcha ? "hcaptcha" : null,
            isHcaptcha ? captcha?["hcaptcha"]?["key"]?.ToString() : null,
            isAltcha ? captcha?["altcha"]?["complexity"]?.GetValue<int>() ?? 0 : 0,
            urls.Count > 0 ? urls : null);
    }
}

internal sealed record PrivacyConfig(bool DisableTracking, bool IndividualTracking);

internal sealed record LanguageConfig(string Code, string Name);

internal sealed record PermissionGroupConfig(string Group, IReadOnlyList<string> Permissions);
