using System.Threading.RateLimiting;
using Listmonk.Core;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Api;

/// <summary>Limits per client address on what strangers may post; all are multiplied by Listmonk:RateLimits:Scale.</summary>
internal static class RateLimits
{
    public const string PublicPosts = "public-posts";
    public const string SignIns = "sign-ins";
    private const int PublicPostsPerMinute = 30;
    private const int SignInsPerMinute = 10;

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ListmonkOptions>>((options, listmonk) =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, cancellationToken) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "60";
                await context.HttpContext.Response.WriteAsync("Too many requests from your address. Wait a minute and try again.", cancellationToken);
            };
            AddPerMinute(options, PublicPosts, PublicPostsPerMinute * listmonk.Value.RateLimits.Scale);
            AddPerMinute(options, SignIns, SignInsPerMinute * listmonk.Value.RateLimits.Scale);
        });
        return services;
    }

    private static void AddPerMinute(RateLimiterOptions options, string policy, double permits) => options.AddPolicy(policy, context =>
        HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetSlidingWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = (int)Math.Clamp(permits, 1, int.MaxValue),
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            })
            : RateLimitPartition.GetNoLimiter(""));
}
