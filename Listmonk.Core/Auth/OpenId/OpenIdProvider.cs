using Microsoft.IdentityModel.Tokens;

namespace Listmonk.Core.Auth.OpenId;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0, section 3), with the keys that it signs with.</summary>
public sealed record OpenIdProvider
{
    public required string Issuer { get; init; }

    public required Uri AuthorizationEndpoint { get; init; }

    public required Uri TokenEndpoint { get; init; }

    public Uri? UserInfoEndpoint { get; init; }

    /// <summary>Where people sign out there; null when the provider has no such page.</summary>
    public Uri? EndSessionEndpoint { get; init; }

    /// <summary>Whether the client's secret travels in the form; otherwise in the header (RFC 6749, 2.3.1).</summary>
    public required bool TakesSecretInForm { get; init; }

    /// <summary>Apple gives name and address only by a posted form.</summary>
    public bool AnswersByForm => Issuer == "https://appleid.apple.com";

    public required IReadOnlyList<SecurityKey> Keys { get; init; }

    public required DateTimeOffset ReadAt { get; init; }
}
