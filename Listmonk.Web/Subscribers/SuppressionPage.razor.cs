using System.Runtime.CompilerServices;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace Listmonk.Web.Subscribers;

/// <summary>Who never gets a mail: add, look for, take off.</summary>
public sealed partial class SuppressionPage
{
    private const int PerPage = 50;

    /// <summary>Two million addresses.</summary>
    private const long MaxBytes = 64L * 1024 * 1024;

    private readonly HashSet<int> _selected = [];
    private PagedList<SuppressedAddress>? _page;
    private Outcome? _refusal;
    private SuppressionReceipt? _receipt;
    private string _lines = "";
    private string _reason = "";
    private bool _isBusy;

    [Inject]
    private SuppressionQueries Queries { get; set; } = default!;

    [Inject]
    private SuppressionService Suppressions { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _selected.Clear();
        var page = await Queries.PageAsync(Search ?? "", new PageRequest { Page = PageNumber ?? 1, PerPage = PerPage }, Actor, Leaving);
        _refusal = page.IsOk ? null : page;
        _page = page.IsOk ? page.Value : null;
    }

    private void OnSearchChanged(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrWhiteSpace(text) ? null : text, ["page"] = null }), replace: true);

    private void OnPageChanged(int page) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("page", page));

    private async Task OnAddClicked()
    {
        if (await AddAsync(_lines.Split('\n').ToAsyncEnumerable(), "page"))
        {
            _lines = "";
        }
    }

    private async Task OnFileChosen(InputFileChangeEventArgs change)
    {
        try
        {
            await using var content = change.File.OpenReadStream(MaxBytes, Leaving);
            await AddAsync(ReadLinesAsync(content, Leaving), "file");
        }
        catch (IOException exception)
        {
            Show(Outcome.Invalid("file", T["The file could not be read: {0}", exception.Message]));
        }
    }

    private async Task<bool> AddAsync(IAsyncEnumerable<string> lines, string source)
    {
        _isBusy = true;
        try
        {
            var added = await Suppressions.AddAsync(lines, _reason, source, Actor, Leaving);
            if (Show(added))
            {
                _receipt = added.Value;
                await LoadAsync();
            }

            return added.IsOk;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task OnRemoveClicked()
    {
        var count = Figures.Count(_selected.Count, "entry", "entries");
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove from the list?"], T["{0} may get mail again.", count], T["Remove {0}", count])
            && Show(await Suppressions.RemoveAsync([.. _selected], Actor, Leaving), $"{count} removed"))
        {
            _receipt = null;
            await LoadAsync();
        }
    }

    private void OnToggled(int id)
    {
        if (!_selected.Remove(id))
        {
            _selected.Add(id);
        }
    }

    private void OnAllToggled(ChangeEventArgs change)
    {
        _selected.Clear();
        if (change.Value is true)
        {
            _selected.UnionWith(_page!.Results.Select(entry => entry.Id));
        }
    }

    private static async IAsyncEnumerable<string> ReadLinesAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }
}
