using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Components.Authorization;

namespace Listmonk.Web.Auth;

/// <summary>The acting account of a page, with its rights as they are now.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication, UserDirectory directory, SessionDirectory sessions)
{
    public async Task<Actor> GetAsync() =>
        (await authentication.GetAuthenticationStateAsync()).User.FindActor(directory, sessions) ?? Actor.Anonymous;

    /// <summary>The session of this browser; null when none is known.</summary>
    public async Task<Guid?> SessionIdAsync() => (await authentication.GetAuthenticationStateAsync()).User.SessionId();
}
