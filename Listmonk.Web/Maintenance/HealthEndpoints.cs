using System.Data.Common;
using Listmonk.Core.Data;
using Listmonk.Web.Api;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Web.Maintenance;

/// <summary>
/// What load balancers and orchestrators ask. <c>/health</c> is listmonk's and <c>/health/live</c> says that the process answers;
/// <c>/health/ready</c> also that it can work.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealthEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", () => OutcomeHttp.True()).AllowAnonymous();
        app.MapGet("/health/live", () => OutcomeHttp.True()).AllowAnonymous();
        app.MapGet("/health/ready", Ready).AllowAnonymous();
    }

    /// <summary>503 while the program stops or its database does not answer.</summary>
    private static async Task<IResult> Ready(
        IDbContextFactory<ListmonkDbContext> databases, IHostApplicationLifetime lifetime, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return OutcomeHttp.Error(StatusCodes.Status503ServiceUnavailable, "The program is stopping.");
        }

        using var timeout = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var db = await databases.CreateDbContextAsync(either.Token);
            _ = await db.Settings.AsNoTracking().AnyAsync(either.Token);
            return OutcomeHttp.True();
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or System.Net.Sockets.SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return OutcomeHttp.Error(StatusCodes.Status503ServiceUnavailable, "The database does not answer.");
        }
    }
}
