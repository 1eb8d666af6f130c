using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Blocks;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Listmonk.Web.Shared.Blocks;

/// <summary>
/// Edits a mail made of blocks. The document lives here, on the server; the browser draws it into a frame without scripts, and reports
/// what is clicked and dropped. Nothing is stored: the page asks by <see cref="Read"/> or is told by <see cref="Changed"/>.
/// </summary>
public sealed partial class BlockEditor
{
    /// <summary>How long a person rests before the page is told.</summary>
    private static readonly TimeSpan RestPeriod = TimeSpan.FromMilliseconds(350);

    private static (string Key, string Text)[] Panels => [("blocks", T["Blocks"]), ("mail", T["Mail"]), ("settings", T["Settings"])];

    private readonly CancellationTokenSource _leaving = new();
    private ElementReference _root;
    private DotNetObjectReference<BlockEditor>? _self;
    private IJSObjectReference? _module;
    private BlockEditing _editing = new(BlockDocument.Empty());
    private string? _source;
    private string? _fault;
    private string _panel = "mail";
    private bool _isLoaded;
    private bool _isImported;
    private bool _isPhone;
    private bool _isDark;
    private int _startVersion;
    private (BlockEditing Editing, int Version, string Selected, bool IsDark, bool IsPhone)? _shown;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    /// <summary>The block document; without one the blocks are made from <see cref="Html"/>.</summary>
    [Parameter]
    public string? Source { get; set; }

    [Parameter]
    public string Html { get; set; } = "";

    [Parameter]
    public bool ReadOnly { get; set; }

    [Parameter]
    public TemplateVocabulary Vocabulary { get; set; } = TemplateVocabulary.Empty;

    /// <summary>Raised when the person rests after a change.</summary>
    [Parameter]
    public EventCallback<BlockContent> Changed { get; set; }

    /// <summary>The mail as it stands now; null while nothing was changed, so that opening a mail never rewrites it.</summary>
    public BlockContent? Read() => _fault is null && _editing.Version != _startVersion
        ? new BlockContent(_editing.Document.Write(), BlockRenderer.ToHtml(_editing.Document))
        : null;

    /// <summary>Starts from another document; the present one can be brought back by undo.</summary>
    public void Replace(BlockDocument document)
    {
        _fault = null;
        _editing.Replace(document);
        StateHasChanged();
        _ = ReportSoonAsync();
    }

    [JSInvokable]
    public void OnSelected(string? id)
    {
        _editing.Select(id);
        StateHasChanged();
    }

    /// <summary>Something was dropped: a block of the palette, or one that moves.</summary>
    [JSInvokable]
    public void OnDropped(string? preset, string? id, string parentId, int column, int index)
    {
        var slot = new BlockSlot(parentId, column);
        if (!ReadOnly)
        {
            OnChanged(preset is not null ? _editing.Add(preset, slot, index) : _editing.Move(id ?? "", slot, index));
        }
    }

    /// <summary>A key on the canvas, by what it does, or the button for the same.</summary>
    [JSInvokable]
    public void OnKey(string action)
    {
        switch (action)
        {
            case "parent":
                _editing.SelectParent();
                StateHasChanged();
                break;
            case "next" or "previous":
                _editing.SelectNeighbour(action == "next" ? 1 : -1);
                StateHasChanged();
                break;
            case var _ when !ReadOnly:
                OnChanged(Act(action));
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        _self?.Dispose();
        try
        {
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("detach", _root);
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the module with it.
        }
    }

    protected override void OnParametersSet()
    {
        if (_isLoaded && Source == _source)
        {
            return;
        }

        _isLoaded = true;
        _source = Source;
        _isImported = false;
        _fault = null;
        if (string.IsNullOrWhiteSpace(Source))
        {
            _isImported = !string.IsNullOrWhiteSpace(Html);
            _editing = new BlockEditing(_isImported ? BlockImport.FromHtml(Html) : BlockDocument.Empty());
        }
        else
        {
            var read = BlockDocument.Read(Source);
            _fault = read.IsOk ? null : T.Message(read.Message);
            _editing = new BlockEditing(read.IsOk ? read.Value : BlockDocument.Empty());
        }

        _startVersion = _editing.Version;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_fault is not null)
        {
            // What was attached is gone from the page.
            _self?.Dispose();
            _self = null;
            _shown = null;
            return;
        }

        if (_self is null)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Browser.InvokeAsync<IJSObjectReference?>("import", "./Shared/Blocks/BlockEditor.razor.js");
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("attach", _root, _self, Settings.Current.RootUrl, ReadOnly);
            }
        }

        var state = (_editing, _editing.Version, _editing.SelectedId, _isDark, _isPhone);
        if (_module is null || _shown == state)
        {
            return;
        }

        var isRedrawn = _shown is not { } shown || shown.Editing != _editing || shown.Version != _editing.Version || shown.IsDark != _isDark;
        _shown = state;
        await _module.InvokeVoidAsync("show", _root, isRedrawn ? BlockRenderer.ToCanvas(_editing.Document, _isDark) : null, _editing.Selected.IsPage ? null : _editing.SelectedId);
    }

    private Outcome Act(string action)
    {
        switch (action)
        {
            case "up" or "down":
                return _editing.MoveSelected(action == "down" ? 1 : -1);
            case "duplicate":
                return _editing.DuplicateSelected();
            case "delete":
                return _editing.RemoveSelected();
            case "undo":
                _editing.Undo();
                break;
            case "redo":
                _editing.Redo();
                break;
        }

        return Outcome.Ok;
    }

    private async Task StartFromAsync()
    {
        if (await StartFromDialog.PickAsync(Dialogs) is { } document)
        {
            Replace(document);
        }
    }

    private void Add(string preset)
    {
        _panel = "mail";
        OnChanged(_editing.Add(preset));
    }

    private void OnChanged(Outcome outcome)
    {
        if (!outcome.IsOk)
        {
            Snackbar.Add(T.Message(outcome.Message), Severity.Error);
        }

        StateHasChanged();
        if (outcome.IsOk)
        {
            _ = ReportSoonAsync();
        }
    }

    private async Task OnWrapAsync((string Path, string Before, string After) marks)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("wrap", _root, marks.Path, marks.Before, marks.After);
        }
        else
        {
            OnChanged(_editing.Set(marks.Path, System.Text.Json.Nodes.JsonValue.Create(_editing.Selected.Text(marks.Path) + marks.Before + marks.After)));
        }
    }

    /// <summary>The browser's call is answered at once; the page hears of the change when the person rests.</summary>
    private async Task ReportSoonAsync()
    {
        var version = _editing.Version;
        try
        {
            await Task.Delay(RestPeriod, TimeProvider.System, _leaving.Token);
            if (version == _editing.Version && Read() is { } content && content.Source != _source)
            {
                _source = content.Source;
                _isImported = false;
                await Changed.InvokeAsync(content);
                StateHasChanged();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The editor is gone; the page has asked for what it needs.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
