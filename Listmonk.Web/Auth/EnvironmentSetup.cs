using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;

namespace Listmonk.Web.Auth;

/// <summary>
/// Set-up without a browser: LISTMONK_ADMIN_USER and LISTMONK_ADMIN_PASSWORD create the super admin on a fresh installation,
/// LISTMONK_ADMIN_API_USER and LISTMONK_ADMIN_API_TOKEN an API user with every right.
/// </summary>
internal static partial class EnvironmentSetup
{
    /// <exception cref="StartupException">A value was refused.</exception>
    public static async Task RunAsync(IServiceProvider services, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var directory = services.GetRequiredService<UserDirectory>();
        var setup = services.GetRequiredService<SetupService>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(EnvironmentSetup));
        if (configuration["LISTMONK_ADMIN_USER"] is { Length: > 0 } user && !directory.HasSuperAdmin)
        {
            var request = new SetupRequest(user, $"{user}@listmonk.invalid", configuration["LISTMONK_ADMIN_PASSWORD"] ?? "");
            Demand(await setup.CreateSuperAdminAsync(request, cancellationToken), "LISTMONK_ADMIN_USER / LISTMONK_ADMIN_PASSWORD");
        }

        if (configuration["LISTMONK_ADMIN_API_USER"] is { Length: > 0 } apiUser && configuration["LISTMONK_ADMIN_API_TOKEN"] is { Length: > 0 } token
            && directory.FindByToken(apiUser, token) is null)
        {
            Demand(await setup.CreateApiUserAsync(apiUser, token, cancellationToken), "LISTMONK_ADMIN_API_USER / LISTMONK_ADMIN_API_TOKEN");
        }

        if (!directory.HasSuperAdmin)
        {
            LogSetupOpen(logger, SetupGate.SetupPath, setup.SetupCode);
        }
    }

    private static void Demand(Outcome outcome, string what)
    {
        if (!outcome.IsOk)
        {
            throw new StartupException($"{what}: {outcome.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Set-up is open: visit {Path} to create the first account. From another machine the set-up code is needed: {Code}")]
    private static partial void LogSetupOpen(ILogger logger, string path, string code);
}
