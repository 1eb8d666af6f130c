using Listmonk.Web.Shared;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Shared;

public sealed class BrowserClockTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Now);
    private readonly BrowserClock _clock;

    public BrowserClockTests() => _clock = new BrowserClock(_time);

    public void Dispose() => _clock.Dispose();

    [Theory]
    [InlineData(-10, "just now")]
    [InlineData(10, "in a moment")]
    [InlineData(-180, "3 min ago")]
    [InlineData(-3595, "1 h ago")]
    [InlineData(7200, "in 2 h")]
    public void Near_times_are_relative(int seconds, string expected) => Assert.Equal(expected, _clock.Relative(Now.AddSeconds(seconds)));

    [Fact]
    public void Far_times_are_dates_in_the_viewers_zone()
    {
        _clock.UseZone("Asia/Tokyo");
        Assert.Equal("2 Jan 2026", _clock.Relative(new DateTimeOffset(2026, 1, 1, 20, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void The_exact_time_names_zone_and_offset()
    {
        _clock.UseZone("Europe/Berlin");
        Assert.Equal("Wed, 1 Jul 2026, 14:05:06 (Europe/Berlin, UTC+02:00)", _clock.Exact(new DateTimeOffset(2026, 7, 1, 12, 5, 6, TimeSpan.Zero)));
    }

    [Fact]
    public void An_unknown_zone_leaves_UTC()
    {
        _clock.UseZone("Mars/Olympus");
        Assert.Equal(TimeZoneInfo.Utc, _clock.Zone);
    }

    [Fact]
    public void A_picked_time_that_the_clock_change_skips_moves_forward()
    {
        _clock.UseZone("Europe/Berlin");
        var instant = _clock.FromLocal(new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Unspecified));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), instant.ToUniversalTime());
    }

    [Fact]
    public void Watchers_hear_of_passing_time_until_they_leave()
    {
        var turns = 0;
        var watch = _clock.OnTurn(() => turns++);
        _time.Advance(TimeSpan.FromSeconds(21));
        watch.Dispose();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, turns);
    }
}
