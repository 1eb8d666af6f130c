using System.Globalization;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Common;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Bounces;

/// <summary>How mail fares with each receiver, what to mend, and how bounces develop.</summary>
public sealed partial class ReceiversPage
{
    internal const int DefaultDays = 30;

    internal static readonly int[] Periods = [7, DefaultDays, 90];

    private const int MostReceivers = 25;
    private const int MostLines = 5;
    private static (BounceTrendKey Key, string Text)[] Keys => [(BounceTrendKey.Type, T["By class"]), (BounceTrendKey.Reason, T["By reason"]), (BounceTrendKey.Domain, T["By domain"])];
    private static readonly string[] Colors = ["var(--chart-bounces)", "var(--chart-opens)", "var(--chart-clicks)", "var(--chart-unsubscribes)", "var(--mud-palette-warning)"];

    private IReadOnlyList<ReceiverHealth>? _receivers;
    private IReadOnlyList<PolicyAlert> _alerts = [];
    private IReadOnlyList<string> _labels = [];
    private IReadOnlyList<ChartSeries> _series = [];

    [Inject]
    private ReceiverCounter Counter { get; set; } = default!;

    [Inject]
    private ReceiverQueries Receivers { get; set; } = default!;

    [Inject]
    private BounceTrends Trends { get; set; } = default!;

    [Inject]
    private LiveFeed<BounceRecorded> Recorded { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    [SupplyParameterFromQuery]
    public int? Days { get; set; }

    [SupplyParameterFromQuery]
    public string? By { get; set; }

    private int ShownDays => Periods.Contains(Days ?? 0) ? Days!.Value : DefaultDays;

    private BounceTrendKey ShownKey => EnumText.TryParse<BounceTrendKey>(By, out var key) ? key : BounceTrendKey.Type;

    private string ChartTitle => ShownKey switch
    {
        BounceTrendKey.Reason => T["Most frequent reasons"],
        BounceTrendKey.Domain => T["Most frequent domains"],
        _ => T["Bounces and complaints"],
    };

    protected override Task OnPageInitializedAsync()
    {
        Watch(Recorded, async _ =>
        {
            await LoadAsync();
            StateHasChanged();
        });
        return Task.CompletedTask;
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var trend = await Trends.ReadAsync(ShownKey, ShownDays, MostLines, Clock.Zone, Leaving);
        _labels = [.. trend.Days.Select(day => Figures.Day(day.ToDateTime(default)))];
        _series = [.. trend.Lines.Select((line, index) => new ChartSeries(NameOf(line.Key), ColorOf(line.Key, index), line.Counts, IsDashed: index % 2 == 1))];
        _alerts = await Receivers.AlertsAsync(Leaving);
        var since = Time.GetUtcNow().AddDays(-ShownDays);
        await Counter.RefreshAsync(since, Leaving);
        _receivers = await Receivers.HealthAsync(since, MostReceivers, Leaving);
    }

    /// <summary>Complaints are bad news: never the green that elsewhere stands for clicks.</summary>
    private string ColorOf(string? key, int index) =>
        ShownKey == BounceTrendKey.Type && key == EnumText.Of(BounceType.Complaint) ? "var(--mud-palette-warning)" : Colors[index];

    private string NameOf(string? key) => ShownKey switch
    {
        BounceTrendKey.Reason => BounceReasons.Of(key).Title,
        BounceTrendKey.Domain => key ?? "unknown",
        _ => T[string.Concat(key![..1].ToUpperInvariant(), key.AsSpan(1))],
    };

    private static string ComplaintText(ReceiverHealth health) => (health.State, health.Receiver.Target) switch
    {
        (ComplaintState.Over, _) => T["That is over the limit of {0}: expect refusals and the spam folder.", Share(health.Receiver.Limit)],
        (ComplaintState.High, > 0) => T["It should stay below {0} and must never reach {1}.", Share(health.Receiver.Target), Share(health.Receiver.Limit)],
        (_, > 0) => T["That is near {0}, below which it should stay.", Share(health.Receiver.Target)],
        _ => T["That is near the limit of {0}.", Share(health.Receiver.Limit)],
    };

    private static string AlertUrl(PolicyAlert alert) =>
        $"{Urls.Bounces}?type=policy{(alert.Reason is null ? "" : $"&reason={Uri.EscapeDataString(alert.Reason)}")}{(alert.Domain.Length == 0 ? "" : $"&domain={Uri.EscapeDataString(alert.Domain)}")}";

    /// <summary>With two decimals: limits are a tenth of a percent.</summary>
    private static string Share(double? share) => share is { } value ? (value * 100).ToString("0.0#", CultureInfo.InvariantCulture) + "%" : Figures.NotAvailable;
}
