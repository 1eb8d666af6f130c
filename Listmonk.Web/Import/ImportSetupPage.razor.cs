using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Import;

/// <summary>What an uploaded file's columns are for and what to do with its people; tried before it is done.</summary>
public sealed partial class ImportSetupPage
{
    private const int ValuesShown = 3;
    private const int ValueLength = 40;

    private static (char Value, string Text)[] Delimiters => [(',', T["Comma"]), (';', T["Semicolon"]), ('\t', T["Tab"]), ('|', T["Bar |"]), ('^', T["Caret ^"]), (':', T["Colon"]), (' ', T["Blank"])];

    private static (ColumnTarget Target, string Text)[] Targets =>
    [
        (ColumnTarget.Ignore, T["Nothing: ignore it"]),
        (ColumnTarget.Email, T["E-mail"]),
        (ColumnTarget.Name, T["Name, or part of it"]),
        (ColumnTarget.Attribute, T["Attribute: text"]),
        (ColumnTarget.Number, T["Attribute: number"]),
        (ColumnTarget.Attributes, T["All attributes, as JSON"]),
    ];

    private IReadOnlyList<ListOption> _options = [];
    private ImportDraft? _draft;
    private ImportPreview? _preview;
    private List<ImportColumn> _columns = [];
    private ImportForecast? _forecast;
    private Outcome? _refusal;
    private bool _isLoaded;
    private bool _isTrying;
    private int _tried;
    private ImportMode _mode;
    private SubscriptionStatus _status;
    private IReadOnlyCollection<int> _listIds = [];
    private bool _overwritesPeople;
    private Overwriting _overwriting;

    private enum Overwriting
    {
        None,
        ButEnded,
        All,
    }

    [Inject]
    private ImportDraftQueries Drafts { get; set; } = default!;

    [Inject]
    private ImportService Imports { get; set; } = default!;

    [Inject]
    private ListQueries Lists { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Parameter]
    public int Id { get; set; }

    /// <summary>The list to import into, when the import was begun from a list.</summary>
    [SupplyParameterFromQuery]
    public int? List { get; set; }

    private bool CanStart => !_isTrying && _preview is { Fault: null } && (_mode == ImportMode.Blocklist || _listIds.Count > 0);

    private ImportRequest Request => new()
    {
        Mode = _mode,
        SubscriptionStatus = _mode == ImportMode.Subscribe ? _status : null,
        Delimiter = _preview!.Delimiter.ToString(),
        ListIds = _mode == ImportMode.Subscribe ? [.. _listIds] : [],
        OverwritesPeople = _overwritesPeople && _mode == ImportMode.Subscribe,
        OverwritesSubscriptions = _overwriting != Overwriting.None && _mode == ImportMode.Subscribe,
        KeepsUnsubscribed = _overwriting == Overwriting.ButEnded,
        Columns = _columns,
    };

    protected override async Task OnPageInitializedAsync()
    {
        var lists = await Lists.MinimalAsync(ListStatus.Active, Actor, Leaving);
        _options = [.. lists.Where(list => Actor.CanManageList(list.Id)).Select(list => new ListOption(list.Id, list.Name))];
        if (List is { } list && _options.Any(option => option.Id == list))
        {
            _listIds = [list];
        }

        _draft = await Drafts.FindAsync(Id, Leaving);
        await ReadAsync(delimiter: null);
        _isLoaded = true;
    }

    private async Task ReadAsync(char? delimiter)
    {
        if (_draft is not null)
        {
            _preview = await Drafts.PreviewAsync(_draft, delimiter, Leaving);
            _columns = [.. ImportColumn.Suggest(_preview.Columns, _preview.Lines)];
            _forecast = null;
        }
    }

    private string Name(int column) => _preview!.Columns[column] is { Length: > 0 } name ? name : T["Column {0}", column + 1];

    private string Values(int column) => string.Join(" · ", _preview!.Lines
        .Where(line => column < line.Count && line[column].Length > 0)
        .Take(ValuesShown)
        .Select(line => line[column].Length <= ValueLength ? line[column] : line[column][..ValueLength] + "…"));

    private bool HasKey(int column) => _columns[column].Target is ColumnTarget.Attribute or ColumnTarget.Number;

    private Task OnDelimiterChanged(ChangeEventArgs change) => ReadAsync(((string)change.Value!)[0]);

    private void OnTargetChanged(int column, ChangeEventArgs change)
    {
        var target = Enum.Parse<ColumnTarget>((string)change.Value!);
        if (target == ColumnTarget.Email)
        {
            // There is only one.
            _columns = _columns.ConvertAll(other => other.Target == ColumnTarget.Email ? new ImportColumn(ColumnTarget.Ignore) : other);
        }

        var key = target is ColumnTarget.Attribute or ColumnTarget.Number ? _columns[column].Key is { Length: > 0 } present ? present : ImportColumn.KeyOf(Name(column)) : "";
        _columns[column] = new ImportColumn(target, key);
        Forget();
    }

    private void OnKeyChanged(int column, ChangeEventArgs change)
    {
        _columns[column] = _columns[column] with { Key = ((string?)change.Value ?? "").Trim() };
        Forget();
    }

    private void OnModeChanged(ImportMode mode) => Forget(() => _mode = mode);

    private void OnListsChanged(IReadOnlyCollection<int> ids) => Forget(() => _listIds = ids);

    private void OnStatusChanged(SubscriptionStatus status) => Forget(() => _status = status);

    private void OnOverwritesPeopleChanged(bool overwrites) => Forget(() => _overwritesPeople = overwrites);

    private void OnOverwritingChanged(Overwriting overwriting) => Forget(() => _overwriting = overwriting);

    /// <summary>What a dry run has found holds only for the choices that it was made with.</summary>
    private void Forget(Action? change = null)
    {
        change?.Invoke();
        _forecast = null;
        _refusal = null;
    }

    private async Task OnTryClicked()
    {
        var request = Request;
        if (!await IsAllowedAsync(request))
        {
            return;
        }

        _isTrying = true;
        _tried = 0;
        StateHasChanged();
        try
        {
            _forecast = await Drafts.TryAsync(_draft!, request, new LineProgress(lines => _ = InvokeAsync(() => OnLinesRead(lines))), Leaving);
        }
        finally
        {
            _isTrying = false;
        }
    }

    private void OnLinesRead(int lines)
    {
        _tried = lines;
        StateHasChanged();
    }

    private async Task OnStartClicked()
    {
        var warning = T["People who have unsubscribed from these lists will be subscribed again. Do this only if they have asked for it."];
        var request = Request;
        if (!await IsAllowedAsync(request)
            || (request is { OverwritesSubscriptions: true, KeepsUnsubscribed: false } && !await ConfirmDialog.AskAsync(Dialogs, T["Overwrite subscriptions?"], warning, T["Overwrite and import"])))
        {
            return;
        }

        var outcome = await Imports.StartDraftAsync(Id, request, Actor, Leaving);
        _refusal = outcome.IsOk ? null : outcome;
        if (outcome.IsOk)
        {
            Navigation.NavigateTo(Urls.ImportJob(Id), replace: true);
        }
    }

    private async Task OnDiscardClicked()
    {
        if (Show(await Imports.DiscardDraftAsync(Id, Leaving), T["The file was deleted"]))
        {
            Navigation.NavigateTo(Urls.Import);
        }
    }

    private async Task<bool> IsAllowedAsync(ImportRequest request)
    {
        var allowed = await Imports.CanStartAsync(request, Actor, waits: true, Leaving);
        _refusal = allowed.IsOk ? null : allowed;
        return allowed.IsOk;
    }

    /// <summary>Reports at once; the framework's own would post to a context that a page does not have.</summary>
    private sealed class LineProgress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
