using Listmonk.Core.Common;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>
/// People have a copy of their data, or delete it, by a link mailed to themselves (decision 0040). Asking for it is answered alike for every
/// address; the token in the link is what shows that the mailbox is theirs.
/// </summary>
internal static class PrivacyEndpoints
{
    public static void MapPrivacyPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/privacy", ShowQuestion);
        pages.MapPost("/privacy", Ask).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapGet("/privacy/{token}", ShowChoices);
        pages.MapPost("/privacy/{token}/export", Download).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPost("/privacy/{token}/erase", Erase).RequireRateLimiting(RateLimits.PublicPosts);
        pages.MapPost("/subscription/erase/{subscriber}", MailLink).RequireRateLimiting(RateLimits.PublicPosts);
    }

    private static IResult ShowQuestion(HttpContext context, PrivacyLinkMailer mailer) =>
        mailer.IsOffered ? PublicResults.View<PrivacyQuestionView>(new() { ["Action"] = $"{context.Request.PathBase}/privacy" }) : PublicResults.NothingHere();

    private static async Task<IResult> Ask(HttpContext context, PrivacyLinkMailer mailer, PrivacyLinkQueue queue, CancellationToken cancellationToken)
    {
        if (!mailer.IsOffered)
        {
            return PublicResults.NothingHere();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        if (!EmailAddress.TryNormalize(form["email"].ToString(), out var email))
        {
            return PublicResults.View<PrivacyQuestionView>(
                new() { ["Action"] = $"{context.Request.PathBase}/privacy", ["Email"] = form["email"].ToString(), ["Error"] = "public.invalidEmail" }, StatusCodes.Status400BadRequest);
        }

        queue.Ask(email);
        return PublicResults.Message("public.checkMailboxTitle", "public.privacyAsked");
    }

    /// <summary>For whoever holds a mail of ours: the link goes to the address on record, wherever the mail was forwarded to.</summary>
    private static async Task<IResult> MailLink(string subscriber, PrivacyLinkMailer mailer, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        return PublicResults.Mailed(await mailer.SendAsync(subscriberUuid, cancellationToken), "public.checkMailboxTitle", "public.privacyAsked");
    }

    private static async Task<IResult> ShowChoices(
        string token, HttpContext context, PrivacyLinks links, PreferenceService preferences, PublicLanguage language, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } subscriber)
        {
            return Expired();
        }

        if (await preferences.FindAsync(subscriber, cancellationToken) is not { } person)
        {
            return PublicResults.UnknownPerson();
        }

        language.Prefer(await preferences.LanguageOfAsync(subscriber, cancellationToken));
        var (privacy, address) = (settings.Current.Privacy, $"{context.Request.PathBase}/privacy/{token}");
        return PublicResults.View<PrivacyView>(new()
        {
            ["Email"] = person.Email,
            ["ExportAction"] = privacy.AllowExport ? $"{address}/export" : null,
            ["EraseAction"] = privacy.AllowWipe ? $"{address}/erase" : null,
        });
    }

    private static async Task<IResult> Download(string token, PrivacyLinks links, DataExportMailer exports, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } subscriber)
        {
            return Expired();
        }

        var file = await exports.ReadAsync(subscriber, cancellationToken);
        return file.IsOk ? Results.File(file.Value, "application/json", "data.json") : Refuse(file);
    }

    private static async Task<IResult> Erase(string token, PrivacyLinks links, PreferenceService preferences, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } subscriber)
        {
            return Expired();
        }

        var erased = await preferences.WipeAsync(subscriber, cancellationToken);
        return erased.IsOk ? PublicResults.Message("public.dataRemovedTitle", "public.dataRemoved") : Refuse(erased);
    }

    private static IResult Refuse(Outcome outcome) => outcome.Kind == OutcomeKind.NotFound
        ? PublicResults.UnknownPerson()
        : PublicResults.Message("public.notAvailableTitle", outcome.Message, StatusCodes.Status400BadRequest);

    private static IResult Expired() => PublicResults.Message("public.privacyExpiredTitle", "public.privacyExpiredInfo", StatusCodes.Status410Gone);
}
