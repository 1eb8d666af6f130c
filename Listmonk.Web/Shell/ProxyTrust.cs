using System.Net;
using Listmonk.Core;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Shell;

/// <summary>Forwarded headers are trusted from declared proxies only, the local machine included.</summary>
internal static class ProxyTrust
{
    public static void Configure(Microsoft.AspNetCore.Builder.ForwardedHeadersOptions options, IOptions<ListmonkOptions> listmonk)
    {
        options.ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedFor
            | Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedProto
            | Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null;
        foreach (var proxy in listmonk.Value.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }
    }
}
