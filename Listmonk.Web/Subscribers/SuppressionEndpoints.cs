using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Subscribers;

/// <summary>The suppression list by API; ours.</summary>
internal static class SuppressionEndpoints
{
    public static void MapSuppressionEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/suppressions", Page).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Read the suppression list").WithDescription("Addresses and domains that never get a mail, newest first.")
            .WithQuery("search", "Part of an address or domain.").GivesPage<SuppressionResponse>();
        api.MapGet("/suppressions/export", Export).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Export the suppression list as CSV").GivesFile("text/csv");
        api.MapPost("/suppressions", Add).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Add to the suppression list").WithDescription("What is known already stays as it is.").Takes<SuppressionRequest>().Gives<SuppressionReceiptResponse>();
        api.MapDelete("/suppressions", Remove).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Remove from the suppression list").WithQuery<int[]>("id", "Numbers of entries.").GivesTrue();
    }

    private static async Task<IResult> Page(HttpContext context, SuppressionQueries suppressions, CancellationToken cancellationToken)
    {
        var search = context.Request.Text("search");
        var page = await suppressions.PageAsync(search, context.Request.Paging(), context.Actor(), cancellationToken);
        return page.IsOk
            ? OutcomeHttp.Page(new PagedList<SuppressionResponse>([.. page.Value.Results.Select(SuppressionResponse.From)], page.Value.Total, page.Value.Request), "", search)
            : ((Outcome)page).ToHttp();
    }

    private static IResult Export(HttpContext context, SuppressionQueries suppressions, CancellationToken cancellationToken) =>
        SuppressionService.MayManage(context.Actor())
            ? Results.Stream(stream => WriteAsync(stream, suppressions, cancellationToken), "text/csv", "suppression.csv")
            : OutcomeHttp.Error(StatusCodes.Status403Forbidden, "The suppression list is for accounts that manage all subscribers.");

    private static async Task<IResult> Add(HttpContext context, SuppressionService suppressions, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SuppressionRequest>(cancellationToken);
        return body.Entries is { Count: > 0 } entries
            ? (await suppressions.AddAsync(entries.ToAsyncEnumerable(), body.Reason ?? "", "api", context.Actor(), cancellationToken)).ToHttp(SuppressionReceiptResponse.From)
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid fields: entries");
    }

    private static async Task<IResult> Remove(HttpContext context, SuppressionService suppressions, CancellationToken cancellationToken)
    {
        Outcome removed = await suppressions.RemoveAsync([.. context.Request.Ids("id")], context.Actor(), cancellationToken);
        return removed.ToHttp();
    }

    private static async Task WriteAsync(Stream stream, SuppressionQueries suppressions, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync("value,reason,source,created_by,created_at\n".AsMemory(), cancellationToken);
        await foreach (var entry in suppressions.StreamAsync(cancellationToken))
        {
            string[] fields = [entry.Value, entry.Reason, entry.Source, entry.CreatedBy, entry.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)];
            await writer.WriteAsync((string.Join(',', fields.Select(CsvText.Quoted)) + "\n").AsMemory(), cancellationToken);
        }
    }
}
