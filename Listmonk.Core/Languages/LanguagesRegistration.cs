using Listmonk.Core.Templates.Expressions;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Languages;

public static class LanguagesRegistration
{
    public static IServiceCollection AddLanguages(this IServiceCollection services) =>
        services.AddSingleton<LanguageDirectory>().AddSingleton<ITemplateLanguage, InstalledLanguage>();
}
