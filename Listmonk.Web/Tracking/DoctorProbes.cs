using System.Globalization;
using System.Net;
using Listmonk.Core.Doctor;

namespace Listmonk.Web.Tracking;

/// <summary>Answers the doctor's own requests as the true ones are answered, says what arrived, and counts nothing. Anything unsigned goes on to where it would have gone.</summary>
internal sealed class DoctorProbes(RequestDelegate next, ProbeTickets tickets, ProxyNetworks proxies)
{
    private const int MaxHeader = 200;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.Value is not { } path || !ProbePaths.TryRead(path, out var kind, out var ticket) || !tickets.IsValid(ticket))
        {
            return next(context);
        }

        context.Response.Headers[ProbePaths.Header] = tickets.Seal(ticket, Look(context));
        return kind switch
        {
            ProbeKind.Open => TrackingFastPath.WritePixel(context),
            ProbeKind.Link => TrackingFastPath.WriteRedirect(context, ProbePaths.Destination),
            _ => Acknowledge(context),
        };
    }

    private static Task Acknowledge(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private ProbeSighting Look(HttpContext context)
    {
        var (request, peer) = (context.Request, context.Connection.RemoteIpAddress ?? IPAddress.Loopback);
        return new ProbeSighting
        {
            Id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            Peer = (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer).ToString(),
            IsPeerTrusted = proxies.IsTrusted(peer),
            Client = proxies.ClientOf(context).ToString(),
            Scheme = request.Scheme,
            Host = Header(request, "Host") ?? "",
            ForwardedFor = Header(request, "X-Forwarded-For") ?? Header(request, "Forwarded") ?? Header(request, "X-Real-IP"),
            ForwardedProto = Header(request, "X-Forwarded-Proto"),
            ForwardedHost = Header(request, "X-Forwarded-Host"),
            IsUpgrade = string.Equals(Header(request, "Upgrade"), "websocket", StringComparison.OrdinalIgnoreCase)
                && Header(request, "Connection")?.Contains("upgrade", StringComparison.OrdinalIgnoreCase) == true,
        };
    }

    private static string? Header(HttpRequest request, string name) =>
        !request.Headers.TryGetValue(name, out var lines) ? null : lines.ToString() is { Length: > MaxHeader } text ? text[..MaxHeader] : lines.ToString();
}
