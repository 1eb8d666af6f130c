using Listmonk.Core.Auth;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Listmonk.Web.Auth;

/// <summary>An open page outlives its request: once in a while it is asked whether its session still stands.</summary>
internal sealed class SessionRevalidation(ILoggerFactory logger, UserDirectory directory, SessionDirectory sessions) : RevalidatingServerAuthenticationStateProvider(logger)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Task.FromResult(authenticationState.User.FindAccount(directory, sessions) is not null);
}
