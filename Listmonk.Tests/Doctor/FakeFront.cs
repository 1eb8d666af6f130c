using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Listmonk.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Listmonk.Tests.Doctor;

/// <summary>A reverse proxy before the true host, right in everything that is not set otherwise.</summary>
internal sealed class FakeFront : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Answer> _cache = new(StringComparer.Ordinal);
    private WebApplication _listener = default!;
    private ListmonkApp _app = default!;

    public bool SendsForwarded { get; init; } = true;

    public bool SendsProto { get; init; } = true;

    public bool PassesUpgrade { get; init; } = true;

    public bool PassesHead { get; init; } = true;

    public bool Caches { get; init; }

    public string? HostSent { get; init; }

    /// <summary>Where the proxy seems to run.</summary>
    public string Address { get; init; } = "127.0.0.1";

    public string? BlockedPath { get; init; }

    /// <summary>Everything else is 404.</summary>
    public string? OnlyPath { get; init; }

    /// <summary>Answers with this alone, without asking the program.</summary>
    public int? Status { get; init; }

    public bool SendsOnToHttps { get; init; }

    public int Port => new Uri(_listener.Urls.Single()).Port;

    public async Task<FakeFront> StartAsync(ListmonkApp app, X509Certificate2? certificate)
    {
        _app = app;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        _listener = builder.Build();
        _listener.Run(AnswerAsync);
        await _listener.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (SendsOnToHttps)
        {
            context.Response.Redirect($"https://{context.Request.Host.Host}{path}");
        }
        else if (Status is { } status)
        {
            context.Response.StatusCode = status;
        }
        else if ((BlockedPath is not null && path.StartsWith(BlockedPath, StringComparison.Ordinal)) || (!PassesHead && HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.StatusCode = 403;
        }
        else if (OnlyPath is not null && !path.StartsWith(OnlyPath, StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
        }
        else
        {
            var answer = Caches && _cache.TryGetValue(path, out var kept) ? kept : await PassOnAsync(context, path);
            _cache[path] = answer;
            context.Response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers)
            {
                context.Response.Headers[name] = value;
            }

            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await context.Response.Body.WriteAsync(answer.Body);
            }
        }
    }

    private async Task<Answer> PassOnAsync(HttpContext outer, string path)
    {
        var inner = await _app.Server.SendAsync(context =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(Address);
            context.Request.Method = outer.Request.Method;
            context.Request.Scheme = "http";
            context.Request.Path = path;
            context.Request.Host = new HostString(HostSent ?? outer.Request.Host.Value!);
            if (SendsForwarded)
            {
                context.Request.Headers["X-Forwarded-For"] = "127.0.0.1";
            }

            if (SendsForwarded && SendsProto)
            {
                context.Request.Headers["X-Forwarded-Proto"] = outer.Request.Scheme;
            }

            if (PassesUpgrade)
            {
                context.Request.Headers.Upgrade = outer.Request.Headers.Upgrade;
                context.Request.Headers.Connection = outer.Request.Headers.Connection;
            }
        });
        using var body = new MemoryStream();
        await inner.Response.Body.CopyToAsync(body);
        return new Answer(inner.Response.StatusCode, inner.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()), body.ToArray());
    }

    private sealed record Answer(int Status, Dictionary<string, string> Headers, byte[] Body);
}
