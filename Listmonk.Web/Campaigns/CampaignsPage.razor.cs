using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Campaigns;

/// <summary>All campaigns with their states and figures; running ones move by themselves.</summary>
public sealed partial class CampaignsPage
{
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(1);
    private PagedList<CampaignDetails>? _page;
    private HashSet<CampaignDetails> _selected = new(ById.Instance);
    private Dictionary<int, int> _rates = [];

    [Inject]
    private CampaignQueries Campaigns { get; set; } = default!;

    [Inject]
    private CampaignService Service { get; set; } = default!;

    [Inject]
    private LiveFeed<CampaignStatusChanged> StatusChanges { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "tag")]
    private string? Tag { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Page { get; set; }

    private int PageNumber => Math.Max(1, Page ?? 1);

    private string SortColumn => string.IsNullOrEmpty(Sort) ? "created_at" : Sort.TrimStart('-');

    private bool IsAscending => Sort is { Length: > 0 } && Sort[0] != '-';

    private bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Status) || !string.IsNullOrEmpty(Tag);

    private bool CanManage => Actor.CanAny(Permissions.CampaignsManageAll, Permissions.CampaignsManage);

    private bool CanSend => Actor.Can(Permissions.CampaignsSend);

    protected override Task OnPageInitializedAsync()
    {
        Watch(StatusChanges, _ => LoadAsync());
        _ = RefreshWhileRunningAsync();
        return Task.CompletedTask;
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var filter = new CampaignFilter
        {
            Search = Search ?? "",
            Statuses = EnumText.TryParse<CampaignStatus>(Status, out var status) ? [status] : [],
            Tags = string.IsNullOrEmpty(Tag) ? [] : [Tag],
        };
        _page = await Campaigns.PageAsync(
            filter, new PageRequest { Page = PageNumber, OrderBy = SortColumn, Ascending = IsAscending }, Actor, Leaving);
        if (_selected.Any(selected => !_page.Results.Contains(selected, ById.Instance)))
        {
            _selected = new HashSet<CampaignDetails>(_selected.Where(selected => _page.Results.Contains(selected, ById.Instance)), ById.Instance);
        }

        StateHasChanged();
    }

    /// <summary>Reads the counters each second while something on the page is being sent; works whichever process sends it.</summary>
    private async Task RefreshWhileRunningAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(RefreshPeriod, Clock);
            while (await timer.WaitForNextTickAsync(Leaving))
            {
                if (_page?.Results.Any(campaign => campaign.Status is CampaignStatus.Running or CampaignStatus.Scheduled) == true)
                {
                    await InvokeAsync(RefreshAsync);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private async Task RefreshAsync()
    {
        var running = (await Campaigns.RunningAsync(Actor, Leaving)).ToDictionary(progress => progress.CampaignId);
        var shown = _page!.Results;
        if (shown.Any(campaign => campaign.Status == CampaignStatus.Running != running.ContainsKey(campaign.Id)))
        {
            await LoadAsync();
            return;
        }

        _rates = running.ToDictionary(pair => pair.Key, pair => Rate(pair.Value));
        _page = _page with
        {
            Results =
            [
                .. shown.Select(campaign => running.TryGetValue(campaign.Id, out var progress)
                    ? campaign with { ToSend = progress.ToSend, Sent = progress.Sent, Failed = progress.Failed, Skipped = progress.Skipped, StartedAt = progress.StartedAt }
                    : campaign),
            ],
        };
        StateHasChanged();
    }

    /// <summary>The measured rate, or the average since the start when another process sends.</summary>
    private int Rate(CampaignProgress progress) =>
        progress.RatePerMinute > 0 || progress.StartedAt is not { } startedAt
            ? progress.RatePerMinute
            : (int)(progress.Sent / Math.Max(1, (Clock.GetUtcNow() - startedAt).TotalMinutes));

    private void Go(string? search = null, string? status = null, string? tag = null, string? sort = null, int? page = null) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["q"] = Emptied(search ?? Search),
            ["status"] = Emptied(status ?? Status),
            ["tag"] = Emptied(tag ?? Tag),
            ["sort"] = Emptied(sort ?? Sort),
            ["page"] = page is > 1 ? page : null,
        }), replace: search is not null);

    private static string? Emptied(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private void OnSorted((string Column, bool Ascending) order) => Go(sort: order.Ascending ? order.Column : "-" + order.Column);

    private static string RowClass(CampaignDetails campaign, int row) => campaign.Status == CampaignStatus.Running ? "campaign-running" : "";

    private string SendVerb(CampaignDetails campaign) =>
        campaign.SendAt > Clock.GetUtcNow() ? T["Schedule"] : campaign.Status == CampaignStatus.Paused ? T["Resume"] : T["Send"];

    private async Task OnSendAsync(CampaignDetails campaign)
    {
        if (await SendCampaignDialog.AskAsync(Dialogs, campaign))
        {
            await ChangeStatusAsync(campaign, CampaignStatus.Running);
        }
    }

    private async Task OnCancelAsync(CampaignDetails campaign)
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Cancel '{0}'?", campaign.Name], T["Nobody else will get it, and it cannot be started again. A copy can."], T["Cancel the campaign"]))
        {
            await ChangeStatusAsync(campaign, CampaignStatus.Cancelled);
        }
    }

    private async Task ChangeStatusAsync(CampaignDetails campaign, CampaignStatus status)
    {
        Show(await Service.ChangeStatusAsync(campaign.Id, status, Actor, Leaving));
        await LoadAsync();
    }

    private async Task OnCloneAsync(CampaignDetails campaign)
    {
        if (await CloneCampaignDialog.AskAsync(Dialogs, campaign.Name) is { } name)
        {
            var clone = await Service.CloneAsync(campaign.Id, name, Actor, Leaving);
            if (Show(clone))
            {
                Navigation.NavigateTo(Urls.Campaign(clone.Value.Id));
            }
        }
    }

    private async Task OnDeleteAsync(CampaignDetails campaign)
    {
        var effect = campaign.Status == CampaignStatus.Running ? (T["It is being sent: sending stops at once."] + " ") : "";
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete '{0}'?", campaign.Name], T["{0}Its views, clicks and delivery records go with it. Links in mails already sent keep working.", effect], T["Delete the campaign"]))
        {
            Show(await Service.DeleteAsync(campaign.Id, Actor, Leaving), T["'{0}' is deleted.", campaign.Name]);
            await LoadAsync();
        }
    }

    private async Task OnDeleteSelectedAsync()
    {
        var count = Figures.Count(_selected.Count, "campaign");
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete {0}?", count], T["Their views, clicks and delivery records go with them."], T["Delete {0}", count]))
        {
            var deleted = await Service.DeleteManyAsync([.. _selected.Select(campaign => campaign.Id)], Actor, Leaving);
            Snackbar.Add($"{Figures.Count(deleted, "campaign")} deleted.", Severity.Success);
            _selected = new HashSet<CampaignDetails>(ById.Instance);
            await LoadAsync();
        }
    }

    /// <summary>A campaign stays selected when its figures move.</summary>
    private sealed class ById : IEqualityComparer<CampaignDetails>
    {
        public static ById Instance { get; } = new();

        public bool Equals(CampaignDetails? left, CampaignDetails? right) => left?.Id == right?.Id;

        public int GetHashCode(CampaignDetails campaign) => campaign.Id;
    }
}
