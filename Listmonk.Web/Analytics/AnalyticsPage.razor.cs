using System.Globalization;
using Listmonk.Core.Analytics;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Analytics;

/// <summary>Several campaigns at once: how they develop, which stand side by side, and when people react.</summary>
public sealed partial class AnalyticsPage
{
    private const int Trend = 12;
    private const int MaxCompared = 4;
    private const int Options = 100;
    private const int SinceHours = 72;
    private const int Days = 365;

    private static readonly string[] Colors = ["var(--chart-opens)", "var(--chart-clicks)", "var(--chart-bounces)", "var(--chart-unsubscribes)"];

    private IReadOnlyList<CampaignReport>? _last;
    private IReadOnlyList<CampaignReport> _options = [];
    private IReadOnlyList<CampaignReport> _compared = [];
    private IReadOnlyList<WeekHour> _week = [];
    private IReadOnlyDictionary<int, IReadOnlyList<HourOfDay>> _sinceStart = new Dictionary<int, IReadOnlyList<HourOfDay>>();
    private IReadOnlyList<string> _trendLabels = [];
    private IReadOnlyList<ChartSeries> _trends = [];
    private IReadOnlyList<string> _sinceLabels = [];
    private IReadOnlyList<ChartSeries> _since = [];
    private bool _all;

    [SupplyParameterFromQuery(Name = "tab")]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "count")]
    public string? Count { get; set; }

    /// <summary>What the map of hours counts.</summary>
    [SupplyParameterFromQuery(Name = "of")]
    public string? Of { get; set; }

    /// <summary>The campaigns that stand side by side.</summary>
    [SupplyParameterFromQuery(Name = "id")]
    public int[]? Ids { get; set; }

    [Inject]
    private CampaignReportQueries Reports { get; set; } = default!;

    [Inject]
    private ReactionTimeQueries Times { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignStatsChanged> StatsChanged { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    private string Part => Tab is "compare" or "hours" ? Tab : "trends";

    private bool OfClicks => Of == "clicks";

    private string CompareLast => Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["tab"] = "compare", ["id"] = _last!.TakeLast(2).Select(report => report.Id).ToArray() });

    /// <summary>The rows of the comparison: name, definition, and each campaign's count with its rate.</summary>
    private IEnumerable<(string Name, string Definition, Func<CampaignReport, (string Text, string? Rate)> Value)> Lines =>
    [
        (T["Delivered"], FigureTexts.Delivered, report => (Figures.Number(report.Delivered), Figures.Percent(report.Delivered, report.Sent))),
        (T["Opened"], FigureTexts.Opened(_all, isUnique: true), report => Counted(report.Of(_all).Opened, report.Delivered)),
        (T["Auto-opened"], FigureTexts.AutoOpened, report => Counted(report.AutoOpened.Recipients ?? report.AutoOpened.Opens, report.Delivered)),
        (T["Clicked"], FigureTexts.Clicked(_all, isUnique: true), report => Counted(report.Of(_all).Clicked, report.Delivered)),
        (T["Click-to-open"], FigureTexts.ClickToOpen(_all), report => (Share(report.Of(_all).Clicked, report.Of(_all).Opened), null)),
        (T["Unsubscribed"], FigureTexts.Unsubscribed, report => Counted(report.Unsubscribes, report.Delivered)),
        (T["Complained"], FigureTexts.Complained, report => Counted(report.Complained, report.Delivered)),
        (T["Bounced"], FigureTexts.Bounced, report => Counted(report.Bounced, report.Sent)),
    ];

    protected override Task OnPageInitializedAsync()
    {
        Watch(StatsChanged, async _ =>
        {
            await LoadAsync();
            StateHasChanged();
        });
        return Task.CompletedTask;
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _all = Count == "all";
        var last = await Reports.LastAsync(Trend, Actor, Leaving);
        if (Part == "hours")
        {
            _week = await Times.WeekAsync(Days, Clock.Zone, Actor, Leaving);
        }
        else if (Part == "compare")
        {
            _options = [.. (await Reports.LastAsync(Options, Actor, Leaving)).Reverse()];
            _compared = Ids is { Length: > 0 } ids ? await Reports.ManyAsync([.. ids.Distinct().Take(MaxCompared)], Actor, Leaving) : [];
            _sinceStart = await Times.SinceStartAsync([.. _compared.Select(report => report.Id)], SinceHours, Actor, Leaving);
        }

        _last = last;
        Draw(last);
    }

    private void Draw(IReadOnlyList<CampaignReport> last)
    {
        _trendLabels = [.. last.Select(report => report.Name.Length > 16 ? report.Name[..15] + "…" : report.Name)];
        _trends =
        [
            new ChartSeries(T["Opened"], ChartSeries.OpensColor, [.. last.Select(report => PerMille(report.Of(_all).Opened, report.Delivered))]),
            new ChartSeries(T["Clicked"], ChartSeries.ClicksColor, [.. last.Select(report => PerMille(report.Of(_all).Clicked, report.Delivered))], IsDashed: true),
        ];
        _sinceLabels = [.. Enumerable.Range(1, SinceHours).Select(hour => $"{hour} h")];
        _since =
        [
            .. _compared.Where(report => _sinceStart.ContainsKey(report.Id)).Select((report, index) => new ChartSeries(
                report.Name,
                Colors[index % Colors.Length],
                [.. _sinceStart[report.Id].Select(point => PerMille(_all ? point.Opens : point.OpensPeople, report.Delivered))],
                IsDashed: index % 2 == 1)),
        ];
    }

    private void Choose(int place, string? value)
    {
        var ids = _compared.Select(report => report.Id).ToList();
        if (place < ids.Count)
        {
            ids.RemoveAt(place);
        }

        if (int.TryParse(value, CultureInfo.InvariantCulture, out var id))
        {
            ids.Insert(Math.Min(place, ids.Count), id);
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["id"] = ids.ToArray() }), replace: true);
    }

    private int Measure(WeekHour cell) => (OfClicks, _all) switch
    {
        (true, true) => cell.Clicks,
        (true, false) => cell.ClicksPeople,
        (false, true) => cell.Opens,
        _ => cell.OpensPeople,
    };

    private void Go(string name, string? value) => Navigation.NavigateTo(Address(name, value), replace: true);

    private string Address(string name, string? value) => Navigation.GetUriWithQueryParameter(name, value);

    private static (string Text, string? Rate) Counted(int? count, int whole) => (Figures.Number((long?)count), count is { } some ? Figures.Percent(some, whole) : null);

    private static string Share(int? part, int? whole) => part is { } some && whole is { } of ? Figures.Percent(some, of) : Figures.NotAvailable;

    private static int PerMille(int? part, int whole) => whole == 0 ? 0 : (int)Math.Round(1000.0 * (part ?? 0) / whole);

    private static string Rate(long perMille) => Figures.Percent(perMille / 1000.0);

    private static string Tenths(long perMille) => (perMille / 10.0).ToString("N1", CultureInfo.InvariantCulture);
}
