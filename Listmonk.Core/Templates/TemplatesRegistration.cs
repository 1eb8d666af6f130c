using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Templates;

public static class TemplatesRegistration
{
    public static IServiceCollection AddTemplates(this IServiceCollection services) =>
        services.AddSingleton<LiveFeed<TemplateChanged>>().AddSingleton<TemplateQueries>().AddSingleton<TemplateService>()
            .AddSingleton<IRevised>(provider => provider.GetRequiredService<TemplateService>());
}
