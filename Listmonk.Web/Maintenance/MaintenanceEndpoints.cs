using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Maintenance;

/// <summary>Clean-ups and facts about the instance (spec/api.md 3, 6); the clean-up of opens and clicks is with the analytics.</summary>
internal static class MaintenanceEndpoints
{
    public static void MapMaintenanceEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapDelete("/maintenance/subscribers/{type}", DeleteSubscribers).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Delete orphaned or blocklisted subscribers").WithRouteValue("type", "Whom.", [.. EnumText.All<SubscriberCleanup>()]).Gives<CleanupResponse>();
        api.MapDelete("/maintenance/subscriptions/unconfirmed", DeleteUnconfirmed).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Delete old unconfirmed subscriptions").WithQuery<DateTimeOffset>("before_date", "All before this date or time.").Gives<CleanupResponse>();
        api.MapGet("/about", About).RequirePermission()
            .WithSummary("Read about the program").WithTags(ApiTags.System).WithDescription("Who may not read the settings learns the version only.").GivesBare<AboutResponse>();
    }

    private static async Task<IResult> DeleteSubscribers(string type, HttpContext context, MaintenanceService maintenance, CancellationToken cancellationToken) =>
        EnumText.TryParse<SubscriberCleanup>(type, out var kind)
            ? (await maintenance.DeleteSubscribersAsync(kind, context.Actor(), cancellationToken)).ToHttp(count => new CleanupResponse(count))
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid data");

    private static async Task<IResult> DeleteUnconfirmed(HttpContext context, MaintenanceService maintenance, CancellationToken cancellationToken) =>
        // A plus sign of the zone often arrives as a blank.
        DateTimeOffset.TryParse(context.Request.Text("before_date").Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before)
            ? (await maintenance.DeleteUnconfirmedAsync(before.ToUniversalTime(), context.Actor(), cancellationToken)).ToHttp(count => new CleanupResponse(count))
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid data");

    private static async Task<IResult> About(HttpContext context, InstanceQueries instance, CancellationToken cancellationToken) =>
        OutcomeHttp.Bare(AboutResponse.Of(await instance.ReadAsync(cancellationToken), context.Actor().Can(Permissions.SettingsGet)));
}
