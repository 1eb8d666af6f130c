using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Listmonk.Core.Auth.OpenId;

/// <summary>
/// Speaks to the provider: OpenID Connect Core 1.0, authorization code flow (3.1) with PKCE (RFC 7636). Whatever does not hold is logged
/// with its reason; the person reads one sentence.
/// </summary>
public sealed partial class OpenIdClient(OpenIdProviders providers, SettingsStore settings, IHttpClientFactory clients, TimeProvider clock, ILogger<OpenIdClient> logger)
{
    /// <summary>Where the provider sends people back to; the address that listmonk uses, so that its registration at the provider holds.</summary>
    public const string CallbackPath = "/auth/oidc";

    private const int LongestFault = 300;

    /// <summary>Only what is signed with the provider's private key: no shared secrets, no unsigned tokens.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);
    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    private OpenIdSettings Settings => settings.Current.Security.OpenId;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Where people come back to after signing out at the provider; to be registered there.</summary>
    public string SignedOutUri => settings.Current.RootUrl + "/admin/login";

    public string RedirectUri => settings.Current.RootUrl + CallbackPath;

    /// <summary>Where to send the browser, and what to expect back.</summary>
    public async Task<Outcome<OpenIdStart>> BeginAsync(CancellationToken cancellationToken)
    {
        var found = await providers.FindAsync(Settings.ProviderUrl, cancellationToken);
        if (!found.IsOk)
        {
            return Outcome<OpenIdStart>.Invalid("", $"{Settings.DisplayName} cannot be reached, so it cannot sign you in. Try again later.");
        }

        var provider = found.Value;
        var request = new OpenIdRequest(provider.Issuer, Random(), Random(), Random());
        var query = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = Settings.ClientId,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = "openid profile email",
            ["state"] = request.State,
            ["nonce"] = request.Nonce,
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(request.Verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (provider.AnswersByForm)
        {
            query["response_mode"] = "form_post";
        }

        return new OpenIdStart(request, With(provider.AuthorizationEndpoint, query));
    }

    /// <summary>
    /// Where to send somebody who signs out, if the settings want it and the provider can (RP-Initiated Logout 1.0, section 2). No token is
    /// kept as a hint, so providers may ask the person once more.
    /// </summary>
    /// <returns>Null when signing out ends here.</returns>
    public async Task<Uri?> SignOutAddressAsync(CancellationToken cancellationToken) =>
        settings.Current.Security is { OpenIdSignOut: true, OpenId.Enabled: true }
        && await providers.FindAsync(Settings.ProviderUrl, cancellationToken) is { IsOk: true, Value.EndSessionEndpoint: { } endpoint }
            ? With(endpoint, new Dictionary<string, string>(StringComparer.Ordinal) { ["client_id"] = Settings.ClientId, ["post_logout_redirect_uri"] = SignedOutUri })
            : null;

    /// <summary>Swaps the code for the signed token, checks it, and says whom it names.</summary>
    public async Task<Outcome<OpenIdPerson>> FinishAsync(string code, OpenIdRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var found = await providers.FindAsync(Settings.ProviderUrl, cancellationToken);
            if (!found.IsOk || found.Value.Issuer != request.Issuer)
            {
                throw new OpenIdException(found.IsOk ? "the provider was changed meanwhile" : found.Message);
            }

            using var answer = await AskTokenAsync(found.Value, Settings, RedirectUri, code, request.Verifier, cancellationToken);
            if (Text(answer.RootElement, "id_token") is not { } idToken)
            {
                throw new OpenIdException($"the token endpoint answered {Fault(answer.RootElement)}");
            }

            var token = await CheckAsync(found.Value, idToken, request.Nonce, cancellationToken);
            return await PersonAsync(found.Value, token, Text(answer.RootElement, "access_token"), cancellationToken);
        }
        catch (Exception exception) when (exception is OpenIdException or HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogRefused(Settings.ProviderUrl, exception.Message);
            return Outcome<OpenIdPerson>.Invalid("", $"The sign-in at {Settings.DisplayName} did not work. Try again; if that does not help, an administrator finds the reason in the log.");
        }
    }

    /// <summary>Tells the log why a provider sent a person back without a code.</summary>
    public void ReportRefusal(string reason) => LogRefused(Settings.ProviderUrl, ShortText.Cut(reason, LongestFault));

    /// <summary>The token endpoint's answer, errors included (RFC 6749, 4.1.3 and 5.2).</summary>
    internal async Task<JsonDocument> AskTokenAsync(OpenIdProvider provider, OpenIdSettings openId, string redirectUri, string code, string verifier, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        };
        using var message = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint);
        if (openId.ClientSecret.Length > 0 && !provider.TakesSecretInForm)
        {
            var pair = $"{Uri.EscapeDataString(openId.ClientId)}:{Uri.EscapeDataString(openId.ClientSecret)}";
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            fields["client_id"] = openId.ClientId;
            if (openId.ClientSecret.Length > 0)
            {
                fields["client_secret"] = openId.ClientSecret;
            }
        }

        message.Content = new FormUrlEncodedContent(fields);
        message.Headers.Accept.ParseAdd("application/json");
        using var client = clients.CreateClient(OpenIdProviders.ClientName);
        using var response = await client.SendAsync(message, cancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>The error that an answer of the token endpoint names.</summary>
    internal static string Fault(JsonElement answer) =>
        ShortText.Cut(string.Join(": ", new[] { Text(answer, "error"), Text(answer, "error_description") }.OfType<string>().DefaultIfEmpty("without a token")), LongestFault);

    internal static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The endpoint may have a query of its own.</summary>
    private static Uri With(Uri endpoint, Dictionary<string, string> query)
    {
        var address = new UriBuilder(endpoint);
        var pairs = query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
        address.Query = string.Join('&', address.Query.Length > 1 ? pairs.Prepend(address.Query[1..]) : pairs);
        return address.Uri;
    }

    /// <summary>OpenID Connect Core, 3.1.3.7.</summary>
    private async Task<JsonWebToken> CheckAsync(OpenIdProvider provider, string idToken, string nonce, CancellationToken cancellationToken)
    {
        var result = await ValidateAsync(provider, idToken);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            result = await ValidateAsync(await providers.RenewAsync(Settings.ProviderUrl, provider, cancellationToken), idToken);
        }

        if (!result.IsValid)
        {
            throw new OpenIdException($"the token is not valid ({result.Exception.GetType().Name})");
        }

        var token = (JsonWebToken)result.SecurityToken;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Claim(token, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)))
        {
            throw new OpenIdException("the token answers another request (nonce)");
        }

        return Claim(token, "azp") is { } party && party != Settings.ClientId
            ? throw new OpenIdException("the token was made for another application (azp)")
            : token;
    }

    private Task<TokenValidationResult> ValidateAsync(OpenIdProvider provider, string idToken) => Tokens.ValidateTokenAsync(idToken, new TokenValidationParameters
    {
        ValidIssuer = provider.Issuer,
        ValidAudience = Settings.ClientId,
        IssuerSigningKeys = provider.Keys,
        ValidAlgorithms = Algorithms,
        LifetimeValidator = (notBefore, expires, _, _) => expires > Now - ClockSkew && !(notBefore > Now + ClockSkew),
    });

    private async Task<OpenIdPerson> PersonAsync(OpenIdProvider provider, JsonWebToken token, string? accessToken, CancellationToken cancellationToken)
    {
        if (Claim(token, "sub") is not { Length: > 0 } subject)
        {
            throw new OpenIdException("the token names nobody (sub)");
        }

        using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        var own = Person(provider, subject, claims.RootElement);
        return own is { Email: not null, IsEmailVerified: not null } || accessToken is null || provider.UserInfoEndpoint is null
            ? own
            : await CompleteAsync(own, provider, accessToken, cancellationToken);
    }

    /// <summary>Adds what the token left out, as Okta's does whether the address is verified.</summary>
    private async Task<OpenIdPerson> CompleteAsync(OpenIdPerson own, OpenIdProvider provider, string accessToken, CancellationToken cancellationToken)
    {
        using var answer = await AskUserInfoAsync(provider.UserInfoEndpoint!, accessToken, cancellationToken);
        // Somebody else's answer must not be taken for this person's (5.3.2).
        if (Text(answer.RootElement, "sub") != own.Subject)
        {
            throw new OpenIdException("the user information names somebody else (sub)");
        }

        var told = Person(provider, own.Subject, answer.RootElement);
        var email = own.Email ?? told.Email;
        return own with
        {
            Email = email,
            IsEmailVerified = own.IsEmailVerified ?? (told.Email == email ? told.IsEmailVerified : null),
            Name = own.Name ?? told.Name,
            Picture = own.Picture ?? told.Picture,
        };
    }

    private async Task<JsonDocument> AskUserInfoAsync(Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var client = clients.CreateClient(OpenIdProviders.ClientName);
        using var response = await client.SendAsync(message, cancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static OpenIdPerson Person(OpenIdProvider provider, string subject, JsonElement claims) => new()
    {
        Issuer = provider.Issuer,
        Subject = subject,
        Email = EmailAddress.TryNormalize(Text(claims, "email"), out var email) ? email : null,
        IsEmailVerified = Flag(claims, "email_verified"),
        Name = Text(claims, "name") ?? Text(claims, "preferred_username"),
        Picture = Text(claims, "picture"),
    };

    /// <summary>A boolean, or its text, as Apple sends it.</summary>
    private static bool? Flag(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase);

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in at {Address} was refused: {Fault}")]
    private partial void LogRefused(string address, string fault);

    private sealed class OpenIdException(string message) : Exception(message);
}
