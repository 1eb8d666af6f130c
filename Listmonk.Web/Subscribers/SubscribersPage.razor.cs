using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Subscribers;

/// <summary>All people: search, filters, bulk actions. The address holds the whole state save the selection.</summary>
public sealed partial class SubscribersPage
{
    private const int PageSize = 50;
    private readonly HashSet<int> _selected = [];
    private IReadOnlyList<ListItem> _lists = [];
    private IReadOnlyList<SegmentItem> _segments = [];
    private PagedList<SubscriberItem>? _page;
    private Outcome? _refusal;
    private string _expression = "";
    private bool _isAdvancedOpen;
    private bool _isEverybody;
    private bool _isBusy;

    [Inject]
    private SubscriberQueries Queries { get; set; } = default!;

    [Inject]
    private SubscriberService People { get; set; } = default!;

    [Inject]
    private BulkService Bulk { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private SegmentQueries Segments { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Query { get; set; }

    [SupplyParameterFromQuery]
    public int? List { get; set; }

    [SupplyParameterFromQuery]
    public string? Subscription { get; set; }

    [SupplyParameterFromQuery]
    public string? Status { get; set; }

    [SupplyParameterFromQuery]
    public int? Segment { get; set; }

    [SupplyParameterFromQuery]
    public string? Finding { get; set; }

    [SupplyParameterFromQuery(Name = "order_by")]
    public string? OrderBy { get; set; }

    [SupplyParameterFromQuery]
    public string? Order { get; set; }

    [SupplyParameterFromQuery]
    public int? Page { get; set; }

    private bool CanManage => Actor.Can(Permissions.SubscribersManage);

    private bool IsAscending => Order == "asc";

    private bool IsAdvanced => (_isAdvancedOpen || !string.IsNullOrEmpty(Query)) && Actor.Can(Permissions.SubscribersSqlQuery);

    private bool IsFiltered => Filter != new SubscriberFilter { ListIds = Filter.ListIds } || List is not null;

    private SubscriberFilter Filter => new()
    {
        ListIds = List is { } list ? [list] : [],
        SubscriptionStatus = EnumText.TryParse<SubscriptionStatus>(Subscription, out var subscription) ? subscription : null,
        Status = EnumText.TryParse<SubscriberStatus>(Status, out var status) ? status : null,
        Search = (Search ?? "").Trim(),
        Query = (Query ?? "").Trim(),
        SegmentId = Segment,
        Finding = EnumText.TryParse<HygieneKind>(Finding, out var finding) ? finding : null,
    };

    private string? FilterText => List is { } id && _lists.FirstOrDefault(list => list.Id == id) is { } list
        ? T["On {0}{1}", list.Name, string.IsNullOrEmpty(Subscription) ? "" : $" ({Subscription})"]
        : null;

    /// <summary>The API's own export, reached with the same session.</summary>
    private string ExportUrl => Navigation.GetUriWithQueryParameters(
        Navigation.ToAbsoluteUri("api/subscribers/export").ToString(),
        new Dictionary<string, object?>
        {
            ["list_id"] = List,
            ["subscription_status"] = string.IsNullOrEmpty(Subscription) ? null : Subscription,
            ["status"] = string.IsNullOrEmpty(Status) ? null : Status,
            ["search"] = string.IsNullOrEmpty(Search) ? null : Search,
            ["query"] = string.IsNullOrEmpty(Query) ? null : Query,
            ["segment_id"] = Segment,
            ["finding"] = string.IsNullOrEmpty(Finding) ? null : Finding,
        });

    private string SelectionExportUrl => _isEverybody
        ? ExportUrl
        : Navigation.ToAbsoluteUri("api/subscribers/export").ToString() + QueryString.Create(_selected.Order().Select(id => KeyValuePair.Create("id", (string?)$"{id}")));

    protected override async Task OnPageInitializedAsync()
    {
        _lists = await Lists.MinimalAsync(status: null, Actor, Leaving);
        _segments = await Segments.AllAsync(Leaving);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_expression.Length == 0)
        {
            _expression = Query ?? "";
        }

        ClearSelection();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var request = new PageRequest { Page = Page ?? 1, PerPage = PageSize, OrderBy = OrderBy ?? "", Ascending = IsAscending };
        var page = await Queries.PageAsync(Filter, request, Actor, Leaving);
        _refusal = page.IsOk ? null : page;
        _page = page.IsOk ? page.Value : null;
    }

    private void Go(Dictionary<string, object?> state, bool keepsPage = false)
    {
        if (!keepsPage)
        {
            state["page"] = null;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(state), replace: true);
    }

    private void OnSearchChanged(string? text) => Go(new() { ["q"] = OrNull(text) });

    private void OnListChanged(ChangeEventArgs change) => Go(new() { ["list"] = OrNull(change.Value), ["subscription"] = null });

    private void OnSubscriptionChanged(ChangeEventArgs change) => Go(new() { ["subscription"] = OrNull(change.Value) });

    private void OnStatusChanged(ChangeEventArgs change) => Go(new() { ["status"] = OrNull(change.Value) });

    private void OnSegmentChanged(ChangeEventArgs change) => Go(new() { ["segment"] = OrNull(change.Value) });

    private void OnFindingClosed() => Go(new() { ["finding"] = null });

    private void OnPageChanged(int page) => Go(new() { ["page"] = page }, keepsPage: true);

    private void OnSortChanged((string Column, bool Ascending) sort) =>
        Go(new() { ["order_by"] = sort.Column, ["order"] = sort.Ascending ? "asc" : "desc" });

    private static string? OrNull(object? value) => string.IsNullOrWhiteSpace(value as string) ? null : (string)value;

    /// <summary>Opens with the simple search as a condition, so that nothing typed is lost.</summary>
    private void OnAdvancedClicked()
    {
        if (IsAdvanced)
        {
            OnResetClicked();
            return;
        }

        _isAdvancedOpen = true;
        var text = (Search ?? "").Trim().Replace("'", "''", StringComparison.Ordinal);
        _expression = text.Length == 0 ? "" : text.Contains('@', StringComparison.Ordinal) ? $"email = '{text}'" : $"(name ~* '{text}' OR email ~* '{text}')";
    }

    private void OnQueryClicked() => Go(new() { ["query"] = OrNull(_expression), ["q"] = null });

    private void OnResetClicked()
    {
        _isAdvancedOpen = false;
        _expression = "";
        Go(new() { ["query"] = null });
    }

    private void OnToggled(int id)
    {
        _isEverybody = false;
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
            _selected.UnionWith(_page!.Results.Select(person => person.Id));
        }
    }

    private void ClearSelection()
    {
        _selected.Clear();
        _isEverybody = false;
    }

    private SubscriberSelection Selection => _isEverybody ? SubscriberSelection.Matching(Filter) : SubscriberSelection.Of([.. _selected]);

    private async Task OnManageListsClicked()
    {
        var count = await SelectedCountAsync();
        var options = _lists.Where(list => Actor.CanManageList(list.Id)).Select(list => new ListOption(list.Id, list.Name, ListNote(list))).ToList();
        if (await ManageListsDialog.AskAsync(Dialogs, options, count) is { } change)
        {
            await DoAsync(count, BulkAction.ChangeLists, change, () => People.ChangeSubscriptionsAsync(Selection, change, Actor, Leaving), T["Lists changed for {0}"]);
        }
    }

    private async Task OnStatusClicked(SubscriberStatus status)
    {
        var count = await SelectedCountAsync();
        var people = Figures.Count(count, "person", "people");
        var (verb, effect, action) = status == SubscriberStatus.Enabled
            ? (T["Enable"], T["{0} will get campaigns again, as far as their subscriptions are alive.", people], BulkAction.Enable)
            : (T["Disable"], T["{0} will get no campaigns until they are enabled again. Their subscriptions stay.", people], BulkAction.Disable);
        if (await ConfirmDialog.AskAsync(Dialogs, $"{verb}?", effect, $"{verb} {people}", Color.Primary))
        {
            await DoAsync(count, action, null, () => People.SetStatusAsync(Selection, status, Actor, Leaving), $"{{0}} {EnumText.Of(status)}");
        }
    }

    private async Task OnBlocklistClicked()
    {
        var number = await SelectedCountAsync();
        var count = Figures.Count(number, "person", "people");
        if (await ConfirmDialog.AskAsync(Dialogs, T["Blocklist?"], T["{0} will get no more campaigns, and all their subscriptions end.", count], T["Blocklist {0}", count]))
        {
            await DoAsync(number, BulkAction.Blocklist, null, () => People.BlocklistAsync(Selection, Actor, Leaving), T["{0} blocklisted"]);
        }
    }

    private async Task OnDeleteClicked()
    {
        var number = await SelectedCountAsync();
        var count = Figures.Count(number, "person", "people");
        var effect = T["{0} will be gone with all their subscriptions. This cannot be undone.", count];
        if (number > BulkService.Immediate
            ? await TypedConfirmDialog.AskAsync(Dialogs, T["Delete?"], effect, "delete", T["Delete {0}", count])
            : await ConfirmDialog.AskAsync(Dialogs, T["Delete?"], effect, T["Delete {0}", count]))
        {
            await DoAsync(number, BulkAction.Delete, null, () => People.DeleteAsync(Selection, Actor, Leaving), T["{0} deleted"]);
        }
    }

    /// <summary>Few people at once, many in the background, where the action can be watched, cancelled and undone.</summary>
    private async Task DoAsync(int count, BulkAction action, SubscriptionChange? change, Func<Task<Outcome<int>>> immediate, string success)
    {
        if (count <= BulkService.Immediate)
        {
            await RunAsync(immediate, success);
            return;
        }

        var started = await Bulk.StartAsync(BulkRequest.For(Selection, action, change), Actor, Leaving);
        if (Show(started))
        {
            Navigation.NavigateTo(Urls.BulkAction(started.Value.JobId));
        }
    }

    /// <summary>Counted afresh: what the page shows may be minutes old.</summary>
    private async Task<int> SelectedCountAsync()
    {
        if (!_isEverybody)
        {
            return _selected.Count;
        }

        var count = await Queries.CountAsync(Filter, Actor, Leaving);
        return count.IsOk ? count.Value : _page!.Total;
    }

    private async Task RunAsync(Func<Task<Outcome<int>>> action, string success)
    {
        _isBusy = true;
        try
        {
            var outcome = await action();
            Show(outcome, outcome.IsOk ? string.Format(null, success, Figures.Count(outcome.Value, "person", "people")) : null);
        }
        finally
        {
            _isBusy = false;
        }

        ClearSelection();
        await LoadAsync();
    }

    private static string? ListNote(ListItem list) => list.Optin == ListOptin.Double ? T["double opt-in"] : null;
}
