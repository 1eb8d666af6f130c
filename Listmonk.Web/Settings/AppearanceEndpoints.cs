using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Settings;
using Microsoft.Net.Http.Headers;

namespace Listmonk.Web.Settings;

/// <summary>Serves the admin's own styles and scripts under listmonk's addresses (spec/settings.md 2.7).</summary>
internal static class AppearanceEndpoints
{
    public static void MapAppearanceEndpoints(this IEndpointRouteBuilder app)
    {
        Map(app, "/admin/custom.css", "text/css", appearance => appearance.AdminCustomCss);
        Map(app, "/admin/custom.js", "text/javascript", appearance => appearance.AdminCustomJs);
        Map(app, "/public/custom.css", "text/css", appearance => appearance.PublicCustomCss);
        Map(app, "/public/custom.js", "text/javascript", appearance => appearance.PublicCustomJs);
    }

    private static void Map(IEndpointRouteBuilder app, string path, string type, Func<AppearanceSettings, string> read) =>
        app.MapGet(path, (HttpContext context, SettingsStore settings) => Serve(context, read(settings.Current.Appearance), type)).AllowAnonymous();

    private static IResult Serve(HttpContext context, string text, string type)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(bytes, $"{type}; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexString(SHA256.HashData(bytes), 0, 8)}\""));
    }
}
