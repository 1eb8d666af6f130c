using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Maintenance;

/// <summary>Ours: backups over HTTP. A backup holds all accounts and secrets, so the service wants a super admin.</summary>
internal static class BackupEndpoints
{
    public static void MapBackupEndpoints(this IEndpointRouteBuilder api)
    {
        var backups = api.MapGroup("/maintenance/backups");
        backups.MapGet("", (BackupStore store) => OutcomeHttp.Data(store.List())).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Read all backups").Gives<IReadOnlyList<BackupFile>>("""{"data": [{"name": "listmonk-20260301-093000.db", "created_at": "2026-03-01T09:30:00Z", "bytes": 524288}]}""");
        backups.MapPost("", async (HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.CreateAsync(context.Actor(), cancellationToken)).ToHttp(file => file)).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Make a backup").Gives<BackupFile>("""{"data": {"name": "listmonk-20260301-093000.db", "created_at": "2026-03-01T09:30:00Z", "bytes": 524288}}""").Refuses(StatusCodes.Status409Conflict);
        backups.MapGet("/{name}", Download).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Download a backup").WithRouteValue("name", "The name of the file.").GivesFile("application/octet-stream").Refuses(StatusCodes.Status404NotFound);
        backups.MapDelete("/{name}", async (string name, HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.DeleteAsync(name, context.Actor(), cancellationToken)).ToHttp(StatusCodes.Status404NotFound)).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Delete a backup").WithRouteValue("name", "The name of the file.").GivesTrue().Refuses(StatusCodes.Status404NotFound);
        backups.MapPut("/{name}/restore", async (string name, HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.RestoreAtStartAsync(name, context.Actor(), cancellationToken)).ToHttp(StatusCodes.Status404NotFound)).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Restore a backup at the next start").WithRouteValue("name", "The name of the file.").GivesTrue().Refuses(StatusCodes.Status404NotFound);
    }

    private static IResult Download(string name, HttpContext context, BackupStore store) =>
        !context.Actor().IsSuperAdmin ? OutcomeHttp.Error(StatusCodes.Status403Forbidden, "Permission denied: backups are for super admins")
        : store.Find(name) is { } path ? Results.File(path, "application/vnd.sqlite3", name)
        : OutcomeHttp.Error(StatusCodes.Status404NotFound, "There is no such backup.");
}
