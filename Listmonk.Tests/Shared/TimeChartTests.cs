using System.Globalization;
using Bunit;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;

namespace Listmonk.Tests.Shared;

public sealed class TimeChartTests : ComponentTest
{
    [Fact]
    public void A_chart_is_drawn_for_wide_and_for_narrow_screens_with_the_same_lines()
    {
        var chart = Chart(["1 Nov", "2 Nov"], [3, 13]);
        Assert.Equal(["0 0 720 200", "0 0 340 190"], chart.FindAll("svg").Select(drawing => drawing.GetAttribute("viewBox")));
        Assert.All(chart.FindAll("svg"), drawing => Assert.Single(drawing.QuerySelectorAll("polyline")));
        Assert.Equal("16", chart.Find(".time-chart-key b").TextContent);
    }

    [Fact]
    public void The_line_in_the_middle_says_a_whole_number()
    {
        var chart = Chart(["1 Nov", "2 Nov"], [3, 13]);
        Assert.Equal(["0", "8", "16"], chart.FindAll("svg.wide text[text-anchor=end]").Select(text => text.TextContent.Trim()));
    }

    [Fact]
    public void Names_of_days_in_wide_characters_stay_inside_and_apart()
    {
        string[] days = [.. Enumerable.Range(1, 30).Select(day => $"11月{day}日")];
        var chart = Chart(days, [.. Enumerable.Range(1, 30)]);
        foreach (var (drawing, width) in new[] { ("svg.wide", 720), ("svg.narrow", 340) })
        {
            var middles = chart.FindAll($"{drawing} text[text-anchor=middle]").Select(text => double.Parse(text.GetAttribute("x")!, CultureInfo.InvariantCulture)).Order().ToList();
            // Four digits and two characters as wide as they are high, at 11 units.
            const double Half = (4 * 6 + 2 * 11) / 2.0;
            Assert.True(middles.Count > 3);
            Assert.True(middles[^1] + Half <= width && middles[0] - Half >= 0);
            Assert.All(middles.Zip(middles.Skip(1)), pair => Assert.True(pair.Second - pair.First > 2 * Half));
        }
    }

    [Fact]
    public void Files_are_offered_only_where_there_are_some()
    {
        Assert.Empty(Chart(["1 Nov"], [1]).FindAll(".chart-files > *"));
        var chart = Render<TimeChart>(parameters => parameters.Add(page => page.Title, "Opens").Add(page => page.Labels, ["1 Nov"])
            .Add(page => page.Series, [new ChartSeries("Opens", ChartSeries.OpensColor, [1])]).Add(page => page.FileName, "opens").Add(page => page.CsvHref, "api/opens.csv"));
        Assert.Equal("opens", chart.Find(".chart-files button").GetAttribute("data-png"));
        Assert.Equal("api/opens.csv", chart.Find(".chart-files a[download]").GetAttribute("href"));
    }

    private IRenderedComponent<TimeChart> Chart(string[] labels, int[] values) => Render<TimeChart>(parameters => parameters
        .Add(chart => chart.Title, "Opens").Add(chart => chart.Labels, labels).Add(chart => chart.Series, [new ChartSeries("Opens", ChartSeries.OpensColor, values)]));
}
