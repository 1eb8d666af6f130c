using System.Collections.Concurrent;
using System.Text.Json;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Access tokens for mailboxes that are opened with OAuth 2 (RFC 6749): got when needed, kept until shortly before they expire.</summary>
/// <remarks>
/// With a refresh token (§6), or by the client's own right (§4.4), which is what Microsoft 365 wants of programs. A new refresh token
/// in an answer is used while the process lives; the stored one is not replaced, since the large services let the old one hold.
/// </remarks>
internal sealed class MailboxTokens(IHttpClientFactory clients, TimeProvider clock)
{
    public const string ClientName = "mailbox-tokens";

    private const int LongestFault = 300;
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<Grant, Token> _known = new();

    /// <exception cref="MailboxTokenException">The service gives none.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    public async Task<string> ForAsync(BounceMailbox mailbox, CancellationToken cancellationToken)
    {
        if (mailbox.TokenUrl.Length == 0)
        {
            return mailbox.Password;
        }

        var grant = new Grant(mailbox.TokenUrl, mailbox.ClientId, mailbox.ClientSecret, mailbox.RefreshToken, mailbox.Scope);
        var known = _known.GetValueOrDefault(grant);
        if (known is not null && clock.GetUtcNow() < known.Until)
        {
            return known.Access;
        }

        var token = await FetchAsync(grant, known?.Refresh ?? grant.RefreshToken, cancellationToken);
        _known[grant] = token;
        return token.Access;
    }

    private async Task<Token> FetchAsync(Grant grant, string refreshToken, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["client_id"] = grant.ClientId };
        if (refreshToken.Length > 0)
        {
            (fields["grant_type"], fields["refresh_token"]) = ("refresh_token", refreshToken);
        }
        else
        {
            fields["grant_type"] = "client_credentials";
        }

        if (grant.ClientSecret.Length > 0)
        {
            fields["client_secret"] = grant.ClientSecret;
        }

        if (grant.Scope.Length > 0)
        {
            fields["scope"] = grant.Scope;
        }

        using var client = clients.CreateClient(ClientName);
        using var content = new FormUrlEncodedContent(fields);
        using var response = await client.PostAsync(new Uri(grant.TokenUrl), content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var answer = JsonDocument.Parse(text);
            if (response.IsSuccessStatusCode && Text(answer.RootElement, "access_token") is { Length: > 0 } access)
            {
                var lifetime = answer.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var count) ? TimeSpan.FromSeconds(count) : UsualLifetime;
                return new Token(access, Text(answer.RootElement, "refresh_token"), clock.GetUtcNow() + lifetime - Reserve);
            }

            throw Refused(Text(answer.RootElement, "error_description") ?? Text(answer.RootElement, "error"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Refused(null);
        }

        MailboxTokenException Refused(string? why) => new($"The service for access tokens answered {(int)response.StatusCode}{(why is null ? "." : $": {Common.ShortText.Cut(why, LongestFault)}")}");
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Grant(string TokenUrl, string ClientId, string ClientSecret, string RefreshToken, string Scope)
    {
        /// <summary>Leaves out the secrets.</summary>
        public override string ToString() => TokenUrl;
    }

    private sealed record Token(string Access, string? Refresh, DateTimeOffset Until)
    {
        public override string ToString() => "token";
    }
}

/// <summary>No access token was given; the message says why.</summary>
internal sealed class MailboxTokenException(string message) : Exception(message);
