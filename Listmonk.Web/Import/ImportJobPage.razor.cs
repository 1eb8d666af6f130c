using Listmonk.Core.Import;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Import;

/// <summary>One import from its file to its result; it goes on when the page is left.</summary>
public sealed partial class ImportJobPage
{
    private ImportProgress? _import;
    private IReadOnlyList<ImportProblem> _problems = [];
    private Pace _pace = new();
    private bool _isLoaded;
    private bool _isCounting;

    [Inject]
    private ImportQueries Queries { get; set; } = default!;

    [Inject]
    private ImportService Imports { get; set; } = default!;

    [Inject]
    private ImportUndoService Undo { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Parameter]
    public int Id { get; set; }

    private string Heading => _import switch
    {
        { IsWaiting: true } => T["Waits for its turn"],
        { Status: ImportStatus.Importing or ImportStatus.Stopping } => T["Importing"],
        _ => T["Result"],
    };

    private double Percent => _import!.Total == 0 ? _import.IsRunning ? 0 : 100 : Math.Min(100, 100.0 * _import.Done / _import.Total);

    protected override Task OnPageInitializedAsync()
    {
        Watch(Imports.Changed, OnChangedAsync);
        return Task.CompletedTask;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_import?.JobId != Id)
        {
            _problems = [];
            _pace = new Pace();
            await ShowAsync(await Queries.FindAsync(Id, Leaving));
            _isLoaded = true;
            if (_import is { Status: ImportStatus.Draft })
            {
                Navigation.NavigateTo(Urls.ImportSetup(Id, null), replace: true);
            }
        }
    }

    /// <summary>The feed drops what comes too fast, also the last word of this import when another one begins; so it is read again.</summary>
    private async Task OnChangedAsync(ImportProgress change)
    {
        if (change.JobId == Id || _import is { IsRunning: true })
        {
            await ShowAsync(change.JobId == Id ? change : await Queries.FindAsync(Id, Leaving));
            StateHasChanged();
        }
    }

    private async Task ShowAsync(ImportProgress? import)
    {
        _import = import;
        if (import is null)
        {
            return;
        }

        if (import is { Status: ImportStatus.Importing or ImportStatus.Stopping, IsWaiting: false })
        {
            _pace.Add(Clock.GetUtcNow(), import.Done);
        }

        // A line that was imported without its attributes is a problem, too: at the end it is looked up once more.
        if (_problems.Count < ImportQueries.MaxProblems && (import.Rejected > _problems.Count || !import.IsRunning))
        {
            _problems = await Queries.ProblemsAsync(import.JobId, Leaving);
        }
    }

    private async Task OnStopClicked()
    {
        if (Show(await Imports.StopAsync(Id, Actor, Leaving)))
        {
            await ShowAsync(await Queries.FindAsync(Id, Leaving));
        }
    }

    private async Task OnUndoClicked()
    {
        _isCounting = true;
        StateHasChanged();
        var forecast = await Undo.ForecastAsync(Id, Actor, Leaving);
        _isCounting = false;
        if (Show(forecast)
            && await ConfirmDialog.AskAsync(Dialogs, T["Undo this import?"], ImportLook.Undoing(forecast.Value), T["Remove {0}", Figures.Count(forecast.Value.People, "person", "people")])
            && Show(await Undo.StartAsync(Id, Actor, Leaving)))
        {
            await ShowAsync(await Queries.FindAsync(Id, Leaving));
        }
    }

    private async Task OnContinueClicked()
    {
        if (Show(await Imports.ContinueAsync(Id, Actor, Leaving), T["The import goes on"]))
        {
            _pace = new Pace();
            await ShowAsync(await Queries.FindAsync(Id, Leaving));
        }
    }
}
