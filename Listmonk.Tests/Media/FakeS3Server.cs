using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Listmonk.Tests.Media;

/// <summary>As much of S3 as uploads need: one bucket in memory, addressed by path, signed requests only.</summary>
internal sealed class FakeS3Server : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeS3Server(WebApplication app) => _app = app;

    public const string AccessKey = "AKIATEST";
    public const string Bucket = "pictures";

    public ConcurrentDictionary<string, StoredObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>As buckets with "object ownership enforced" do.</summary>
    public bool RefusesAccessLists { get; set; }

    /// <summary>As older servers do.</summary>
    public bool KnowsNoConditions { get; set; }

    public bool IsDown { get; set; }

    public string Url => _app.Urls.Single();

    public static async Task<FakeS3Server> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FakeS3Server(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (IsDown)
        {
            await FailAsync(response, 503, "ServiceUnavailable");
        }
        else if (!request.Headers.Authorization.ToString().StartsWith($"AWS4-HMAC-SHA256 Credential={AccessKey}/", StringComparison.Ordinal))
        {
            await FailAsync(response, 403, "AccessDenied");
        }
        else if (!request.Path.StartsWithSegments($"/{Bucket}", StringComparison.Ordinal, out var rest))
        {
            await FailAsync(response, 404, "NoSuchBucket");
        }
        else
        {
            await AnswerAsync(request, response, rest.Value!.TrimStart('/'));
        }
    }

    private async Task AnswerAsync(HttpRequest request, HttpResponse response, string key)
    {
        if (HttpMethods.IsPut(request.Method))
        {
            await PutAsync(request, response, key);
        }
        else if (HttpMethods.IsDelete(request.Method))
        {
            Objects.TryRemove(key, out _);
            response.StatusCode = 204;
        }
        else if (!Objects.TryGetValue(key, out var found))
        {
            await FailAsync(response, 404, "NoSuchKey");
        }
        else
        {
            response.ContentType = found.ContentType;
            response.ContentLength = found.Content.Length;
            response.Headers.LastModified = "Sun, 01 Mar 2026 09:00:00 GMT";
            response.Headers.ETag = "\"1-1\"";
            if (HttpMethods.IsGet(request.Method))
            {
                await response.Body.WriteAsync(found.Content);
            }
        }
    }

    private async Task PutAsync(HttpRequest request, HttpResponse response, string key)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content);
        var stored = new StoredObject(content.ToArray(), request.ContentType ?? "", request.Headers.ContentDisposition.ToString(), request.Headers["x-amz-acl"].ToString());
        if (KnowsNoConditions && request.Headers.IfNoneMatch.Count > 0)
        {
            await FailAsync(response, 501, "NotImplemented");
        }
        else if (RefusesAccessLists && stored.AccessList.Length > 0)
        {
            await FailAsync(response, 400, "AccessControlListNotSupported");
        }
        else if (request.Headers.IfNoneMatch == "*" ? !Objects.TryAdd(key, stored) : Objects.AddOrUpdate(key, stored, (_, _) => stored) is null)
        {
            await FailAsync(response, 412, "PreconditionFailed");
        }
        else
        {
            response.Headers.ETag = "\"1-1\"";
        }
    }

    private static Task FailAsync(HttpResponse response, int status, string code)
    {
        response.StatusCode = status;
        response.ContentType = "application/xml";
        return response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }

    internal sealed record StoredObject(byte[] Content, string ContentType, string Disposition, string AccessList);
}
