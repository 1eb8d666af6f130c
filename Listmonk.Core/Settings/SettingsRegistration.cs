using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Settings;

public static class SettingsRegistration
{
    public static IServiceCollection AddSettings(this IServiceCollection services) =>
        services.AddSingleton<SettingsStore>().AddSingleton<IRevised>(provider => provider.GetRequiredService<SettingsStore>()).AddSingleton<SettingsService>().AddSingleton<SettingsTransfer>();
}
