using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Templates;

public static class TemplatesRegistration
{
    public static IServiceCollection AddTemplates(this IServiceCollection services) =>
        services.AddSingleton<LiveFeed<TemplateChanged>>().AddSingleton<TemplateQueries>().AddSingleton<TemplateService>();
}
