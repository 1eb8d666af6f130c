using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Demo;

public static class DemoRegistration
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddSingleton<DemoSeeder>();
}
