using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Maintenance;

/// <summary>Ours: backups over HTTP. A backup holds all accounts and secrets, so the service wants a super admin.</summary>
internal static class BackupEndpoints
{
    public static void MapBackupEndpoints(this IEndpointRouteBuilder api)
    {
        var backups = api.MapGroup("/maintenance/backups");
        backups.MapGet("", (BackupStore store) => OutcomeHttp.Data(store.List())).RequirePermission(Permissions.SettingsMaintain);
        backups.MapPost("", async (HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.CreateAsync(context.Actor(), cancellationToken)).ToHttp(file => file)).RequirePermission(Permissions.SettingsMaintain);
        backups.MapGet("/{name}", Download).RequirePermission(Permissions.SettingsMaintain);
        backups.MapDelete("/{name}", async (string name, HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.DeleteAsync(name, context.Actor(), cancellationToken)).ToHttp(StatusCodes.Status404NotFound)).RequirePermission(Permissions.SettingsMaintain);
        backups.MapPut("/{name}/restore", async (string name, HttpContext context, BackupService service, CancellationToken cancellationToken) =>
            (await service.RestoreAtStartAsync(name, context.Actor(), cancellationToken)).ToHttp(StatusCodes.Status404NotFound)).RequirePermission(Permissions.SettingsMaintain);
    }

    private static IResult Download(string name, HttpContext context, BackupStore store) =>
        !context.Actor().IsSuperAdmin ? OutcomeHttp.Error(StatusCodes.Status403Forbidden, "Permission denied: backups are for super admins")
        : store.Find(name) is { } path ? Results.File(path, "application/vnd.sqlite3", name)
        : OutcomeHttp.Error(StatusCodes.Status404NotFound, "There is no such backup.");
}
