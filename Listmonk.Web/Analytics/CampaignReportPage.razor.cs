using System.Globalization;
using Listmonk.Core.Analytics;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Tracking;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Analytics;

/// <summary>The report of one campaign; what is counted and how it is cut stand in the address.</summary>
public sealed partial class CampaignReportPage
{
    private static (string Key, string Text)[] Cuts =>
    [
        ("links", T["Links"]), ("places", T["Places"]), ("lists", T["Lists"]), ("domains", T["Domains"]), ("devices", T["Devices"]), ("clients", T["Mail programs"]),
        ("hours", T["Hours"]), ("times", T["Time to open"]),
    ];

    private CampaignReport? _report;
    private CampaignBreakdown? _breakdown;
    private string? _refusal;
    private ReactionTimeline _timeline = new(IsHourly: true, []);
    private IReadOnlyList<LinkFigures> _links = [];
    private IReadOnlyList<HourOfDay> _hours = [];
    private UnsubscribeReasons _reasons = UnsubscribeReasons.None;
    private Dictionary<int, string> _listNames = [];
    private IReadOnlyList<string> _labels = [];
    private IReadOnlyList<ChartSeries> _series = [];
    private IReadOnlyList<ReportRow> _rows = [];
    private bool _all;
    private int _loaded;

    [Parameter]
    public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "count")]
    public string? Count { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    public string? By { get; set; }

    [Inject]
    private CampaignReportQueries Reports { get; set; } = default!;

    [Inject]
    private BreakdownStore Breakdowns { get; set; } = default!;

    [Inject]
    private UnsubscribeReasonQueries Reasons { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignStatsChanged> StatsChanged { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignProgress> Progress { get; set; } = default!;

    [Inject]
    private LiveFeed<BreakdownCounted> Counted { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    private ReactionFigures Shown => _report!.Of(_all);

    private string Cut => Cuts.Any(cut => cut.Key == By) ? By! : "links";

    private bool NeedsCount => Cut is not ("links" or "places" or "hours");

    private OpenTimes Times => (_all ? _breakdown?.TimesAll : _breakdown?.TimesPeople) ?? new OpenTimes();

    private string NameTitle => Cut switch
    {
        "links" or "places" => T["Destination"],
        "lists" => T["List"],
        "domains" => T["Domain"],
        "devices" => T["Device"],
        "clients" => T["Mail program or browser"],
        _ => T["Hour of the day"],
    };

    private string EmptyText => Cut switch
    {
        "links" or "places" => _report!.StartedAt is null ? T["Nothing was sent yet; the links appear with the first clicks."] : T["This mail has no tracked links."],
        "devices" or "clients" => T["No open or click was recorded yet."],
        _ => T["Nothing was sent yet."],
    };

    protected override async Task OnPageInitializedAsync()
    {
        _listNames = (await Lists.MinimalAsync(null, Actor, Leaving)).ToDictionary(list => list.Id, list => list.Name);
        await LoadAsync();
        Watch(StatsChanged, _ => LoadAsync());
        Watch(Progress, _ => LoadAsync());
        Watch(Counted, counted => counted.CampaignId == Id ? LoadAsync() : Task.CompletedTask);
    }

    protected override async Task OnParametersSetAsync()
    {
        _all = Count == "all";
        if (_loaded != 0 && _loaded != Id)
        {
            await LoadAsync();
        }

        Draw();
    }

    private async Task LoadAsync()
    {
        _loaded = Id;
        var report = await Reports.FindAsync(Id, Actor, Leaving);
        _refusal = report.IsOk ? null : T.Message(report.Message);
        if (report.IsOk)
        {
            _timeline = await Reports.TimelineAsync(Id, Clock.Zone, Leaving);
            _links = await Reports.LinksAsync(Id, Leaving);
            _hours = await Reports.HoursOfDayAsync(Id, Clock.Zone, Leaving);
            _breakdown = await Breakdowns.FindAsync(Id, Leaving);
            _reasons = await Reasons.ReadAsync(Id, Leaving);
            _report = report.Value;
            Draw();
        }

        StateHasChanged();
    }

    private void Draw()
    {
        if (_report is null)
        {
            return;
        }

        _labels = [.. _timeline.Points.Select(point => Figures.Day(point.Time.DateTime, _timeline.IsHourly))];
        _series =
        [
            new ChartSeries(T["Opens"], ChartSeries.OpensColor, [.. _timeline.Points.Select(point => _all ? point.Opens : point.OpensPeople)]),
            new ChartSeries(T["Clicks"], ChartSeries.ClicksColor, [.. _timeline.Points.Select(point => _all ? point.Clicks : point.ClicksPeople)], IsDashed: true),
        ];
        _rows = Cut switch
        {
            "places" => [.. _links.OrderBy(link => link.Position == 0 ? int.MaxValue : link.Position).Select(PlaceRow)],
            "lists" => [.. Rows(_breakdown?.Lists, ListName, key => $"&list={key}", isSent: true)],
            "domains" => [.. Rows(_breakdown?.Domains, key => key.Length == 0 ? T["Other domains and deleted people"] : key, key => $"&domain={Uri.EscapeDataString(key)}", isSent: true)],
            "devices" => [.. Rows(_breakdown?.Devices, FigureTexts.DeviceName, key => $"&device={Uri.EscapeDataString(key)}", isSent: false)],
            "clients" => [.. Rows(_breakdown?.Clients, key => key.Length == 0 ? T["Not recorded"] : key, key => $"&client={Uri.EscapeDataString(key)}", isSent: false)],
            "hours" => [.. _hours.Select(hour => new ReportRow($"{hour.Hour:00}:00") { Opens = _all ? hour.Opens : hour.OpensPeople, Clicks = _all ? hour.Clicks : hour.ClicksPeople })],
            "times" => [.. Times.Counts.Select((count, step) => new ReportRow(StepName(step)) { Opened = count })],
            _ => [.. _links.GroupBy(link => (link.LinkId, link.Url)).Select(LinkRow).OrderByDescending(row => row.Clicks)],
        };
    }

    private ReportRow LinkRow(IGrouping<(int LinkId, string Url), LinkFigures> link) => new(link.Key.Url)
    {
        Clicks = link.Sum(place => _all ? place.Clicks : place.ClicksPeople),
        Clicked = Clickers(link.Key.LinkId, null),
        ClickedHref = PeopleOf(Reaction.Clicked, Clickers(link.Key.LinkId, null), $"&link={link.Key.LinkId}"),
    };

    private ReportRow PlaceRow(LinkFigures link) => new($"{(link.Position == 0 ? "–" : Figures.Number(link.Position))}  {link.Url}")
    {
        Clicks = _all ? link.Clicks : link.ClicksPeople,
        Clicked = Clickers(link.LinkId, link.Position),
        ClickedHref = link.Position == 0 ? null : PeopleOf(Reaction.Clicked, Clickers(link.LinkId, link.Position), $"&link={link.LinkId}&place={link.Position}"),
    };

    /// <summary>Recipients who clicked; null while they are not counted, or not known.</summary>
    private int? Clickers(int linkId, int? position)
    {
        if (_breakdown is null || Shown.UniqueClicks is null)
        {
            return null;
        }

        var row = _breakdown.Clickers.FirstOrDefault(row => row.LinkId == linkId && row.Position == position);
        return row is null ? 0 : _all ? row.All : row.People;
    }

    private IEnumerable<ReportRow> Rows(IReadOnlyList<BreakdownRow>? rows, Func<string, string> name, Func<string, string> narrowed, bool isSent) =>
        (rows ?? []).Select(row =>
        {
            var counts = _all ? row.All : row.People;
            return new ReportRow(name(row.Key))
            {
                Delivered = isSent ? row.Delivered : null,
                Opened = Shown.UniqueOpens is null ? null : counts.Opened,
                Opens = counts.Opens,
                Clicked = Shown.UniqueClicks is null ? null : counts.Clicked,
                Clicks = counts.Clicks,
                OpenedHref = row.Key.Length == 0 ? null : PeopleOf(Reaction.Opened, counts.Opened, narrowed(row.Key)),
                ClickedHref = row.Key.Length == 0 ? null : PeopleOf(Reaction.Clicked, counts.Clicked, narrowed(row.Key)),
            };
        });

    private string ListName(string key) =>
        int.TryParse(key, CultureInfo.InvariantCulture, out var id) && _listNames.TryGetValue(id, out var name) ? name : T["List {0}", key];

    private static string StepName(int step)
    {
        var ends = OpenTimes.Ends;
        return step == 0 ? $"within {Figures.Duration(ends[0])}"
            : step == ends.Count ? $"after {Figures.Duration(ends[^1])}"
            : $"{Figures.Duration(ends[step - 1])} to {Figures.Duration(ends[step])}";
    }

    private void Choose(bool all) => Navigation.NavigateTo(Address("count", all ? "all" : null), replace: true);

    private string Address(string name, string? value) => Navigation.GetUriWithQueryParameter(name, value);

    private string Csv(string table) => $"api/campaigns/{Id}/report.csv?table={table}";

    /// <summary>The list of people behind a figure; null when there is nobody, or nobody is known.</summary>
    private string? PeopleOf(Reaction reaction, int? count, string narrowed = "") =>
        count > 0 ? $"{Urls.CampaignReport(Id)}/people?reaction={EnumText.Of(reaction)}{(_all ? "&count=all" : "")}{narrowed}" : null;

    private static string Rate(int? part, int? whole) => part is { } some && whole is { } of ? Figures.Percent(some, of) : Figures.NotAvailable;

    private static string? Note(int? part, int delivered, string? total)
    {
        if (part is not { } count)
        {
            return null;
        }

        var rate = Figures.Percent(count, delivered);
        return total is null ? rate : $"{rate} · {total}";
    }
}
