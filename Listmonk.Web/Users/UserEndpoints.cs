using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Users;

/// <summary>listmonk's API of accounts and of the own profile (spec/api.md 15).</summary>
internal static class UserEndpoints
{
    public static void MapUserEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/users", All).RequirePermission(Permissions.UsersGet)
            .WithSummary("Read all users").Gives<IReadOnlyList<UserResponse>>();
        api.MapGet("/users/{id}", Find).RequirePermission(Permissions.UsersGet)
            .WithSummary("Read a user").Gives<UserResponse>().Refuses(StatusCodes.Status404NotFound);
        api.MapPost("/users", Create).RequirePermission(Permissions.UsersManage)
            .WithSummary("Create a user").WithDescription("The token of an API user is in `password` of this answer, and never shown again.").Takes<UserRequest>().Gives<UserResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/users/{id}", Update).RequirePermission(Permissions.UsersManage)
            .WithSummary("Replace a user").Takes<UserRequest>().Gives<UserResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapDelete("/users/{id}", Delete).RequirePermission(Permissions.UsersManage)
            .WithSummary("Delete a user").GivesTrue();
        api.MapDelete("/users", DeleteMany).RequirePermission(Permissions.UsersManage)
            .WithSummary("Delete several users").WithQuery<int[]>("id", "Numbers of users.").GivesTrue();
        api.MapPost("/users/{id}/token", RotateToken).RequirePermission(Permissions.UsersManage)
            .WithSummary("Give an API user a new token").WithDescription("The old one ends at once.").Gives<TokenResponse>();
        api.MapGet("/profile", FindProfile).RequirePermission()
            .WithSummary("Read the own account").Gives<UserResponse>();
        api.MapPut("/profile", UpdateProfile).RequirePermission()
            .WithSummary("Change the own account").Takes<ProfileRequest>().Gives<UserResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapGet("/users/{id}/twofa/totp", OfferTwoFactor).RequirePermission()
            .WithSummary("Get a secret for the second factor").WithDescription("Always of the own account.").Gives<TwoFactorResponse>();
        api.MapPut("/users/{id}/twofa", EnableTwoFactor).RequirePermission()
            .WithSummary("Switch the second factor on").WithDescription("Always of the own account.").Takes<TwoFactorRequest>("""{"code": "123456"}""").Gives<RecoveryCodesResponse>();
        api.MapDelete("/users/{id}/twofa", DisableTwoFactor).RequirePermission()
            .WithSummary("Switch the second factor off").WithDescription("Always of the own account.").Takes<TwoFactorRequest>("""{"password": "correct horse"}""").GivesTrue();
    }

    /// <summary>As listmonk says it: <c>Invalid fields: username</c>; the reasons are listed beside.</summary>
    internal static IResult ToAnswer<T, TContract>(this Outcome<T> outcome, Func<T, TContract> contract, int notFound = StatusCodes.Status400BadRequest) =>
        outcome is { Kind: OutcomeKind.Invalid } && outcome.Errors.All(error => error.Field.Length > 0)
            ? OutcomeHttp.Error(StatusCodes.Status400BadRequest, $"Invalid fields: {string.Join(", ", outcome.Errors.Select(error => error.Field))}", outcome.Errors)
            : outcome.ToHttp(contract, notFound);

    private static async Task<IResult> All(HttpContext context, UserQueries users, CancellationToken cancellationToken) =>
        (await users.AllAsync(context.Actor(), cancellationToken)).ToHttp(all => all.Select(UserResponse.From));

    private static async Task<IResult> Find(string id, HttpContext context, UserQueries users, CancellationToken cancellationToken) =>
        (await users.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(UserResponse.From, StatusCodes.Status404NotFound);

    private static async Task<IResult> Create(HttpContext context, UserService users, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<UserRequest>(cancellationToken);
        return (await users.CreateAsync(body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(UserResponse.From);
    }

    private static async Task<IResult> Update(string id, HttpContext context, UserService users, CancellationToken cancellationToken)
    {
        var userId = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<UserRequest>(cancellationToken);
        return (await users.UpdateAsync(userId, body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(UserResponse.From);
    }

    private static async Task<IResult> Delete(string id, HttpContext context, UserService users, CancellationToken cancellationToken) =>
        (await users.DeleteAsync([ApiRequest.ParseId(id)], context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> DeleteMany(HttpContext context, UserService users, CancellationToken cancellationToken) =>
        (await users.DeleteAsync(context.Request.Ids("id"), context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> RotateToken(string id, HttpContext context, UserService users, CancellationToken cancellationToken) =>
        (await users.RotateTokenAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(token => new TokenResponse(token));

    private static async Task<IResult> FindProfile(HttpContext context, UserQueries users, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        return (await users.FindAsync(actor.UserId ?? 0, actor, cancellationToken)).ToHttp(UserResponse.From);
    }

    private static async Task<IResult> UpdateProfile(HttpContext context, ProfileService profile, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<ProfileRequest>(cancellationToken);
        return (await profile.UpdateAsync(body.ToDraft(), context.User.SessionId(), context.Actor(), cancellationToken)).ToAnswer(UserResponse.From);
    }

    /// <summary>Always for the caller, as in listmonk; the id in the path says nothing.</summary>
    private static async Task<IResult> OfferTwoFactor(string id, HttpContext context, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        _ = ApiRequest.ParseId(id);
        return (await twoFactor.OfferAsync(context.Actor(), cancellationToken)).ToHttp(offer => new TwoFactorResponse(offer.Secret, Convert.ToBase64String(QrCode.Png(offer.Uri))));
    }

    private static async Task<IResult> EnableTwoFactor(string id, HttpContext context, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        _ = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<TwoFactorRequest>(cancellationToken);
        // listmonk's clients expect no payload; the codes are an addition that they ignore.
        return (await twoFactor.EnableAsync(body.Code ?? "", context.Actor(), cancellationToken)).ToHttp(codes => new RecoveryCodesResponse(codes));
    }

    private static async Task<IResult> DisableTwoFactor(string id, HttpContext context, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        _ = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<TwoFactorRequest>(cancellationToken);
        return (await twoFactor.DisableAsync(body.Password ?? context.Request.Query["password"].ToString(), context.Actor(), cancellationToken)).ToHttp();
    }
}
