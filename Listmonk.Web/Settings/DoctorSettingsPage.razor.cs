using Listmonk.Core.Common;
using Listmonk.Core.Doctor;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>The tracking doctor's report, and hits as they come in.</summary>
public sealed partial class DoctorSettingsPage
{
    private const int MaxLines = 20;

    private DoctorReport? _report;
    private IReadOnlyList<LogLine> _lines = [];
    private (string Name, string Text)[] _snippets = [];
    private bool _isRunning;

    [Inject]
    private TrackingDoctor Doctor { get; set; } = default!;

    [Inject]
    private DoctorQueries Queries { get; set; } = default!;

    [Inject]
    private ListenAddress Listen { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignStatsChanged> Hits { get; set; } = default!;

    [Inject]
    private LiveFeed<RefusedHit> Refused { get; set; } = default!;

    protected override async Task OnPageInitializedAsync()
    {
        Watch(Hits, _ => ReadLogAsync());
        Watch(Refused, _ => ReadLogAsync());
        Watch(Settings.Changed, _ => RunAsync());
        await ReadLogAsync();
        _ = InvokeAsync(RunAsync);
    }

    private static string Summary(DoctorReport report) => report.State switch
    {
        CheckState.Red => T["{0} to mend", Figures.Count(report.Count(CheckState.Red), "fault")],
        CheckState.Amber => T["Works, {0} to better", Figures.Count(report.Count(CheckState.Amber), "point")],
        _ => T["All is well"],
    };

    private static StatusTone ToneOf(CheckState state) => state switch
    {
        CheckState.Red => StatusTone.Danger,
        CheckState.Amber => StatusTone.Warning,
        CheckState.Green => StatusTone.Success,
        _ => StatusTone.Neutral,
    };

    private static string IconOf(CheckState state) => state switch
    {
        CheckState.Red => Icons.Material.Filled.Error,
        CheckState.Amber => Icons.Material.Filled.Warning,
        CheckState.Green => Icons.Material.Filled.CheckCircle,
        _ => Icons.Material.Outlined.RemoveCircleOutline,
    };

    private static string TextOf(CheckState state) => state switch
    {
        CheckState.Red => T["Red: a fault"],
        CheckState.Amber => T["Amber: could be better"],
        CheckState.Green => T["Green: fine"],
        _ => T["Not tested"],
    };

    private static LogLine Line(RecentHit hit) => new(
        hit.At,
        hit.Verdict == HitVerdict.Human ? T["person"] : T["machine"],
        hit.Verdict == HitVerdict.Human ? StatusTone.Success : StatusTone.Neutral,
        T["{0} of “{1}”{2}", KindText(hit.Kind), hit.Campaign, hit.Verdict == HitVerdict.Human ? "" : ". " + T.Message(HitReasons.Explain(hit.Reason))]);

    private static LogLine Line(RefusedHit refused) => new(
        refused.At, T["not counted"], StatusTone.Warning, T["{0} from the network {1}: {2}", KindText(refused.Kind), refused.Network, T.Message(RefusedHits.Explain(refused.Reason))]);

    private static string KindText(HitKind kind) => kind == HitKind.Open ? T["Open"] : T["Click"];

    /// <summary>What the proxy should serve, which is https even where the root URL does not say so yet.</summary>
    private static Uri SiteOf(string rootUrl) => Uri.TryCreate(rootUrl, UriKind.Absolute, out var root) && !root.IsLoopback
        ? root.Scheme == Uri.UriSchemeHttps ? root : new Uri($"https://{root.Host}{root.AbsolutePath}")
        : new Uri("https://news.example.com");

    private async Task RunAsync()
    {
        if (_isRunning)
        {
            return;
        }

        var leaving = Leaving;
        _isRunning = true;
        StateHasChanged();
        try
        {
            _report = await Doctor.RunAsync(Listen.Seen(Navigation.BaseUri), leaving);
            var root = SiteOf(_report.RootUrl);
            _snippets = [("Caddy", ProxySnippets.Caddy(root, _report.Upstream)), ("nginx", ProxySnippets.Nginx(root, _report.Upstream))];
        }
        catch (OperationCanceledException)
        {
            // The person has left, or the run took too long.
        }
        finally
        {
            _isRunning = false;
        }

        if (!leaving.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    private async Task ReadLogAsync()
    {
        var facts = await Queries.ReadAsync(Leaving);
        _lines = [.. facts.Last.Select(Line).Concat(facts.Refused.Select(Line)).OrderByDescending(line => line.At).Take(MaxLines)];
        StateHasChanged();
    }

    private sealed record LogLine(DateTimeOffset At, string Verdict, StatusTone Tone, string Text);
}
