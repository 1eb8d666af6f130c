using Listmonk.Core.Bounces;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Bounces;

/// <summary>Bounces by day.</summary>
[Example("""{"days": ["2026-03-01", "2026-03-02"], "lines": [{"key": "hard", "counts": [0, 1]}]}""")]
internal sealed record BounceTrendResponse(IReadOnlyList<DateOnly> Days, IReadOnlyList<BounceTrendResponse.Line> Lines)
{
    public static BounceTrendResponse Of(BounceTrend trend) => new(trend.Days, [.. trend.Lines.Select(line => new Line(line.Key, line.Counts))]);

    /// <param name="Key">A class, a reason or a domain; null for bounces without one.</param>
    /// <param name="Counts">One for each day.</param>
    internal sealed record Line(string? Key, IReadOnlyList<int> Counts);
}
