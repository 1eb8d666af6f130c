using Listmonk.Core.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Listmonk.Web.Api;

/// <summary>
/// Which sites' scripts may call what is public, from the settings of the moment (spec/api.md 1.8). Never with cookies or tokens, so a
/// site on the list can do no more than anybody.
/// </summary>
internal sealed class TrustedOrigins(SettingsStore settings) : ICorsPolicyProvider
{
    private const string Any = "*";

    public static bool MayCall(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api/public", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/subscription/form", StringComparison.Ordinal);

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var origins = settings.Current.Security.TrustedUrls.Select(OriginOf).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return Task.FromResult(origins.Length == 0
            ? null
            : new CorsPolicyBuilder(origins).WithMethods(HttpMethods.Get, HttpMethods.Post).WithHeaders("Origin", "Content-Type", "Accept").Build());
    }

    /// <summary>The part of an address that browsers send as <c>Origin</c>; null for what is no address.</summary>
    private static string? OriginOf(string url) =>
        url == Any ? Any
        : Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? $"{address.Scheme}://{address.IdnHost}{(address.IsDefaultPort ? "" : $":{address.Port}")}"
        : null;
}
