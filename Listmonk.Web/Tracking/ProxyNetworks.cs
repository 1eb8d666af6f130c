using System.Net;
using Listmonk.Core;
using Listmonk.Core.Common;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Tracking;

/// <summary>The declared proxies, this machine included, and the client behind them.</summary>
internal sealed class ProxyNetworks(IOptions<ListmonkOptions> options)
{
    private readonly NetworkSet _trusted = new([.. options.Value.TrustedProxies, "127.0.0.0/8", "::1"]);

    /// <summary>Whether the peer is a declared proxy or this machine.</summary>
    public bool IsTrusted(IPAddress peer) => _trusted.Contains(peer);

    /// <summary>A local socket has no address and counts as this machine.</summary>
    public IPAddress ClientOf(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        if (!_trusted.Contains(peer))
        {
            return peer;
        }

        var headers = context.Request.Headers;
        return ClientAddress.Find(peer, _trusted, name => headers.TryGetValue(name, out var lines) ? string.Join(',', (string?[])lines!) : null);
    }
}
