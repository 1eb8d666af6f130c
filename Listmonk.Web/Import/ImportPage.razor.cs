using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace Listmonk.Web.Import;

/// <summary>Upload a file, and look back at those that were imported before.</summary>
public sealed partial class ImportPage
{
    private const int PerPage = 20;
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;
    private IReadOnlyList<ListOption> _options = [];
    private PagedList<ImportProgress>? _history;
    private Outcome? _refusal;
    private IBrowserFile? _file;
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
    private ImportQueries Queries { get; set; } = default!;

    [Inject]
    private UploadStore Uploads { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    /// <summary>The list to import into, when the page was reached from a list.</summary>
    [SupplyParameterFromQuery]
    public int? List { get; set; }

    /// <summary>The page of the history.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    private bool CanStart => _file is not null && !_isUploading && (_mode == ImportMode.Blocklist || _listIds.Count > 0);

    protected override async Task OnPageInitializedAsync()
    {
        var lists = await Lists.MinimalAsync(ListStatus.Active, Actor, Leaving);
        _options = [.. lists.Where(list => Actor.CanManageList(list.Id)).Select(list => new ListOption(list.Id, list.Name))];
        if (List is { } list && _options.Any(option => option.Id == list))
        {
            _listIds = [list];
        }

        Watch(Imports.Changed, OnChangedAsync);
    }

    protected override async Task OnParametersSetAsync() => _history = await Queries.HistoryAsync(new PageRequest { Page = PageNumber ?? 1, PerPage = PerPage }, Leaving);

    private async Task OnChangedAsync(ImportProgress change)
    {
        _history = await Queries.HistoryAsync(new PageRequest { Page = PageNumber ?? 1, PerPage = PerPage }, Leaving);
        StateHasChanged();
    }

    private void OnPageChanged(int page) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("page", page));

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
            Navigation.NavigateTo(Urls.ImportJob(outcome.Value.JobId));
        }
    }

    private async Task<Outcome<ImportProgress>> UploadAsync(ImportRequest request)
    {
        var allowed = await Imports.CanStartAsync(request, Actor, waits: true, Leaving);
        if (!allowed.IsOk)
        {
            return Outcome<ImportProgress>.From(allowed);
        }

        _isUploading = true;
        try
        {
            await using var content = _file!.OpenReadStream(MaxBytes, Leaving);
            var upload = await Uploads.SaveAsync(_file.Name, content, Leaving);
            return upload.IsOk ? await Imports.StartAsync(request, _file.Name, upload.Value, Actor, waits: true, Leaving) : Outcome<ImportProgress>.From(upload);
        }
        catch (IOException exception)
        {
            return Outcome<ImportProgress>.Invalid("file", $"The file could not be read: {exception.Message}");
        }
        finally
        {
            _isUploading = false;
        }
    }
}
