using Listmonk.Core.Tracking.Review;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Tracking.Review;

[Trait("Kind", "Unit")]
public sealed class ReviewPaceTests
{
    private static readonly MessageKey Flooded = new(1, 7);
    private static readonly MessageKey Ordinary = new(1, 8);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_message_with_few_hits_is_looked_at_each_time()
    {
        var pace = new ReviewPace(_clock);
        pace.Reviewed(Ordinary, 50);

        Assert.Equal([Ordinary], pace.Due([Ordinary]));
    }

    [Fact]
    public void A_flooded_message_rests_and_is_then_looked_at_without_a_further_hit()
    {
        var pace = new ReviewPace(_clock);
        pace.Reviewed(Flooded, 5_000);

        Assert.Equal([Ordinary], pace.Due([Flooded, Ordinary]));
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(pace.Due([Flooded]));
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal([Flooded], pace.Due([]));
        Assert.Empty(pace.Due([]));
    }

    [Fact]
    public void The_rest_is_a_minute_at_most()
    {
        var pace = new ReviewPace(_clock);
        pace.Reviewed(Flooded, 10_000_000);
        Assert.Empty(pace.Due([Flooded]));

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([Flooded], pace.Due([]));
    }
}
