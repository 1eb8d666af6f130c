using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>What the security settings must look like (spec/settings.md 5).</summary>
internal static class SecurityRules
{
    private const string OpenId = "security.oidc";
    private const string Captcha = "security.captcha";

    public static IEnumerable<FieldError> Check(SecuritySettings security)
    {
        foreach (var error in Check(security.OpenId))
        {
            yield return error;
        }

        foreach (var error in Check(security.Captcha))
        {
            yield return error;
        }

        foreach (var domain in security.OpenIdDomains.Where(domain => Uri.CheckHostName(domain) != UriHostNameType.Dns))
        {
            yield return new FieldError("security.oidc_domains", $"'{domain}' is no domain such as example.com.");
        }

        foreach (var url in security.TrustedUrls.Where(url => url != "*" && !IsWebAddress(url)))
        {
            yield return new FieldError("security.trusted_urls", $"Invalid data: invalid trusted URL: {url}");
        }
    }

    private static IEnumerable<FieldError> Check(OpenIdSettings openId)
    {
        if (openId.Enabled || openId.ProviderUrl.Length > 0)
        {
            if (!IsWebAddress(openId.ProviderUrl) || openId.ProviderUrl.IndexOfAny(['{', '}', '?', '#']) >= 0)
            {
                yield return new FieldError($"{OpenId}.provider_url", "The provider's address must begin with https:// and have nothing left to fill in, such as https://accounts.google.com.");
            }
        }

        if (openId.Enabled && openId.ClientId.Length == 0)
        {
            yield return new FieldError($"{OpenId}.client_id", "Enter the client id that the provider gave this application.");
        }

        if (openId is { AutoCreateUsers: true, DefaultUserRoleId: null })
        {
            yield return new FieldError($"{OpenId}.default_user_role_id", "Choose the user role of accounts that are made at the first sign-in.");
        }
    }

    /// <summary>A provider that is not in force may be half filled in, as listmonk's clients send it.</summary>
    private static IEnumerable<FieldError> Check(CaptchaProviders captcha)
    {
        if (captcha.Kind == CaptchaKind.Altcha && captcha.Altcha.Complexity is < AltchaSettings.LeastComplexity or > AltchaSettings.MostComplexity)
        {
            yield return new FieldError($"{Captcha}.altcha.complexity", $"The complexity must lie between {AltchaSettings.LeastComplexity} and {AltchaSettings.MostComplexity}.");
        }

        if (captcha.Kind == CaptchaKind.Hcaptcha && captcha.Hcaptcha.Key.Trim().Length == 0)
        {
            yield return new FieldError($"{Captcha}.hcaptcha.key", "Enter the site key of your account at hcaptcha.com.");
        }

        if (captcha.Kind == CaptchaKind.Hcaptcha && captcha.Hcaptcha.Secret.Trim().Length == 0)
        {
            yield return new FieldError($"{Captcha}.hcaptcha.secret", "Enter the secret of your account at hcaptcha.com.");
        }
    }

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
