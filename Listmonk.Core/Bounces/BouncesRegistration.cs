using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Bounces;

/// <summary>Registers reading, matching and recording of bounces.</summary>
public static class BouncesRegistration
{
    public static IServiceCollection AddBounces(this IServiceCollection services)
    {
        services.AddSingleton<BounceMatcher>();
        services.AddSingleton<BounceInspector>();
        return services;
    }
}
