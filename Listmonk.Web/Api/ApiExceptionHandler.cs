using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace Listmonk.Web.Api;

/// <summary>The last resort: a request that cannot be understood is 400, anything else a logged 500 without details.</summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var (status, message) = exception switch
        {
            ApiException api => (api.Status, api.Message),
            BadHttpRequestException bad => (bad.StatusCode, "The request cannot be read."),
            JsonException => (StatusCodes.Status400BadRequest, "The JSON body cannot be read."),
            _ => (StatusCodes.Status500InternalServerError, "Internal Server Error"),
        };
        if (status >= 500)
        {
            LogFailed(exception, httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName ?? "unknown endpoint");
        }

        if (!httpContext.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            && !httpContext.Request.Path.StartsWithSegments("/webhooks", StringComparison.Ordinal))
        {
            return false;
        }

        await OutcomeHttp.Error(status, message).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogFailed(Exception exception, string method, string endpoint);
}
