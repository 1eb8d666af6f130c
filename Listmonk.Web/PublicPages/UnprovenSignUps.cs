using System.Threading.RateLimiting;
using Listmonk.Core;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.PublicPages;

/// <summary>
/// How many strangers may subscribe through the API from one address without a captcha while one is on: enough for a shop's checkout, too few
/// to be worth going round the form (decision 0038). Multiplied by Listmonk:RateLimits:Scale.
/// </summary>
internal sealed class UnprovenSignUps(IOptions<ListmonkOptions> options) : IDisposable
{
    private const int PerMinute = 5;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = (int)Math.Clamp(PerMinute * options.Value.RateLimits.Scale, 1, int.MaxValue),
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));

    /// <summary>Counts one; false when the address has had its share of this minute.</summary>
    public bool Take(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
