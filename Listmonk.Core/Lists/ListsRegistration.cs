using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Lists;

/// <summary>Registers the lists.</summary>
public static class ListsRegistration
{
    public static IServiceCollection AddLists(this IServiceCollection services)
    {
        services.AddSingleton<ListQueries>();
        services.AddSingleton<ListService>();
        services.AddSingleton<PublicListQueries>();
        return services;
    }
}
