using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Dkim;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Registers the pre-flight report.</summary>
internal static class PreflightRegistration
{
    public static IServiceCollection AddPreflight(this IServiceCollection services)
    {
        services.AddHttpClient(LinkProbe.ClientName, client =>
            {
                client.DefaultRequestHeaders.UserAgent.ParseAdd("Listmonk-link-check/1.0");
                client.DefaultRequestHeaders.Accept.ParseAdd("text/html,*/*;q=0.8");
            })
            // A proxy would resolve names itself, and the guard against private networks with it.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                ConnectCallback = PublicNetwork.ConnectAsync,
            });
        services.AddSingleton<DnsDomainRecords>();
        services.TryAddSingleton<IDomainRecords>(provider => provider.GetRequiredService<DnsDomainRecords>());
        services.TryAddSingleton<ITextRecords>(provider => provider.GetRequiredService<DnsDomainRecords>());
        services.AddSingleton<LinkProbe>();
        services.AddSingleton<AudienceSampleQueries>();
        services.AddSingleton<PreflightService>();
        return services;
    }
}
