using Listmonk.Web.Shared;

namespace Listmonk.Tests.Shared;

public sealed class FiguresTests
{
    [Fact]
    public void Numbers_are_grouped_and_rates_have_one_decimal() =>
        Assert.Equal(("12,304", "12.3%", "33.3%"), (Figures.Number(12304L), Figures.Percent(0.1234), Figures.Percent(1, 3)));

    [Fact]
    public void What_was_not_measured_is_never_zero() =>
        Assert.Equal(("n/a", "n/a", "n/a"), (Figures.Number((long?)null), Figures.Percent(null), Figures.Percent(5, 0)));

    [Theory]
    [InlineData(9_999, "9,999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(4_100_000, "4.1M")]
    public void Tight_places_shorten_from_ten_thousand(long value, string expected) => Assert.Equal(expected, Figures.Compact(value));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(70, "1m 10s")]
    [InlineData(3600, "1h")]
    [InlineData(183_610, "2d 3h")]
    public void Durations_show_their_two_leading_units(int seconds, string expected) => Assert.Equal(expected, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Nouns_follow_their_number() => Assert.Equal(("1 list", "1,200 lists"), (Figures.Count(1, "list"), Figures.Count(1200, "list")));
}
