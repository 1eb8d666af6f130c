using Listmonk.Core.Languages;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Settings;

/// <summary>What every signed-in client may know: the installation's outline and its texts (spec/api.md 3).</summary>
internal static class ConfigEndpoints
{
    public static void MapConfigEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/config", (SettingsStore settings, LanguageDirectory languages) => OutcomeHttp.Data(ConfigResponse.Of(settings.Current, languages))).RequirePermission();
        api.MapGet("/lang/{code}", (string code, LanguageDirectory languages) => LanguageDirectory.IsCode(code)
            ? OutcomeHttp.Data(languages.Find(code).Texts)
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid language code.")).RequirePermission();
    }
}
