using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>The subscription form and its API (spec/public.md 3). Answers are the same for every address.</summary>
internal static class SignUpEndpoints
{
    public static void MapSignUpPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/subscription/form", ShowForm);
        pages.MapPost("/subscription/form", Submit).RequireRateLimiting(RateLimits.PublicPosts);
    }

    public static void MapPublicSubscriptionEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/public/lists", GetLists).AllowAnonymous()
            .WithSummary("Read the lists that everybody may join").GivesBare<IReadOnlyList<PublicListResponse>>();
        api.MapPost("/public/subscription", Subscribe).AllowAnonymous().RequireRateLimiting(RateLimits.PublicPosts)
            .WithSummary("Subscribe to lists").WithDescription("The answer is the same whether the address is known or not.").Takes<PublicSubscriptionRequest>().Gives<PublicSubscriptionResponse>().Refuses(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ShowForm(HttpContext context, SignUpService signUps, PublicListQueries lists, SettingsStore settings, CancellationToken cancellationToken) =>
        signUps.IsOpen ? await FormAsync(context, lists, settings, cancellationToken) : PublicResults.NothingHere();

    private static async Task<IResult> Submit(
        HttpContext context, SignUpService signUps, PublicListQueries lists, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (!signUps.IsOpen)
        {
            return PublicResults.NothingHere();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        if (form["nonce"].ToString().Length > 0)
        {
            return PublicResults.Message("public.notAcceptedTitle", "public.looksAutomatic", StatusCodes.Status400BadRequest);
        }

        var outcome = await signUps.SignUpAsync(new SignUp(form["email"].ToString(), form["name"].ToString(), Uuids(form["l"])), cancellationToken);
        if (!outcome.IsOk)
        {
            return await FormAsync(context, lists, settings, cancellationToken, outcome.Message, form["email"].ToString(), form["name"].ToString());
        }

        if (TrustedTarget(form["next"].ToString(), settings.Current) is { } next)
        {
            context.Response.Headers.Location = next;
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }

        return outcome.Value.NeedsConfirmation
            ? PublicResults.Message("public.checkMailboxTitle", "public.subOptinPending")
            : PublicResults.Message("public.thanksTitle", "public.subscribed");
    }

    private static async Task<IResult> GetLists(SignUpService signUps, PublicListQueries lists, CancellationToken cancellationToken) => signUps.IsOpen
        ? OutcomeHttp.Bare((await lists.AllAsync(cancellationToken)).Select(list => new PublicListResponse(list.Uuid, list.Name)))
        : Closed();

    private static async Task<IResult> Subscribe(HttpContext context, SignUpService signUps, CancellationToken cancellationToken)
    {
        if (!signUps.IsOpen)
        {
            return Closed();
        }

        SignUp signUp;
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(cancellationToken);
            if (form["nonce"].ToString().Length > 0)
            {
                return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "The request was not accepted.");
            }

            signUp = new SignUp(form["email"].ToString(), form["name"].ToString(), Uuids(form["l"]));
        }
        else
        {
            var body = await context.Request.ReadBodyAsync<PublicSubscriptionRequest>(cancellationToken);
            signUp = new SignUp(body.Email ?? "", body.Name ?? "", Uuids(body.ListUuids ?? []));
        }

        return (await signUps.SignUpAsync(signUp, cancellationToken)).ToHttp(receipt => new PublicSubscriptionResponse(receipt.NeedsConfirmation));
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, PublicListQueries lists, SettingsStore settings, CancellationToken cancellationToken, string? error = null, string email = "", string name = "")
    {
        var open = await lists.AllAsync(cancellationToken);
        return open.Count == 0
            ? PublicResults.Message("public.noListsTitle", "public.noListsAvailable", error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest)
            : PublicResults.View<SignUpView>(
                new()
                {
                    ["Lists"] = open,
                    ["Action"] = (context.Request.PathBase + context.Request.Path).ToString(),
                    ["Error"] = error,
                    ["Email"] = email,
                    ["Name"] = name,
                    ["HasArchive"] = settings.Current.General.EnablePublicArchive,
                },
                error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    /// <summary>Only an address that the settings list exactly; anything else would be an open redirect.</summary>
    private static string? TrustedTarget(string next, SettingsSnapshot settings) =>
        next.Length > 1 && settings.Security.TrustedUrls.Contains(next, StringComparer.Ordinal) ? LinkDestination.LocationOf(next) : null;

    private static List<Guid> Uuids(IEnumerable<string?> texts) =>
        [.. texts.Select(text => Guid.TryParse(text, out var uuid) ? uuid : Guid.Empty).Where(uuid => uuid != Guid.Empty).Distinct()];

    private static IResult Closed() => OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Public subscription is switched off.");
}
