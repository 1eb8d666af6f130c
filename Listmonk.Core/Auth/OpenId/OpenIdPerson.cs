namespace Listmonk.Core.Auth.OpenId;

/// <summary>Whom the provider has vouched for, as its signed token and its user information say.</summary>
public sealed record OpenIdPerson
{
    public required string Issuer { get; init; }

    /// <summary>The provider's own name for the person, which never passes to another.</summary>
    public required string Subject { get; init; }

    /// <summary>In lower case; null when the provider tells none.</summary>
    public string? Email { get; init; }

    /// <summary>Null when the provider does not say.</summary>
    public bool? IsEmailVerified { get; init; }

    public string? Name { get; init; }

    public string? Picture { get; init; }

    /// <summary>How an account names this person.</summary>
    public string ExternalId => $"{Issuer} {Subject}";
}
