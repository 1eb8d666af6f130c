using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Common;
using Listmonk.Core.Languages;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>Messages as pages: "view in browser" and the public archive (spec/public.md 9, spec/tracking.md 4.3).</summary>
internal static class ArchiveEndpoints
{
    public static void MapMessageView(this IEndpointRouteBuilder pages) => pages.MapGet("/campaign/{campaign}/{subscriber}", ShowMessage);

    public static void MapArchivePages(this IEndpointRouteBuilder app)
    {
        var archive = app.MapGroup("").AllowAnonymous().AddEndpointFilter(OnlyWhenOpen);
        archive.MapGet("/archive", ShowArchive);
        archive.MapGet("/archive/latest", ShowLatest);
        archive.MapGet("/archive/{id}", ShowArchived);
        archive.MapGet("/archive.xml", ShowFeed);
        archive.MapGet("/archive.atom", ShowAtomFeed);
    }

    public static void MapPublicArchiveEndpoints(this IEndpointRouteBuilder api) => api.MapGet("/public/archive", GetPage).AllowAnonymous()
            .WithSummary("Find campaigns of the archive").WithQuery("query", "Words to look for.").GivesPage<ArchiveResponse>().Refuses(StatusCodes.Status404NotFound);

    private static async Task<IResult> ShowMessage(string campaign, string subscriber, MessageViewQueries messages, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(campaign, "D", out var campaignUuid) || !Guid.TryParseExact(subscriber, "D", out var subscriberUuid))
        {
            return PublicResults.BadAddress();
        }

        var outcome = await messages.RenderAsync(campaignUuid, subscriberUuid, cancellationToken);
        return outcome.Kind switch
        {
            OutcomeKind.Ok => PublicResults.MailContent(outcome.Value),
            OutcomeKind.NotFound => PublicResults.Message("public.notFoundTitle", "public.campaignNotFound", StatusCodes.Status404NotFound),
            _ => CannotBeShown(),
        };
    }

    private static async Task<IResult> ShowArchive(HttpContext context, ArchiveQueries archive, SettingsStore settings, CancellationToken cancellationToken)
    {
        var query = context.Request.Query["q"].ToString().Trim();
        return PublicResults.View<ArchiveView>(new()
        {
            ["Page"] = await archive.SearchAsync(query, context.Request.Paging(), cancellationToken),
            ["Query"] = query,
            ["HasForm"] = settings.Current.General.EnablePublicSubscriptionPage,
        });
    }

    private static async Task<IResult> ShowLatest(ArchiveQueries archive, CancellationToken cancellationToken) => Show(await archive.LatestAsync(cancellationToken));

    private static async Task<IResult> ShowArchived(string id, ArchiveQueries archive, CancellationToken cancellationToken) => Show(await archive.FindAsync(id, cancellationToken));

    private static async Task<IResult> ShowFeed(ArchiveQueries archive, SettingsStore settings, LanguageDirectory languages, CancellationToken cancellationToken)
    {
        var general = settings.Current.General;
        var feed = ArchiveFeed.Write(
            general.SiteName, languages.Current.Find("public.archiveDescription", ("site", general.SiteName)), settings.Current.RootUrl, await archive.FeedAsync(cancellationToken), general.EnablePublicArchiveRssContent);
        return Results.Bytes(feed, ArchiveFeed.ContentType);
    }

    private static async Task<IResult> ShowAtomFeed(ArchiveQueries archive, SettingsStore settings, CancellationToken cancellationToken)
    {
        var general = settings.Current.General;
        var feed = AtomFeed.Write(general.SiteName, settings.Current.RootUrl, await archive.FeedAsync(cancellationToken), general.EnablePublicArchiveRssContent);
        return Results.Bytes(feed, AtomFeed.ContentType);
    }

    private static async Task<IResult> GetPage(HttpContext context, ArchiveQueries archive, CancellationToken cancellationToken)
    {
        if (!archive.IsOpen)
        {
            return OutcomeHttp.Error(StatusCodes.Status404NotFound, "The archive is switched off.");
        }

        var page = await archive.SearchAsync(context.Request.Query["query"].ToString(), context.Request.Paging(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<ArchiveResponse>(
            [.. page.Results.Select(item => new ArchiveResponse(item.Uuid, item.Subject, "", item.CreatedAt, item.SendAt, item.Url))], page.Total, page.Request));
    }

    private static IResult Show(ArchiveEntry? entry) => entry switch
    {
        null => PublicResults.NothingHere(),
        { Message: { } message } => PublicResults.MailContent(message),
        _ => CannotBeShown(),
    };

    private static IResult CannotBeShown() =>
        PublicResults.Message("public.errorFetchingCampaign", "public.campaignFaulty", StatusCodes.Status500InternalServerError);

    private static async ValueTask<object?> OnlyWhenOpen(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<ArchiveQueries>().IsOpen ? await next(context) : PublicResults.NothingHere();
}
