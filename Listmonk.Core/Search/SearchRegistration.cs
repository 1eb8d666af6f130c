using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Search;

/// <summary>Registers the search over all features.</summary>
public static class SearchRegistration
{
    public static IServiceCollection AddSearch(this IServiceCollection services) => services.AddSingleton<SearchQueries>();
}
