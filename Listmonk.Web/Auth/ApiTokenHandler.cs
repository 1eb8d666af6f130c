using System.Text;
using System.Text.Encodings.Web;
using Listmonk.Core.Auth;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Auth;

/// <summary><c>Authorization: token user:token</c> and HTTP Basic for API users (spec/api.md 1.4).</summary>
internal sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, UserDirectory directory, SessionService sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiToken";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        string pair;
        if (header.StartsWith("token ", StringComparison.Ordinal))
        {
            pair = header["token ".Length..].Trim();
        }
        else if (header.StartsWith("Basic ", StringComparison.Ordinal))
        {
            var bytes = new byte[header.Length];
            if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length))
            {
                return Refuse("code=400, message=invalid Base64 value in Basic Authorization header");
            }

            pair = Encoding.UTF8.GetString(bytes, 0, length);
        }
        else
        {
            return Refuse("code=400, message=unknown Authorization scheme");
        }

        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return Refuse("code=400, message=api_key:token missing");
        }

        if (colon == 0 || colon == pair.Length - 1)
        {
            return Refuse("code=400, message=empty `api_key` or `token`");
        }

        if (directory.FindByToken(pair[..colon], pair[(colon + 1)..]) is not { } account)
        {
            return Refuse("invalid API credentials");
        }

        await sessions.TouchTokenAsync(account.Id, Context.RequestAborted);
        return AuthenticateResult.Success(new AuthenticationTicket(Principals.Create(account, SchemeName), SchemeName));
    }

    private AuthenticateResult Refuse(string reason)
    {
        Context.Items[AccessDenial.ReasonItem] = reason;
        return AuthenticateResult.Fail(reason);
    }
}
