using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Components.Authorization;

namespace Listmonk.Web.Auth;

/// <summary>The acting account of a page, with its rights as they are now.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication, UserDirectory directory)
{
    public async Task<Actor> GetAsync() =>
        (await authentication.GetAuthenticationStateAsync()).User.FindActor(directory) ?? Actor.Anonymous;
}
