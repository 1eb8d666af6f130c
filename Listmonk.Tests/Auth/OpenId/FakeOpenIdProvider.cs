using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Listmonk.Tests.Auth.OpenId;

/// <summary>What the provider does wrong.</summary>
public enum OpenIdMischief
{
    None,
    WrongNonce,
    WrongAudience,
    WrongIssuer,
    OtherParty,
    Expired,
    WrongSignature,
    Unsigned,
    SharedSecretSignature,
    NoSubject,
    NoToken,
    UserInfoOfSomebodyElse,
}

/// <summary>A provider on a port of its own: discovery, keys, sign-in without questions, tokens for codes, user information.</summary>
internal sealed class FakeOpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "listmonk";
    public const string ClientSecret = "client s3cret/+";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = new(StringComparer.Ordinal);
    private RsaSecurityKey _key = NewKey();

    private FakeOpenIdProvider(WebApplication app) => _app = app;

    public OpenIdMischief Mischief { get; set; }

    /// <summary>The claims of whoever signs in; null leaves one out.</summary>
    public Dictionary<string, object?> Claims { get; } = new(StringComparer.Ordinal)
    {
        ["sub"] = "person-1",
        ["email"] = "ann@example.com",
        ["email_verified"] = true,
        ["name"] = "Ann",
        ["picture"] = "https://pictures.example.com/ann.png",
    };

    /// <summary>The token names the subject only; the rest is in the user information.</summary>
    public bool TellsByUserInfo { get; set; }

    /// <summary>The token leaves out whether the address is verified.</summary>
    public bool TellsVerifiedByUserInfo { get; set; }

    public bool TakesSecretInForm { get; set; }

    /// <summary>Refuses instead of giving a code.</summary>
    public string? Error { get; set; }

    /// <summary>What the discovery document lacks: a member of it, <c>keys</c>, or <c>everything</c>.</summary>
    public string? DocumentFault { get; set; }

    public string Url => _app.Urls.Single();

    public int DiscoveryCount { get; private set; }

    /// <summary>The last request for sign-in.</summary>
    public IQueryCollection? Asked { get; private set; }

    public static async Task<FakeOpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new FakeOpenIdProvider(builder.Build());
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>A new key for new tokens; the old one is gone from the list.</summary>
    public void RotateKey() => _key = NewKey();

    public object Settings(bool autoCreate = false, int? userRole = null) => new
    {
        enabled = true,
        provider_url = Url,
        provider_name = "Acme",
        client_id = ClientId,
        client_secret = ClientSecret,
        auto_create_users = autoCreate,
        default_user_role_id = userRole,
        default_list_role_id = (int?)null,
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                DiscoveryCount++;
                await context.Response.WriteAsync(DocumentFault == "everything" ? "<html>Welcome</html>" : Discovery().ToJsonString());
                break;
            case "/keys":
                await context.Response.WriteAsJsonAsync(Keys());
                break;
            case "/authorize":
                Authorize(context);
                break;
            case "/token":
                await context.Response.WriteAsJsonAsync(Token(context, await context.Request.ReadFormAsync()));
                break;
            case "/userinfo":
                await context.Response.WriteAsJsonAsync(UserInfo(context));
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private JsonObject Discovery()
    {
        var document = Document();
        if (DocumentFault == "response_types_supported")
        {
            document[DocumentFault] = new JsonArray("id_token");
        }
        else if (DocumentFault is not null)
        {
            document.Remove(DocumentFault);
        }

        return document;
    }

    private JsonObject Document() => new()
    {
        ["issuer"] = Url,
        ["end_session_endpoint"] = Url + "/logout?site=test",
        ["authorization_endpoint"] = Url + "/authorize?audience=test",
        ["token_endpoint"] = Url + "/token",
        ["userinfo_endpoint"] = Url + "/userinfo",
        ["jwks_uri"] = Url + "/keys",
        ["response_types_supported"] = new JsonArray("code", "id_token"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray(TakesSecretInForm ? "client_secret_post" : "client_secret_basic"),
    };

    private JsonObject Keys()
    {
        if (DocumentFault == "keys")
        {
            return new() { ["keys"] = new JsonArray() };
        }

        var key = _key.Rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["kid"] = _key.KeyId,
                ["n"] = Base64UrlEncoder.Encode(key.Modulus),
                ["e"] = Base64UrlEncoder.Encode(key.Exponent),
            }),
        };
    }

    private void Authorize(HttpContext context)
    {
        Asked = context.Request.Query;
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = Asked;
        var answer = Error is null ? $"code={code}" : $"error={Error}";
        context.Response.Redirect($"{Asked["redirect_uri"]}?{answer}&state={Uri.EscapeDataString(Asked["state"].ToString())}&iss={Uri.EscapeDataString(Url)}");
    }

    private JsonObject Token(HttpContext context, IFormCollection form)
    {
        if (!KnowsClient(context, form))
        {
            return new() { ["error"] = "invalid_client" };
        }

        if (!_codes.TryRemove(form["code"].ToString(), out var asked)
            || asked["redirect_uri"] != form["redirect_uri"]
            || asked["code_challenge"] != Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
        {
            return new() { ["error"] = "invalid_grant" };
        }

        return Mischief == OpenIdMischief.NoToken
            ? new() { ["access_token"] = "access" }
            : new() { ["access_token"] = "access", ["token_type"] = "Bearer", ["id_token"] = IdToken(asked["nonce"].ToString()) };
    }

    private bool KnowsClient(HttpContext context, IFormCollection form)
    {
        var header = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(ClientSecret)}"))}";
        return TakesSecretInForm ? form["client_id"] == ClientId && form["client_secret"] == ClientSecret : context.Request.Headers.Authorization == header;
    }

    private JsonObject UserInfo(HttpContext context)
    {
        var claims = new JsonObject();
        foreach (var (name, value) in Claims.Where(claim => claim.Value is not null && context.Request.Headers.Authorization == "Bearer access"))
        {
            claims[name] = JsonValue.Create(value);
        }

        claims["sub"] = Mischief == OpenIdMischief.UserInfoOfSomebodyElse ? "another" : claims["sub"]?.DeepClone();
        return claims;
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var claims = Claims.Where(claim => claim.Value is not null && (!TellsByUserInfo || claim.Key == "sub") && !(TellsVerifiedByUserInfo && claim.Key == "email_verified")).ToDictionary(claim => claim.Key, claim => claim.Value!, StringComparer.Ordinal);
        claims["nonce"] = Mischief == OpenIdMischief.WrongNonce ? "other" : nonce;
        if (Mischief == OpenIdMischief.OtherParty)
        {
            claims["azp"] = "another-application";
        }

        if (Mischief == OpenIdMischief.NoSubject)
        {
            claims.Remove("sub");
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Mischief == OpenIdMischief.WrongIssuer ? "https://elsewhere.example.com" : Url,
            Audience = Mischief == OpenIdMischief.WrongAudience ? "another-application" : ClientId,
            IssuedAt = now.AddHours(-2),
            Expires = Mischief == OpenIdMischief.Expired ? now.AddHours(-1) : now.AddHours(1),
            Claims = claims,
            SigningCredentials = Credentials(),
        });
    }

    private SigningCredentials? Credentials() => Mischief switch
    {
        OpenIdMischief.Unsigned => null,
        // Signed with a forger's own key under the name of the right one.
        OpenIdMischief.WrongSignature => new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = _key.KeyId }, SecurityAlgorithms.RsaSha256),
        OpenIdMischief.SharedSecretSignature => new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(ClientSecret.PadRight(64))) { KeyId = _key.KeyId }, SecurityAlgorithms.HmacSha256),
        _ => new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
    };
}
