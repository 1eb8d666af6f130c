using Listmonk.Web.Shared;

namespace Listmonk.Tests.Shared;

public sealed class PaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_rate_is_that_of_the_last_seconds()
    {
        var pace = new Pace();
        pace.Add(Start, 5_000_000);
        Assert.Equal((0, null), (pace.PerSecond, pace.TimeLeft(10)));
        pace.Add(Start.AddSeconds(5), 5_010_000);
        Assert.Equal((2000, TimeSpan.FromSeconds(2)), (pace.PerSecond, pace.TimeLeft(4000)));
        pace.Add(Start.AddSeconds(15), 5_110_000);
        Assert.Equal(10_000, pace.PerSecond);
    }

    [Fact]
    public void A_moment_is_too_short_for_a_rate()
    {
        var pace = new Pace();
        pace.Add(Start, 0);
        pace.Add(Start.AddMilliseconds(200), 5000);
        Assert.Equal(0, pace.PerSecond);
    }
}
