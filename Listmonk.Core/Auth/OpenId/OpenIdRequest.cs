namespace Listmonk.Core.Auth.OpenId;

/// <summary>A sign-in that has begun. The browser keeps it, sealed, until the provider sends the person back.</summary>
/// <param name="Issuer">The provider that was asked; an answer for another one is not accepted.</param>
/// <param name="State">Comes back beside the code: the answer belongs to this browser (RFC 6749, 10.12).</param>
/// <param name="Nonce">Comes back inside the token: the token belongs to this request (OpenID Connect Core, 3.1.2.1).</param>
/// <param name="Verifier">Proves at the token endpoint who began (RFC 7636).</param>
public sealed record OpenIdRequest(string Issuer, string State, string Nonce, string Verifier);

/// <summary>A request with the address at the provider to which the browser goes.</summary>
public sealed record OpenIdStart(OpenIdRequest Request, Uri Address);
