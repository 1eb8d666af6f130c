using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Core.Doctor;

public static class DoctorRegistration
{
    public static IServiceCollection AddDoctor(this IServiceCollection services)
    {
        services.TryAddSingleton<IDoctorNetwork, DoctorNetwork>();
        services.AddSingleton<ProbeTickets>();
        services.AddSingleton<SelfRequests>();
        services.AddSingleton<DoctorQueries>();
        services.AddSingleton<LiveFeed<RefusedHit>>();
        services.AddSingleton<RefusedHits>();
        services.AddSingleton(provider => new TrackingDoctor(
            provider.GetRequiredService<Settings.SettingsStore>(),
            provider.GetRequiredService<SelfRequests>(),
            provider.GetRequiredService<DoctorQueries>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
