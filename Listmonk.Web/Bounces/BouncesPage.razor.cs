using System.Globalization;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Bounces;

/// <summary>All bounces, newest first, with filters; it moves by itself. The address holds the whole state save the selection.</summary>
public sealed partial class BouncesPage
{
    private const int PageSize = 50;
    private static readonly BounceReason[] Reasons =
        [.. BounceReasons.All.Where(reason => reason.Class is BounceClass.Hard or BounceClass.Soft or BounceClass.Policy or BounceClass.Complaint).OrderBy(reason => reason.Title, StringComparer.Ordinal)];

    private readonly HashSet<int> _selected = [];
    private IReadOnlyList<string> _sources = [];
    private IReadOnlyList<BouncedCampaign> _campaigns = [];
    private PagedList<BounceItem>? _page;
    private bool _isEverything;
    private bool _isBusy;
    private bool _isOn;

    [Inject]
    private BounceQueries Queries { get; set; } = default!;

    [Inject]
    private BounceService Bounces { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private LiveFeed<BounceRecorded> Recorded { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private BrowserClock Clock { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Type { get; set; }

    [SupplyParameterFromQuery]
    public string? Reason { get; set; }

    [SupplyParameterFromQuery]
    public int? Campaign { get; set; }

    [SupplyParameterFromQuery]
    public string? Source { get; set; }

    [SupplyParameterFromQuery]
    public string? Domain { get; set; }

    /// <summary>The first day, as <c>2026-03-01</c> in the viewer's zone.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "order_by")]
    public string? OrderBy { get; set; }

    [SupplyParameterFromQuery]
    public string? Order { get; set; }

    [SupplyParameterFromQuery]
    public int? Page { get; set; }

    private bool CanManage => Actor.Can(Permissions.BouncesManage);

    private bool IsAscending => Order == "asc";

    private bool IsFiltered => Filter != new BounceFilter();

    private BounceFilter Filter => new()
    {
        CampaignId = Campaign,
        Source = OrNull(Source),
        Type = EnumText.TryParse<BounceType>(Type, out var type) ? type : null,
        Reason = OrNull(Reason),
        Domain = OrNull(Domain),
        From = Day(From),
        Until = Day(To, plusDays: 1),
        Search = OrNull(Search),
    };

    /// <summary>The API's own export, reached with the same session.</summary>
    private string ExportUrl => Navigation.GetUriWithQueryParameters(
        Navigation.ToAbsoluteUri("api/bounces/export").ToString(),
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["campaign_id"] = Campaign,
            ["source"] = OrNull(Source),
            ["type"] = OrNull(Type),
            ["reason"] = OrNull(Reason),
            ["domain"] = OrNull(Domain),
            ["from"] = Filter.From?.ToString("O", CultureInfo.InvariantCulture),
            ["until"] = Filter.Until?.ToString("O", CultureInfo.InvariantCulture),
            ["search"] = OrNull(Search),
        });

    protected override async Task OnPageInitializedAsync()
    {
        _isOn = Settings.Current.Bounces.Enabled;
        _sources = await Queries.SourcesAsync(Leaving);
        _campaigns = await Queries.CampaignsAsync(Leaving);
        Watch(Recorded, async _ =>
        {
            await LoadAsync();
            StateHasChanged();
        });
    }

    protected override Task OnParametersSetAsync()
    {
        ClearSelection();
        return LoadAsync();
    }

    private async Task LoadAsync() =>
        _page = await Queries.PageAsync(Filter, new PageRequest { Page = Page ?? 1, PerPage = PageSize, OrderBy = OrderBy ?? "", Ascending = IsAscending }, Leaving);

    private string BounceUrl(int id) => Urls.Bounce(id) + new Uri(Navigation.Uri).Query;

    private void Go(string name, object? value) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { [name] = OrNull(value as string), ["page"] = null }), replace: true);

    private void OnSortChanged((string Column, bool Ascending) sort) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["order_by"] = sort.Column, ["order"] = sort.Ascending ? "asc" : null, ["page"] = null }), replace: true);

    private void OnToggled(int id)
    {
        _isEverything = false;
        if (!_selected.Remove(id))
        {
            _selected.Add(id);
        }
    }

    private void OnAllToggled(ChangeEventArgs change)
    {
        ClearSelection();
        if (change.Value is true)
        {
            _selected.UnionWith(_page!.Results.Select(bounce => bounce.Id));
        }
    }

    private void ClearSelection()
    {
        _selected.Clear();
        _isEverything = false;
    }

    private async Task DeleteAsync()
    {
        // Counted afresh: what the page shows may be minutes old.
        var text = Figures.Count(_isEverything ? await Queries.CountAsync(Filter, Leaving) : _selected.Count, "bounce");
        if (!await ConfirmDialog.AskAsync(
            Dialogs, T["Delete {0}?", text], T["{0} will be gone and no longer count for people, campaigns and receivers. What was done to people stays done; take that back first where you want to. This cannot be undone.", text], T["Delete {0}", text]))
        {
            return;
        }

        _isBusy = true;
        try
        {
            if (_isEverything)
            {
                var count = await Bounces.DeleteMatchingAsync(Filter, Leaving);
                Snackbar.Add($"{Figures.Count(count, "bounce")} deleted", Severity.Success);
            }
            else
            {
                Show(await Bounces.DeleteAsync([.. _selected], Leaving), $"{text} deleted");
            }
        }
        finally
        {
            _isBusy = false;
        }

        ClearSelection();
        await LoadAsync();
    }

    private DateTimeOffset? Day(string? text, int plusDays = 0) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9000
            ? Clock.FromLocal(day.AddDays(plusDays).ToDateTime(TimeOnly.MinValue)).ToUniversalTime()
            : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? OrNull(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
