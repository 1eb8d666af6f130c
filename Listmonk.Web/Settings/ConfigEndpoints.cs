using Listmonk.Core.Languages;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Settings;

/// <summary>What every signed-in client may know: the installation's outline and its texts (spec/api.md 3).</summary>
internal static class ConfigEndpoints
{
    public static void MapConfigEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/config", (SettingsStore settings, LanguageDirectory languages) => OutcomeHttp.Data(ConfigResponse.Of(settings.Current, languages))).RequirePermission()
            .WithSummary("Read what a client needs to know").Gives<ConfigResponse>();
        api.MapGet("/lang/{code}", (string code, LanguageDirectory languages) => LanguageDirectory.IsCode(code)
            ? OutcomeHttp.Data(languages.Find(code).Texts)
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid language code.")).RequirePermission()
            .WithSummary("Read the texts of a language").WithRouteValue("code", "Such as en.").Gives<IReadOnlyDictionary<string, string>>("""{"data": {"globals.buttons.save": "Save"}}""");
    }
}
