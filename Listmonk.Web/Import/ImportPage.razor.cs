using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace Listmonk.Web.Import;

/// <summary>Upload a file, watch it being imported, see which lines were refused. The import goes on when the page is left.</summary>
public sealed partial class ImportPage
{
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;
    private IReadOnlyList<ListOption> _options = [];
    private IReadOnlyList<ImportProblem> _problems = [];
    private ImportProgress _progress = ImportProgress.Nothing;
    private Outcome? _refusal;
    private IBrowserFile? _file;
    private bool _isLoaded;
    private bool _isUploading;
    private ImportMode _mode;
    private SubscriptionStatus _status;
    private IReadOnlyCollection<int> _listIds = [];
    private bool _overwritesPeople;
    private bool _overwritesSubscriptions;
    private string _delimiter = ",";

    [Inject]
    private ImportService Imports { get; set; } = default!;

    [Inject]
    private UploadStore Uploads { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    /// <summary>The list to import into, when the page was reached from a list.</summary>
    [SupplyParameterFromQuery]
    public int? List { get; set; }

    private bool CanStart => _file is not null && !_isUploading && (_mode == ImportMode.Blocklist || _listIds.Count > 0);

    private double Percent => _progress.Total == 0 ? _progress.IsRunning ? 0 : 100 : 100.0 * (_progress.Imported + _progress.Rejected) / _progress.Total;

    private long Rate => _progress.StartedAt is { } started && (Clock.GetUtcNow() - started).TotalSeconds is > 0.5 and var seconds
        ? (long)(_progress.Imported / seconds)
        : 0;

    private TimeSpan TimeLeft => TimeSpan.FromSeconds(Math.Max(0, _progress.Total - _progress.Imported - _progress.Rejected) / (double)Math.Max(1, Rate));

    private StatusTone Tone => _progress.Status switch
    {
        ImportStatus.Finished => StatusTone.Success,
        ImportStatus.Failed => StatusTone.Danger,
        ImportStatus.Stopping => StatusTone.Warning,
        _ => StatusTone.Info,
    };

    protected override async Task OnPageInitializedAsync()
    {
        var lists = await Lists.MinimalAsync(ListStatus.Active, Actor, Leaving);
        _options = [.. lists.Where(list => Actor.CanManageList(list.Id)).Select(list => new ListOption(list.Id, list.Name))];
        if (List is { } list && _options.Any(option => option.Id == list))
        {
            _listIds = [list];
        }

        Watch(Imports.Changed, OnProgressAsync);
        await OnProgressAsync(await Imports.StatusAsync(Leaving));
        _isLoaded = true;
    }

    private async Task OnProgressAsync(ImportProgress progress)
    {
        _progress = progress;
        if (progress.Rejected > _problems.Count && _problems.Count < ImportService.MaxProblems)
        {
            _problems = await Imports.ProblemsAsync(progress.JobId, Leaving);
        }

        StateHasChanged();
    }

    private void OnFileChosen(InputFileChangeEventArgs change)
    {
        _file = change.File;
        _refusal = null;
    }

    private async Task OnStartClicked()
    {
        const string Warning = "People who have unsubscribed from these lists will be subscribed again. Do this only if they have asked for it.";
        if (_overwritesSubscriptions && !await ConfirmDialog.AskAsync(Dialogs, "Overwrite subscriptions?", Warning, "Overwrite and import"))
        {
            return;
        }

        var request = new ImportRequest
        {
            Mode = _mode,
            SubscriptionStatus = _mode == ImportMode.Subscribe ? _status : null,
            Delimiter = _delimiter,
            ListIds = [.. _listIds],
            OverwritesPeople = _overwritesPeople,
            OverwritesSubscriptions = _overwritesSubscriptions,
        };
        var outcome = await UploadAsync(request);
        _refusal = outcome.IsOk ? null : outcome;
        if (outcome.IsOk)
        {
            _file = null;
            _problems = [];
            await OnProgressAsync(await Imports.StatusAsync(Leaving));
        }
    }

    private async Task<Outcome> UploadAsync(ImportRequest request)
    {
        var allowed = await Imports.CanStartAsync(request, Actor, Leaving);
        if (!allowed.IsOk)
        {
            return allowed;
        }

        _isUploading = true;
        try
        {
            await using var content = _file!.OpenReadStream(MaxBytes, Leaving);
            var upload = await Uploads.SaveAsync(_file.Name, content, Leaving);
            return upload.IsOk ? await Imports.StartAsync(request, _file.Name, upload.Value, Actor, Leaving) : upload;
        }
        catch (IOException exception)
        {
            return Outcome.Invalid("file", $"The file could not be read: {exception.Message}");
        }
        finally
        {
            _isUploading = false;
        }
    }

    private async Task OnStopClicked()
    {
        _problems = _progress.IsRunning ? _problems : [];
        await OnProgressAsync(await Imports.StopAsync(Leaving));
    }
}
