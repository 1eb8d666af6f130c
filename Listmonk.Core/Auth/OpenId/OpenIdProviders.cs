using System.Text.Json;
using Listmonk.Core.Common;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Listmonk.Core.Auth.OpenId;

/// <summary>
/// Reads a provider's discovery document and keys, and keeps them for an hour. Asked with the settings of the moment, so a change of
/// them holds at once; nothing is asked before the first sign-in, so a dead provider does not hold up the start.
/// </summary>
public sealed partial class OpenIdProviders(IHttpClientFactory clients, TimeProvider clock, ILogger<OpenIdProviders> logger)
{
    public const string ClientName = "openid";

    private const string DiscoveryPath = "/.well-known/openid-configuration";
    private static readonly TimeSpan KeepFor = TimeSpan.FromHours(1);

    /// <summary>An unknown key may be a new one, or forged: asked for again, but not at every try.</summary>
    private static readonly TimeSpan ShortestKeep = TimeSpan.FromMinutes(1);

    private Known? _known;

    /// <summary>What the log has been told; once until the provider answers again.</summary>
    private string? _reported;

    /// <summary>The provider as known, read anew when that is too long ago. Its fault is logged once.</summary>
    public async Task<Outcome<OpenIdProvider>> FindAsync(string address, CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _known);
        if (known is not null && known.Address == address && clock.GetUtcNow() - known.Provider.ReadAt < KeepFor)
        {
            return known.Provider;
        }

        var read = await ReadAsync(address, cancellationToken);
        if (read.IsOk)
        {
            Volatile.Write(ref _known, new Known(address, read.Value));
            _reported = null;
        }
        else if (Interlocked.Exchange(ref _reported, address) != address)
        {
            LogFault(address, read.Message);
        }

        return read;
    }

    /// <summary>The provider with the keys that it has now; the known one when it was read a moment ago or cannot be read.</summary>
    internal async Task<OpenIdProvider> RenewAsync(string address, OpenIdProvider known, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() - known.ReadAt < ShortestKeep)
        {
            return known;
        }

        Volatile.Write(ref _known, null);
        return await FindAsync(address, cancellationToken) is { IsOk: true, Value: var renewed } ? renewed : known;
    }

    /// <summary>Asks the provider itself. A refusal says what an administrator has to mend.</summary>
    public async Task<Outcome<OpenIdProvider>> ReadAsync(string address, CancellationToken cancellationToken)
    {
        var discovery = address.TrimEnd('/') + DiscoveryPath;
        if (!IsEndpoint(discovery, out _))
        {
            return Outcome<OpenIdProvider>.Invalid("provider_url", "Enter the provider's address; it begins with https://.");
        }

        var document = await FetchAsync(discovery, cancellationToken);
        if (!document.IsOk)
        {
            return Outcome<OpenIdProvider>.From(document);
        }

        try
        {
            return await UnderstandAsync(address, discovery, OpenIdConnectConfiguration.Create(document.Value), cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or SecurityTokenException)
        {
            return Outcome<OpenIdProvider>.Invalid("provider_url", $"{discovery} is no discovery document. Is the provider's address right?");
        }
    }

    private async Task<Outcome<OpenIdProvider>> UnderstandAsync(string address, string discovery, OpenIdConnectConfiguration document, CancellationToken cancellationToken)
    {
        // The issuer must be the one that was asked for (Discovery, 4.3); a slash at its end is the one thing that people get wrong.
        if ((document.Issuer ?? "").TrimEnd('/') != address.TrimEnd('/'))
        {
            return Outcome<OpenIdProvider>.Invalid("provider_url", $"{discovery} belongs to the issuer '{document.Issuer}'. Enter that address, if it is the provider you mean.");
        }

        if (!IsEndpoint(document.AuthorizationEndpoint, out var authorization) || !IsEndpoint(document.TokenEndpoint, out var token) || !IsEndpoint(document.JwksUri, out var keysAt))
        {
            return Outcome<OpenIdProvider>.Invalid("provider_url", $"{discovery} names no addresses for sign-in, tokens and keys.");
        }

        if (document.ResponseTypesSupported.Count > 0 && !document.ResponseTypesSupported.Contains("code"))
        {
            return Outcome<OpenIdProvider>.Invalid("provider_url", "The provider does not offer the authorization code flow (response type 'code').");
        }

        var keys = await FetchAsync(keysAt.AbsoluteUri, cancellationToken);
        if (!keys.IsOk)
        {
            return Outcome<OpenIdProvider>.From(keys);
        }

        var signing = new JsonWebKeySet(keys.Value).GetSigningKeys();
        return signing.Count == 0
            ? Outcome<OpenIdProvider>.Invalid("provider_url", $"{keysAt} has no keys to check signatures with.")
            : new OpenIdProvider
            {
                Issuer = document.Issuer!,
                AuthorizationEndpoint = authorization,
                TokenEndpoint = token,
                UserInfoEndpoint = IsEndpoint(document.UserInfoEndpoint, out var userInfo) ? userInfo : null,
                EndSessionEndpoint = IsEndpoint(document.EndSessionEndpoint, out var endSession) ? endSession : null,
                TakesSecretInForm = document.TokenEndpointAuthMethodsSupported.Contains("client_secret_post"),
                Keys = [.. signing],
                ReadAt = clock.GetUtcNow(),
            };
    }

    private async Task<Outcome<string>> FetchAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.GetAsync(new Uri(address), cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : Outcome<string>.Invalid("provider_url", $"{address} answered {(int)response.StatusCode}. Is the provider's address right?");
        }
        catch (HttpRequestException exception)
        {
            return Outcome<string>.Invalid("provider_url", $"{address} cannot be reached: {exception.InnerException?.Message ?? exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Outcome<string>.Invalid("provider_url", $"{address} does not answer.");
        }
    }

    private static bool IsEndpoint(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? endpoint) =>
        Uri.TryCreate(text, UriKind.Absolute, out endpoint) && endpoint.Scheme is "http" or "https";

    [LoggerMessage(Level = LogLevel.Warning, Message = "People cannot sign in at {Address}: {Fault}")]
    private partial void LogFault(string address, string fault);

    private sealed record Known(string Address, OpenIdProvider Provider);
}
