using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>The subscription form and its API (spec/public.md 3). Answers are the same for every address.</summary>
internal static class SignUpEndpoints
{
    private const string HcaptchaSources = "https://hcaptcha.com https://*.hcaptcha.com";

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
            .WithSummary("Subscribe to lists").WithDescription("The answer is the same whether the address is known or not. While a captcha is on, strangers without a solved one have five calls a minute, or none where the settings say so.")
            .Takes<PublicSubscriptionRequest>().Gives<PublicSubscriptionResponse>().Refuses(StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ShowForm(HttpContext context, SignUpService signUps, PublicListQueries lists, SettingsStore settings, CancellationToken cancellationToken) =>
        signUps.IsOpen ? await FormAsync(context, lists, settings, cancellationToken) : PublicResults.NothingHere();

    private static async Task<IResult> Submit(
        HttpContext context, SignUpService signUps, CaptchaService captcha, PublicListQueries lists, SettingsStore settings, CancellationToken cancellationToken)
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

        var verdict = await captcha.CheckAsync(AnswerIn(form), cancellationToken);
        if (verdict != CaptchaVerdict.Passed)
        {
            return await FormAsync(context, lists, settings, cancellationToken, TextOf(verdict), StatusOf(verdict), form);
        }

        var outcome = await signUps.SignUpAsync(SignUpIn(form), cancellationToken);
        if (!outcome.IsOk)
        {
            return await FormAsync(context, lists, settings, cancellationToken, outcome.Message, StatusCodes.Status400BadRequest, form);
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

    private static async Task<IResult> Subscribe(
        HttpContext context, SignUpService signUps, CaptchaService captcha, UnprovenSignUps unproven, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (!signUps.IsOpen)
        {
            return Closed();
        }

        SignUp signUp;
        CaptchaAnswer answer;
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(cancellationToken);
            if (form["nonce"].ToString().Length > 0)
            {
                return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "The request was not accepted.");
            }

            (signUp, answer) = (SignUpIn(form), AnswerIn(form));
        }
        else
        {
            var body = await context.Request.ReadBodyAsync<PublicSubscriptionRequest>(cancellationToken);
            signUp = new SignUp(body.Email ?? "", body.Name ?? "", Uuids(body.ListUuids ?? []));
            answer = new CaptchaAnswer(body.Altcha ?? "", body.Hcaptcha ?? "");
        }

        return await RefusalOfStrangerAsync(context, captcha, answer, unproven, settings, cancellationToken)
            ?? (await signUps.SignUpAsync(signUp, cancellationToken)).ToHttp(receipt => new PublicSubscriptionResponse(receipt.NeedsConfirmation));
    }

    /// <summary>
    /// Programs written for listmonk send no captcha. With an account of their own, or while the settings do not ask for more, they need none;
    /// strangers without one are then slowed down. An answer that is sent must be right (decision 0038).
    /// </summary>
    private static async Task<IResult?> RefusalOfStrangerAsync(
        HttpContext context, CaptchaService captcha, CaptchaAnswer answer, UnprovenSignUps unproven, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (captcha.Kind == CaptchaKind.None || context.Actor().Can(Permissions.SubscribersManage))
        {
            return null;
        }

        var verdict = await captcha.CheckAsync(answer, cancellationToken);
        if (verdict == CaptchaVerdict.Missing && !settings.Current.Security.CaptchaForApi)
        {
            if (unproven.Take(context))
            {
                return null;
            }

            context.Response.Headers.RetryAfter = "60";
            return OutcomeHttp.Error(StatusCodes.Status429TooManyRequests, "Too many requests without a captcha from your address. Wait a minute, send a solved captcha, or sign in with an API user.");
        }

        return verdict switch
        {
            CaptchaVerdict.Passed => null,
            CaptchaVerdict.Missing => OutcomeHttp.Error(
                StatusCodes.Status400BadRequest,
                $"A solved captcha is needed in the field '{(captcha.Kind == CaptchaKind.Altcha ? CaptchaAnswer.AltchaField : CaptchaAnswer.HcaptchaField)}'. API users who manage subscribers need none."),
            _ => OutcomeHttp.Error(StatusOf(verdict), LanguageDirectory.English.Find(TextOf(verdict))),
        };
    }

    private static async Task<IResult> FormAsync(
        HttpContext context,
        PublicListQueries lists,
        SettingsStore settings,
        CancellationToken cancellationToken,
        string? error = null,
        int status = StatusCodes.Status200OK,
        IFormCollection? sent = null)
    {
        var open = await lists.AllAsync(cancellationToken);
        if (open.Count == 0)
        {
            return PublicResults.Message("public.noListsTitle", "public.noListsAvailable", status);
        }

        var captcha = settings.Current.Security.Captcha;
        if (captcha.Kind == CaptchaKind.Hcaptcha)
        {
            context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PolicyWith(HcaptchaSources);
        }

        return PublicResults.View<SignUpView>(
            new()
            {
                ["Lists"] = open,
                ["Chosen"] = sent is null ? open.Select(list => list.Uuid).ToList() : Uuids(sent["l"]),
                ["Action"] = (context.Request.PathBase + context.Request.Path).ToString(),
                ["Error"] = error,
                ["Email"] = sent?["email"].ToString() ?? "",
                ["Name"] = sent?["name"].ToString() ?? "",
                ["Next"] = TrustedTarget(sent?["next"].ToString() ?? "", settings.Current) is null ? "" : sent!["next"].ToString(),
                ["Captcha"] = captcha,
                ["HasArchive"] = settings.Current.General.EnablePublicArchive,
            },
            status);
    }

    /// <summary>Only an address that the settings list exactly; anything else would be an open redirect.</summary>
    private static string? TrustedTarget(string next, SettingsSnapshot settings) =>
        settings.Security.RedirectUrls.Contains(next, StringComparer.Ordinal) ? LinkDestination.LocationOf(next) : null;

    private static SignUp SignUpIn(IFormCollection form) => new(form["email"].ToString(), form["name"].ToString(), Uuids(form["l"]));

    private static CaptchaAnswer AnswerIn(IFormCollection form) => new(form[CaptchaAnswer.AltchaField].ToString(), form[CaptchaAnswer.HcaptchaField].ToString());

    private static List<Guid> Uuids(IEnumerable<string?> texts) =>
        [.. texts.Select(text => Guid.TryParse(text, out var uuid) ? uuid : Guid.Empty).Where(uuid => uuid != Guid.Empty).Distinct()];

    /// <summary>A key of the language's texts.</summary>
    private static string TextOf(CaptchaVerdict verdict) => verdict switch
    {
        CaptchaVerdict.Missing => "public.captchaMissing",
        CaptchaVerdict.Unavailable => "public.captchaUnavailable",
        _ => "public.invalidCaptcha",
    };

    private static int StatusOf(CaptchaVerdict verdict) =>
        verdict == CaptchaVerdict.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest;

    private static IResult Closed() => OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Public subscription is switched off.");
}
