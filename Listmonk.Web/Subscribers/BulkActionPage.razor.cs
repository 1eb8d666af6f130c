using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Subscribers;

/// <summary>One change of many people from its beginning to its undoing; it goes on when the page is left.</summary>
public sealed partial class BulkActionPage
{
    private BulkProgress? _job;
    private IReadOnlyList<ListItem> _lists = [];
    private Pace _pace = new();
    private bool _isLoaded;

    [Inject]
    private BulkQueries Queries { get; set; } = default!;

    [Inject]
    private BulkService Jobs { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Parameter]
    public int Id { get; set; }

    private double Percent => _job!.Total == 0 ? _job.Status == BulkStatus.Running ? 0 : 100 : Math.Min(100, 100.0 * _job.Done / _job.Total);

    protected override async Task OnPageInitializedAsync()
    {
        Watch(Jobs.Changed, OnChangedAsync);
        _lists = await Lists.MinimalAsync(status: null, Actor, Leaving);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_job?.JobId != Id)
        {
            _pace = new Pace();
            await LoadAsync();
            _isLoaded = true;
        }
    }

    /// <summary>The feed drops what comes too fast, also the last word of this job when another one begins; so it is read again.</summary>
    private async Task OnChangedAsync(BulkProgress change)
    {
        if (change.JobId == Id || _job is { IsRunning: true })
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        _job = await Queries.FindAsync(Id, Actor, Leaving);
        if (_job is { Status: BulkStatus.Running, IsWaiting: false })
        {
            _pace.Add(Clock.GetUtcNow(), _job.Done);
        }
    }

    private async Task OnCancelClicked()
    {
        if (Show(await Jobs.CancelAsync(Id, Actor, Leaving)))
        {
            await LoadAsync();
        }
    }

    private async Task OnUndoClicked()
    {
        var count = Figures.Count(_job!.Done, "person", "people");
        if (await ConfirmDialog.AskAsync(Dialogs, T["Undo this action?"], T["{0} will be as before, save those whom somebody has changed since.", count], T["Undo for {0}", count])
            && Show(await Jobs.UndoAsync(Id, Actor, Leaving)))
        {
            await LoadAsync();
        }
    }
}
