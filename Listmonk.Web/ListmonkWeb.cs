using Listmonk.Core.Auth;
using Listmonk.Core.Data;
using Listmonk.Core.Demo;
using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Users;
using Listmonk.Web.Analytics;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Listmonk.Web.Bounces;
using Listmonk.Web.Campaigns;
using Listmonk.Web.Import;
using Listmonk.Web.Lists;
using Listmonk.Web.Maintenance;
using Listmonk.Web.Media;
using Listmonk.Web.PublicPages;
using Listmonk.Web.Settings;
using Listmonk.Web.Shell;
using Listmonk.Web.Subscribers;
using Listmonk.Web.Templates;
using Listmonk.Web.Tracking;
using Listmonk.Web.Transactional;
using Listmonk.Web.Users;
using Listmonk.Web.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;
using MudBlazor.Services;

namespace Listmonk.Web;

/// <summary>The web half's table of contents: services, start-up steps and routes, one line a feature.</summary>
public static class ListmonkWeb
{
    /// <summary>
    /// Adds the short names that scripts use: <c>--data DIR</c>, <c>--demo</c>; and keeps the data directory relative to where the
    /// program was started.
    /// </summary>
    public static void AddListmonkConfiguration(this WebApplicationBuilder builder)
    {
        // The file beside the program holds for every way of starting it; the environment and the command line still win.
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
            Path = "appsettings.json",
            Optional = true,
        });
        if (builder.Configuration["data"] is { Length: > 0 } data)
        {
            builder.Configuration["Listmonk:DataDirectory"] = data;
        }

        // A start that fails is told once, by Program, in words; workers log their own faults.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            // A redirect must repeat the destination byte for byte, also where an author wrote letters outside ASCII.
            options.ResponseHeaderEncodingSelector = name => name == HeaderNames.Location ? System.Text.Encoding.UTF8 : null;
        });
    }

    public static IServiceCollection AddListmonkWeb(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddExceptionHandler<PageExceptionHandler>();
        services.AddHttpContextAccessor();
        services.AddHttpClient();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddDataProtection().SetApplicationName("listmonk");
        services.AddSingleton<Microsoft.Extensions.Options.IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, DatabaseKeyRing>();
        services.AddSingleton<ISecretProtector, DataProtectionSecretProtector>();
        services.AddAuth();
        services.AddRateLimits();
        services.AddCors();
        services.AddTransient<Microsoft.AspNetCore.Cors.Infrastructure.ICorsPolicyProvider, TrustedOrigins>();
        services.AddApiDocument();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight);
        services.AddScoped<Shared.BrowserClock>();
        services.AddScoped<PublicLanguage>();
        services.AddTransient<MudBlazor.MudLocalizer, MudTexts>();
        services.AddSingleton<Tracking.ProxyNetworks>();
        services.AddSingleton<ListenAddress>();
        services.AddSingleton<UnprovenSignUps>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<Microsoft.Extensions.Options.IOptions<Core.ListmonkOptions>>(ProxyTrust.Configure);
        return services;
    }

    /// <summary>Everything that must be true before the first request: data directory, database, settings, accounts.</summary>
    public static async Task PrepareListmonkAsync(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Services.GetRequiredService<DataDirectory>().Claim();
        await app.Services.GetRequiredService<BackupRestore>().ApplyPendingAsync(stopping);
        await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(stopping);
        await using var turn = await app.Services.GetRequiredService<StartTurn>().EnterAsync(stopping);
        await app.Services.GetRequiredService<SettingsStore>().LoadAsync(stopping);
        await app.Services.GetRequiredService<DatabaseSeeder>().SeedAsync(stopping);
        if (app.Configuration.GetValue<bool>("demo"))
        {
            await app.Services.GetRequiredService<DemoSeeder>().SeedAsync(stopping);
        }

        await app.Services.GetRequiredService<UserDirectory>().ReloadAsync(stopping);
        await app.Services.GetRequiredService<SessionDirectory>().ReloadAsync(stopping);
        await app.Services.GetRequiredService<TrackingKeyStore>().LoadAsync(stopping);
        await app.Services.GetRequiredService<LinkStore>().WarmAsync(stopping);
        await app.Services.GetRequiredService<LinkEditStore>().LoadAsync(stopping);
        await app.Services.GetRequiredService<SuppressionStore>().LoadAsync(stopping);
        await app.Services.GetRequiredService<MergedSubscriberStore>().LoadAsync(stopping);
        await EnvironmentSetup.RunAsync(app.Services, app.Configuration, stopping);
    }

    public static void MapListmonkWeb(this WebApplication app)
    {
        app.UseMiddleware<PathPrefix>();
        app.UseMiddleware<DoctorProbes>();
        app.UseMiddleware<TrackingFastPath>();
        app.UseMiddleware<MergedLinks>();
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<AdminLanguage>();
        app.UseExceptionHandler();
        app.UseWhen(IsPageRequest, pages => pages.UseStatusCodePagesWithReExecute("/not-found"));
        app.UseMiddleware<SetupGate>();
        app.UseRouting();
        app.UseWhen(TrustedOrigins.MayCall, branch => branch.UseCors());
        app.UseAuthentication();
        app.UseMiddleware<AuditAuthorship>();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthEndpoints();
        app.MapTelemetry();
        app.MapRazorComponents<App>()
            // Our own policy says frame-ancestors too; Blazor's header would stand in its place.
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .Add(RequireSignInForCircuits);
        app.MapAuthEndpoints();
        AdminLanguage.Map(app);
        app.MapPublicPages();
        app.MapArchivePages();
        app.MapAltchaScript();
        app.MapSite();
        app.MapAppearanceEndpoints();
        app.MapUploads();
        app.MapBounceWebhook();
        app.MapBounceServices();
        app.MapTrackingEndpoints();
        app.MapDoctorHealth();

        var api = app.MapGroup("/api").DisableAntiforgery();
        api.MapGet("/health", () => OutcomeHttp.True()).RequirePermission().WithTags(ApiTags.System).WithSummary("Check that the program answers").GivesTrue();
        api.Tagged(ApiTags.System).MapApiDocument();
        api.Tagged(ApiTags.Settings).MapConfigEndpoints();
        api.Tagged(ApiTags.Settings).MapSettingsEndpoints();
        api.Tagged(ApiTags.Maintenance).MapMaintenanceEndpoints();
        api.Tagged(ApiTags.Maintenance).MapBackupEndpoints();
        api.Tagged(ApiTags.Maintenance).MapLogEndpoints();
        api.Tagged(ApiTags.Templates).MapTemplateEndpoints();
        api.Tagged(ApiTags.Media).MapMediaEndpoints();
        api.Tagged(ApiTags.Public).MapPublicSubscriptionEndpoints();
        api.Tagged(ApiTags.Public).MapAltchaChallenge();
        api.Tagged(ApiTags.Public).MapPublicArchiveEndpoints();
        api.Tagged(ApiTags.Campaigns).MapCampaignEndpoints();
        api.Tagged(ApiTags.Campaigns).MapDeliveryEndpoints();
        api.Tagged(ApiTags.Analytics).MapLinkEndpoints();
        api.Tagged(ApiTags.Webhooks).MapWebhookEndpoints();
        api.Tagged(ApiTags.Analytics).MapAnalyticsEndpoints();
        api.Tagged(ApiTags.Tracking).MapInspectionEndpoints();
        api.Tagged(ApiTags.Tracking).MapDoctorEndpoints();
        api.Tagged(ApiTags.Lists).MapListEndpoints();
        api.Tagged(ApiTags.Subscribers).MapSubscriberEndpoints();
        api.Tagged(ApiTags.Segments).MapSegmentEndpoints();
        api.Tagged(ApiTags.Subscribers).MapSuppressionEndpoints();
        api.Tagged(ApiTags.Import).MapImportEndpoints();
        api.Tagged(ApiTags.Transactional).MapTransactionalEndpoints();
        api.Tagged(ApiTags.Bounces).MapBounceEndpoints();
        api.Tagged(ApiTags.Users).MapUserEndpoints();
        api.Tagged(ApiTags.Users).MapRoleEndpoints();
        api.MapFallback(() => OutcomeHttp.Error(StatusCodes.Status404NotFound, "404 unknown endpoint")).AllowAnonymous();
    }

    private static bool IsPageRequest(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Pages name their permissions; Blazor's own endpoints (circuit, initializers) ask for an account, whichever it is.</summary>
    private static void RequireSignInForCircuits(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.Contains("_blazor", StringComparison.Ordinal))
        {
            endpoint.Metadata.Add(new HasPermissionAttribute());
        }
    }
}
