using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Listmonk.Web.Import;

/// <summary>Upload a file, and look back at those that were imported before.</summary>
public sealed partial class ImportPage
{
    private const int PerPage = 20;
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;
    private PagedList<ImportProgress>? _history;
    private Outcome? _refusal;
    private IBrowserFile? _file;

    [Inject]
    private ImportQueries Queries { get; set; } = default!;

    [Inject]
    private ImportService Imports { get; set; } = default!;

    [Inject]
    private UploadStore Uploads { get; set; } = default!;

    /// <summary>The list to import into, when the page was reached from a list.</summary>
    [SupplyParameterFromQuery]
    public int? List { get; set; }

    /// <summary>The page of the history.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    protected override Task OnPageInitializedAsync()
    {
        Watch(Imports.Changed, OnChangedAsync);
        return Task.CompletedTask;
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync() => _history = await Queries.HistoryAsync(new PageRequest { Page = PageNumber ?? 1, PerPage = PerPage }, Leaving);

    private async Task OnChangedAsync(ImportProgress change)
    {
        await LoadAsync();
        StateHasChanged();
    }

    private void OnPageChanged(int page) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("page", page));

    private async Task OnFileChosen(InputFileChangeEventArgs change)
    {
        _file = change.File;
        _refusal = null;
        StateHasChanged();
        try
        {
            await using var content = _file.OpenReadStream(MaxBytes, Leaving);
            var upload = await Uploads.SaveAsync(_file.Name, content, Leaving);
            if (upload.IsOk)
            {
                var draft = await Imports.DraftAsync(_file.Name, upload.Value, Actor, Leaving);
                Navigation.NavigateTo(Urls.ImportSetup(draft.JobId, List));
                return;
            }

            _refusal = upload;
        }
        catch (IOException exception)
        {
            _refusal = Outcome.Invalid("file", T["The file could not be read: {0}", exception.Message]);
        }

        _file = null;
    }
}
