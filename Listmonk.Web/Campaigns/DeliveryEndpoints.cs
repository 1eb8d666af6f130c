using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Campaigns;

/// <summary>A campaign's ledger over HTTP; listmonk has no such thing.</summary>
internal static class DeliveryEndpoints
{
    public static void MapDeliveryEndpoints(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/campaigns/{id}/deliveries");
        deliveries.MapGet("", GetPage).RequirePermission(Permissions.CampaignsGetAll, Permissions.CampaignsGet)
            .WithSummary("Find the mails of a campaign").WithDeliveryFilter().GivesPage<DeliveryResponse>().Refuses(StatusCodes.Status404NotFound);
        deliveries.MapGet("/export", Export).RequirePermission(Permissions.CampaignsGetAll, Permissions.CampaignsGet)
            .WithSummary("Export the mails of a campaign as CSV").WithDeliveryFilter().GivesFile("text/csv").Refuses(StatusCodes.Status404NotFound);
        deliveries.MapPost("/retry", Retry).RequirePermission(Permissions.CampaignsSend)
            .WithSummary("Send failed mails once more").Gives<CountResponse>();
        deliveries.MapPost("/newcomers", SendToNewcomers).RequirePermission(Permissions.CampaignsSend)
            .WithSummary("Send a campaign to those who came later").GivesTrue();
    }

    private static RouteHandlerBuilder WithDeliveryFilter(this RouteHandlerBuilder route) => route
        .WithQuery<DeliveryStatus>("status", "Only mails in this state.")
        .WithQuery("query", "Part of the address or name.");

    private static async Task<IResult> GetPage(string id, HttpContext context, DeliveryQueries deliveries, CancellationToken cancellationToken)
    {
        if (Filter(context.Request) is not { } filter)
        {
            return UnknownStatus();
        }

        var page = await deliveries.PageAsync(ApiRequest.ParseId(id), filter, context.Request.Paging(), context.Actor(), cancellationToken);
        return page.IsOk
            ? OutcomeHttp.Page(new PagedList<DeliveryResponse>([.. page.Value.Results.Select(DeliveryResponse.Of)], page.Value.Total, page.Value.Request), query: filter.Search ?? "")
            : page.ToHttp(_ => true, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Export(string id, HttpContext context, DeliveryQueries deliveries, CancellationToken cancellationToken)
    {
        if (Filter(context.Request) is not { } filter)
        {
            return UnknownStatus();
        }

        var (campaignId, actor) = (ApiRequest.ParseId(id), context.Actor());
        var allowed = await deliveries.CanReadAsync(campaignId, actor, cancellationToken);
        return allowed.IsOk
            ? Results.Stream(stream => WriteAsync(stream, deliveries.StreamAsync(campaignId, filter, actor, cancellationToken), cancellationToken), "text/csv", $"campaign_{campaignId}_deliveries.csv")
            : allowed.ToHttp(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Retry(string id, HttpContext context, DeliveryService deliveries, CancellationToken cancellationToken) =>
        (await deliveries.RetryFailedAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(count => new CountResponse(count));

    private static async Task<IResult> SendToNewcomers(string id, HttpContext context, DeliveryService deliveries, CancellationToken cancellationToken) =>
        (await deliveries.SendToNewcomersAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();

    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<DeliveryItem> deliveries, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync("subscriber_id,email,name,status,attempts,claimed_at,done_at,smtp_code,reply,server\n".AsMemory(), cancellationToken);
        await foreach (var row in deliveries.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.SubscriberId},{CsvText.Field(row.Email ?? "")},{CsvText.Field(row.Name ?? "")},{EnumText.Of(row.Status)},{row.Attempts},{Time(row.ClaimedAt)},{Time(row.DoneAt)},{row.SmtpCode},{CsvText.Field(row.Reply ?? "")},{CsvText.Field(row.Server ?? "")}\n").AsMemory(),
                cancellationToken);
        }
    }

    /// <summary>Null when the status is none of ours.</summary>
    private static DeliveryFilter? Filter(HttpRequest request)
    {
        var status = request.Text("status");
        return status.Length == 0 ? new DeliveryFilter(null, request.Text("query"))
            : EnumText.TryParse<DeliveryStatus>(status, out var known) ? new DeliveryFilter(known, request.Text("query"))
            : null;
    }

    private static IResult UnknownStatus() => OutcomeHttp.Error(
        StatusCodes.Status400BadRequest, $"Unknown status. Known are {string.Join(", ", EnumText.All<DeliveryStatus>())}.", [new FieldError("status", "Unknown status")]);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
