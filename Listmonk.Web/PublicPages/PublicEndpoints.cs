using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>
/// What recipients reach from their mails. The UUIDs in the address are the only secret, so nothing here needs a session, and
/// antiforgery would break the one-click POST of mail programs (RFC 8058). GET never changes anything.
/// </summary>
internal static class PublicEndpoints
{
    public static void MapPublicPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AllowAnonymous().DisableAntiforgery().AddEndpointFilter(static (context, next) =>
        {
            context.HttpContext.Response.Headers["X-Robots-Tag"] = "noindex";
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return next(context);
        });
        pages.AddEndpointFilter(SpeakToRecipient);
        pages.MapGet("/subscription/{campaign}/{subscriber}", ShowSubscription);
        pages.MapPost("/subscription/{campaign}/{subscriber}", ChangeSubscription).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapGet("/subscription/optin/{subscriber}", ShowOptin);
        pages.MapPost("/subscription/optin/{subscriber}", ConfirmOptin).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPost("/subscription/export/{subscriber}", Export).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPost("/subscription/wipe/{subscriber}", Wipe).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPost("/subscription/reason/{campaign}/{subscriber}", Explain).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPrivacyPages();
        pages.MapSignUpPages();
        pages.MapMessageView();
    }

    /// <summary>Whom an address names is answered in the language of their own.</summary>
    private static async ValueTask<object?> SpeakToRecipient(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext;
        if (Guid.TryParseExact(request.GetRouteValue("subscriber") as string, "D", out var subscriber))
        {
            var services = request.RequestServices;
            services.GetRequiredService<PublicLanguage>().Prefer(
                await services.GetRequiredService<PreferenceService>().LanguageOfAsync(subscriber, request.RequestAborted));
        }

        return await next(context);
    }

    private static async Task<IResult> ShowSubscription(
        string campaign, string subscriber, HttpContext context, PreferenceService preferences, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(campaign, "D", out _) || !Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        if (await preferences.FindAsync(subscriberUuid, cancellationToken) is not { } person)
        {
            return PublicResults.UnknownPerson();
        }

        if (person.IsBlocklisted)
        {
            return PublicResults.Message("public.unsubbedTitle", "public.blocklisted");
        }

        var privacy = settings.Current.Privacy;
        return context.Request.Flag("manage") && privacy.AllowPreferences
            ? PublicResults.View<PreferencesView>(new() { ["Person"] = person, ["Action"] = Action(context), ["MayBlock"] = privacy.AllowBlocklist })
            : PublicResults.View<UnsubscribeView>(new()
            {
                ["Person"] = person,
                ["Action"] = Action(context),
                ["MayBlock"] = privacy.AllowBlocklist,
                ["MayManage"] = privacy.AllowPreferences,
                ["ExportAction"] = privacy.AllowExport ? $"{context.Request.PathBase}/subscription/export/{subscriberUuid}" : null,
                ["WipeAction"] = privacy.AllowWipe ? $"{context.Request.PathBase}/subscription/erase/{subscriberUuid}" : null,
            });
    }

    private static async Task<IResult> ChangeSubscription(
        string campaign,
        string subscriber,
        HttpContext context,
        UnsubscribeService unsubscribes,
        PreferenceService preferences,
        SettingsStore settings,
        PublicLanguage language,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(campaign, "D", out var campaignUuid) || !Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        var everything = form["blocklist"] == "true" && settings.Current.Privacy.AllowBlocklist;
        if (form["manage"] != "true" || everything)
        {
            var outcome = await unsubscribes.UnsubscribeAsync(campaignUuid, subscriberUuid, everything, cancellationToken);
            if (!outcome.IsOk)
            {
                return PublicResults.UnknownPerson();
            }

            var asks = await unsubscribes.MayExplainAsync(campaignUuid, subscriberUuid, cancellationToken);
            return PublicResults.View<LeftView>(new()
            {
                ["Text"] = everything ? "public.blocklisted" : "public.unsubbedInfo",
                ["ReasonAction"] = asks ? $"{context.Request.PathBase}/subscription/reason/{campaignUuid}/{subscriberUuid}" : null,
            });
        }

        var kept = form["l"].Select(text => Guid.TryParse(text, out var uuid) ? uuid : Guid.Empty).ToList();
        bool? tracking = form["tracking_shown"] == "true" ? form["tracking"] == "true" : null;
        var saved = await preferences.SaveAsync(subscriberUuid, form["name"].ToString(), kept, tracking, language[PreferencesView.ConsentText], cancellationToken);
        return saved.IsOk
            ? PublicResults.Message("public.prefsSavedTitle", "public.prefsSaved")
            : PublicResults.Message("public.notSavedTitle", saved.Message, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> Explain(
        string campaign, string subscriber, HttpContext context, UnsubscribeService unsubscribes, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(campaign, "D", out var campaignUuid) || !Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        var reason = EnumText.TryParse<UnsubscribeReason>(form["reason"].ToString(), out var chosen) ? chosen : UnsubscribeReason.Other;
        var outcome = await unsubscribes.ExplainAsync(campaignUuid, subscriberUuid, reason, form["comment"].ToString(), cancellationToken);
        return outcome.IsOk ? PublicResults.Message("public.thanksTitle", "public.leaveReasonThanks") : PublicResults.UnknownPerson();
    }

    private static async Task<IResult> ShowOptin(string subscriber, HttpContext context, PreferenceService preferences, CancellationToken cancellationToken)
    {
        if (!TryReadOptin(subscriber, context.Request.Query["l"], out var subscriberUuid, out var lists))
        {
            return PublicResults.BadAddress();
        }

        return await preferences.PendingAsync(subscriberUuid, lists, cancellationToken) switch
        {
            null => PublicResults.UnknownPerson(),
            [] => PublicResults.Message("public.noSubTitle", "public.noSubInfo"),
            var pending => PublicResults.View<OptinView>(new() { ["Lists"] = pending, ["Action"] = Action(context) }),
        };
    }

    private static async Task<IResult> ConfirmOptin(string subscriber, HttpContext context, PreferenceService preferences, CancellationToken cancellationToken)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        if (!TryReadOptin(subscriber, form["l"].Count > 0 ? form["l"] : context.Request.Query["l"], out var subscriberUuid, out var lists))
        {
            return PublicResults.BadAddress();
        }

        if (form["confirm"] != "true")
        {
            return await ShowOptin(subscriber, context, preferences, cancellationToken);
        }

        var confirmed = await preferences.ConfirmAsync(subscriberUuid, lists, context.Connection.RemoteIpAddress?.ToString(), cancellationToken);
        return confirmed > 0
            ? PublicResults.Message("public.subConfirmedTitle", "public.subConfirmed")
            : PublicResults.Message("public.noSubTitle", "public.noSubInfo");
    }

    private static async Task<IResult> Export(string subscriber, DataExportMailer exports, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        return PublicResults.Mailed(await exports.SendAsync(subscriberUuid, cancellationToken), "public.dataSentTitle", "public.dataSent");
    }

    private static async Task<IResult> Wipe(string subscriber, PreferenceService preferences, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        var outcome = await preferences.WipeAsync(subscriberUuid, cancellationToken);
        return outcome.Kind switch
        {
            OutcomeKind.Ok => PublicResults.Message("public.dataRemovedTitle", "public.dataRemoved"),
            OutcomeKind.NotFound => PublicResults.UnknownPerson(),
            _ => PublicResults.Message("public.notAvailableTitle", outcome.Message, StatusCodes.Status400BadRequest),
        };
    }

    private static bool TryReadOptin(string subscriber, Microsoft.Extensions.Primitives.StringValues texts, out Guid subscriberUuid, out List<Guid> lists)
    {
        lists = [];
        if (!Guid.TryParseExact(subscriber, "D", out subscriberUuid))
        {
            return false;
        }

        foreach (var text in texts)
        {
            if (!Guid.TryParse(text, out var uuid))
            {
                return false;
            }

            lists.Add(uuid);
        }

        return true;
    }

    private static string Action(HttpContext context) => context.Request.PathBase + context.Request.Path;
}
