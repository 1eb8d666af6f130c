using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Subscribers;

/// <summary>What is wrong with the addresses, counted by kind, with the way to the people and what can be done about them.</summary>
public sealed partial class HygienePage
{
    private HygieneProgress? _newest;
    private HygieneProgress? _finished;
    private IReadOnlyList<ListItem> _lists = [];
    private bool _isLoaded;
    private int _months = 6;
    private int _mails = 5;

    [Inject]
    private HygieneService Hygiene { get; set; } = default!;

    [Inject]
    private BulkService Bulk { get; set; } = default!;

    [Inject]
    private SubscriberQueries People { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    protected override async Task OnPageInitializedAsync()
    {
        Watch(Hygiene.Changed, OnChangedAsync);
        _lists = await Lists.MinimalAsync(status: null, Actor, Leaving);
        await LoadAsync();
        if (_newest is { } last)
        {
            (_months, _mails) = (last.Months, last.Mails);
        }
    }

    private async Task LoadAsync()
    {
        (_newest, _finished) = await Hygiene.ReadAsync(Actor, Leaving);
        _isLoaded = true;
    }

    private async Task OnChangedAsync(HygieneProgress change)
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task OnStartClicked()
    {
        if (Show(await Hygiene.StartAsync(_months, _mails, Actor, Leaving)))
        {
            await LoadAsync();
        }
    }

    private async Task OnListsClicked(HygieneKind kind)
    {
        var options = _lists.Where(list => Actor.CanManageList(list.Id)).Select(list => new ListOption(list.Id, list.Name, null)).ToList();
        if (await ManageListsDialog.AskAsync(Dialogs, options, await CountAsync(kind)) is { } change)
        {
            await StartAsync(kind, BulkAction.ChangeLists, change);
        }
    }

    private async Task OnBlocklistClicked(HygieneKind kind)
    {
        var count = Figures.Count(await CountAsync(kind), "person", "people");
        if (await ConfirmDialog.AskAsync(Dialogs, T["Blocklist?"], T["{0} will get no more campaigns, and all their subscriptions end.", count], T["Blocklist {0}", count]))
        {
            await StartAsync(kind, BulkAction.Blocklist, null);
        }
    }

    private async Task OnDeleteClicked(HygieneKind kind)
    {
        var count = Figures.Count(await CountAsync(kind), "person", "people");
        if (await TypedConfirmDialog.AskAsync(Dialogs, T["Delete?"], T["{0} will be gone with all their subscriptions. This cannot be undone.", count], "delete", T["Delete {0}", count]))
        {
            await StartAsync(kind, BulkAction.Delete, null);
        }
    }

    /// <summary>Counted afresh: some may have gone since the report.</summary>
    private async Task<int> CountAsync(HygieneKind kind)
    {
        var count = await People.CountAsync(new SubscriberFilter { Finding = kind }, Actor, Leaving);
        return count.IsOk ? count.Value : _finished!.Counts.GetValueOrDefault(kind);
    }

    private async Task StartAsync(HygieneKind kind, BulkAction action, SubscriptionChange? change)
    {
        var started = await Bulk.StartAsync(BulkRequest.For(SubscriberSelection.Matching(new SubscriberFilter { Finding = kind }), action, change), Actor, Leaving);
        if (Show(started))
        {
            Navigation.NavigateTo(Urls.BulkAction(started.Value.JobId));
        }
    }
}
