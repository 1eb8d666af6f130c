using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>Who gets in, and which other sites may work with this one (spec/settings.md 2.4).</summary>
public sealed record SecuritySettings
{
    [JsonPropertyName("security.oidc")]
    public OpenIdSettings OpenId { get; init; } = new();

    /// <summary>Ours: domains whose people get an account by signing in; empty means every domain. A key of its own, so that clients of listmonk's API cannot drop it.</summary>
    [JsonPropertyName("security.oidc_domains")]
    public IReadOnlyList<string> OpenIdDomains { get; init; } = [];

    /// <summary>Ours: while the provider is on, passwords work for super admins alone, who must get in when it is down.</summary>
    [JsonPropertyName("security.oidc_only")]
    public bool OpenIdOnly { get; init; }

    /// <summary>Ours: whoever has signed in at the provider is led there to sign out too (OpenID Connect RP-Initiated Logout 1.0).</summary>
    [JsonPropertyName("security.oidc_sign_out")]
    public bool OpenIdSignOut { get; init; }

    /// <summary>
    /// Addresses to which the public form may lead on, compared letter by letter; the sites they lie on may call the public API from a
    /// browser. <c>*</c> opens the API to every site and leads nowhere.
    /// </summary>
    [JsonPropertyName("security.trusted_urls")]
    public IReadOnlyList<string> TrustedUrls { get; init => field = value ?? []; } = [];

    [JsonPropertyName("security.captcha")]
    public CaptchaProviders Captcha { get; init => field = value ?? new(); } = new();

    /// <summary>Ours: the public subscription API refuses strangers without a solved captcha, too (decision 0038).</summary>
    [JsonPropertyName("security.captcha_api")]
    public bool CaptchaForApi { get; init; }

    /// <summary>Where a form may lead once it is sent.</summary>
    [JsonIgnore]
    public IEnumerable<string> RedirectUrls => TrustedUrls.Where(url => url.Length > 0 && url != "*");

    /// <summary>Whether a password, or a passkey in its place, opens anything for such an account.</summary>
    public bool TakesPassword(bool isSuperAdmin) => isSuperAdmin || !(OpenIdOnly && OpenId.Enabled);
}

/// <summary>The OpenID Connect provider at which people may sign in (spec/auth.md 6).</summary>
public sealed record OpenIdSettings
{
    public bool Enabled { get; init; }

    /// <summary>The issuer: the address below which <c>.well-known/openid-configuration</c> lies.</summary>
    public string ProviderUrl { get; init; } = "";

    /// <summary>What the button calls it; empty takes the provider's domain.</summary>
    public string ProviderName { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    /// <summary>Makes an account for whoever signs in and has none.</summary>
    public bool AutoCreateUsers { get; init; }

    public int? DefaultUserRoleId { get; init; }

    public int? DefaultListRoleId { get; init; }

    /// <summary>The given name, or the last two labels of the provider's host.</summary>
    [JsonIgnore]
    public string DisplayName => ProviderName.Trim() is { Length: > 0 } name ? name
        : Uri.TryCreate(ProviderUrl, UriKind.Absolute, out var address) ? string.Join('.', address.Host.Split('.').TakeLast(2))
        : "single sign-on";

    /// <summary>Leaves out the secret.</summary>
    public override string ToString() => $"{ProviderUrl} as {ClientId}";
}
