namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>Which texts a captcha in a form shows, by their keys in the languages.</summary>
public static class CaptchaTexts
{
    public const string NeedsScripts = "public.captchaNeedsScripts";

    /// <summary>The attributes of our ALTCHA widget that hold its words.</summary>
    public static IReadOnlyList<(string Attribute, string Key)> Altcha { get; } =
    [
        ("data-label", "public.captchaLabel"),
        ("data-checking", "public.captchaChecking"),
        ("data-checked", "public.captchaChecked"),
        ("data-failed", "public.captchaRetry"),
    ];
}
