using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Auth;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;

namespace Listmonk.Web.Shell;

/// <summary>
/// The frame of the admin pages. It first asks the browser for zone and theme, in one call, and draws only then: nothing flashes and
/// no page ever formats a time in the wrong zone.
/// </summary>
public sealed partial class MainLayout : LayoutComponentBase, IDisposable
{
    private readonly MudTheme _theme = Theme.Create();
    private MudThemeProvider? _themeProvider;
    private ErrorBoundary? _boundary;
    private readonly List<IDisposable> _watches = [];
    private readonly Dictionary<int, string> _campaignNames = [];
    private readonly CancellationTokenSource _leaving = new();
    private Actor _actor = Actor.Anonymous;
    private IReadOnlyList<RunningCampaignShare> _running = [];
    private string _siteName = "";
    private string _themeMode = "auto";
    private string? _rootUrlFault;
    private bool _isDark;
    private bool _isReady;
    private bool _hasAnnounced;
    private bool _isDrawerOpen = true;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private CurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private CampaignQueries Campaigns { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignProgress> Progress { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private bool ShowsOutboxNotice
    {
        get
        {
            var path = Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0];
            return (path == Urls.Dashboard || path.StartsWith(Urls.Campaigns, StringComparison.Ordinal))
                && !Settings.Current.Smtp.Servers.Any(server => server.Enabled);
        }
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _watches.ForEach(watch => watch.Dispose());
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await CurrentActor.GetAsync();
        ReadSettings(Settings.Current);
        _watches.Add(Settings.Changed.Subscribe(settings => _ = InvokeAsync(() =>
        {
            ReadSettings(settings);
            StateHasChanged();
        })));
        Navigation.LocationChanged += OnLocationChanged;
        if (_actor.CanAny(Permissions.CampaignsGet, Permissions.CampaignsGetAll))
        {
            // A campaign publishes at most four times a second, so nothing needs to be held back here.
            _watches.Add(Progress.Subscribe(progress => _ = InvokeAsync(() => ShowProgressAsync(progress))));
            foreach (var progress in await Campaigns.RunningAsync(_actor, _leaving.Token))
            {
                await ShowProgressAsync(progress);
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await AskBrowserAsync();
        }
        else if (_isReady && !_hasAnnounced)
        {
            _hasAnnounced = true;
            await Browser.InvokeVoidAsync("listmonk.ready");
            if (_themeProvider is not null)
            {
                await _themeProvider.WatchSystemDarkModeAsync(OnDeviceThemeChangedAsync);
            }
        }
    }

    private async Task AskBrowserAsync()
    {
        if (await Browser.InvokeAsync<BrowserFacts?>("listmonk.facts") is { } facts)
        {
            Clock.UseZone(facts.TimeZone);
            _themeMode = facts.Theme;
            _isDark = facts.Theme == "dark" || (facts.Theme == "auto" && facts.PrefersDark);
        }

        _isReady = true;
        StateHasChanged();
    }

    private async Task ShowProgressAsync(CampaignProgress progress)
    {
        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        var others = _running.Where(campaign => campaign.Id != progress.CampaignId);
        if (progress.Status != CampaignStatus.Running)
        {
            _running = [.. others];
        }
        else if (await NameAsync(progress.CampaignId) is { Length: > 0 } name)
        {
            _running = [.. others, new RunningCampaignShare(progress.CampaignId, name, progress.Sent + progress.Failed + progress.Skipped, progress.ToSend)];
        }

        StateHasChanged();
    }

    /// <summary>Empty for a campaign that the account may not see.</summary>
    private async Task<string> NameAsync(int campaignId)
    {
        if (!_campaignNames.TryGetValue(campaignId, out var name))
        {
            var found = await Campaigns.FindAsync(campaignId, _actor, _leaving.Token);
            name = _campaignNames[campaignId] = found.IsOk ? found.Value.Name : "";
        }

        return name;
    }

    private void ReadSettings(SettingsSnapshot settings)
    {
        _siteName = settings.General.SiteName;
        _rootUrlFault = RootUrlRules.Fault(settings.RootUrl, Navigation.BaseUri);
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args)
    {
        _boundary?.Recover();
        _ = InvokeAsync(StateHasChanged);
    }

    private Task OnDeviceThemeChangedAsync(bool isDark)
    {
        if (_themeMode == "auto")
        {
            _isDark = isDark;
            StateHasChanged();
        }

        return Task.CompletedTask;
    }

    private async Task OnThemeChosenAsync(string mode)
    {
        _themeMode = mode;
        _isDark = await Browser.InvokeAsync<bool>("listmonk.setTheme", mode);
    }
}
