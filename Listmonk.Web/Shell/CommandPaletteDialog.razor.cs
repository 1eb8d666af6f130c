using System.Data.Common;
using Listmonk.Core.Common;
using Listmonk.Core.Search;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Listmonk.Web.Shell;

/// <summary>
/// The command palette. Pages and actions match while one types; what the database knows follows a moment later, kind after kind, and never
/// moves what stands above it, so that Enter opens what was seen.
/// </summary>
public sealed partial class CommandPaletteDialog : ComponentBase, IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private readonly List<PaletteOption> _options = [];
    private CancellationTokenSource _search = new();
    private string _text = "";
    private int _active;
    private bool _isSearching;
    private bool _hasFailed;
    private bool _hasMoved;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = Actor.Anonymous;

    [Inject]
    private SearchQueries Search { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private ILogger<CommandPaletteDialog> Logger { get; set; } = default!;

    public void Dispose()
    {
        _search.Cancel();
        _search.Dispose();
    }

    protected override void OnInitialized() => ShowPages();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_hasMoved)
        {
            _hasMoved = false;
            await Browser.InvokeVoidAsync("listmonk.reveal", OptionId(_active));
        }
    }

    private static string OptionId(int index) => $"palette-option-{index}";

    private static string GroupId(string group) => $"palette-group-{group.Replace(' ', '-')}";

    private static PaletteOption OptionOf(SearchHit hit) => hit.Kind switch
    {
        SearchKind.Campaign => new(T["Campaigns"], hit.Name, hit.Detail, Urls.Campaign(hit.Id)),
        SearchKind.List => new(T["Lists"], hit.Name, hit.Detail, Urls.List(hit.Id)),
        SearchKind.Template => new(T["Templates"], hit.Name, hit.Detail, Urls.Template(hit.Id)),
        SearchKind.Segment => new(T["Segments"], hit.Name, hit.Detail, Urls.Segment(hit.Id)),
        _ => new(T["People"], hit.Name, hit.Detail, Urls.Subscriber(hit.Id)),
    };

    private void ShowPages()
    {
        _active = 0;
        _options.Clear();
        _options.AddRange(AdminPages.Matching(AdminPages.Actions, _text, Actor).Select(page => new PaletteOption(T["Start"], page.Text, "", page.Href)));
        IEnumerable<PaletteOption> pages = AdminPages.Matching(AdminPages.Menu, _text, Actor).Select(page => new PaletteOption(T["Go to"], page.Text, "", page.Href));
        if (_text.Trim().Length > 0)
        {
            // General settings are what the menu calls Settings.
            pages = pages
                .Concat(AdminPages.Matching(AdminPages.SettingsSections, _text, Actor).Select(page => new PaletteOption(T["Go to"], page.Text, T["Settings"], page.Href)))
                .Concat(AdminPages.Matching(AdminPages.Others, _text, Actor).Select(page => new PaletteOption(T["Go to"], page.Text, "", page.Href)))
                .DistinctBy(option => option.Href);
        }

        _options.AddRange(pages);
    }

    private async Task SearchAsync()
    {
        await _search.CancelAsync();
        _search.Dispose();
        _search = new CancellationTokenSource();
        var token = _search.Token;
        ShowPages();
        _hasFailed = false;
        _isSearching = _text.Trim().Length >= SearchQueries.MinLength;
        if (!_isSearching)
        {
            return;
        }

        try
        {
            // The pace of somebody's fingers, which no clock of ours owns.
            await Task.Delay(Rest, TimeProvider.System, token);
            await foreach (var hits in Search.FindAsync(_text, Actor, token))
            {
                _options.AddRange(hits.Select(OptionOf));
                StateHasChanged();
            }

            _isSearching = false;
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
            // The next letter was faster.
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or TimeoutException)
        {
            LogFailure(Logger, exception);
            (_isSearching, _hasFailed) = (false, true);
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (_options.Count == 0)
        {
            return;
        }

        switch (key.Key)
        {
            case "ArrowDown":
                Move(_active + 1);
                break;
            case "ArrowUp":
                Move(_active - 1 + _options.Count);
                break;
            case "Enter":
                var chosen = _options[_active].Href;
                await Browser.InvokeVoidAsync("listmonk.closePalette");
                Navigation.NavigateTo(chosen);
                break;
        }
    }

    private void Move(int index)
    {
        _active = index % _options.Count;
        _hasMoved = true;
    }

    private Task ClearAsync()
    {
        _text = "";
        return SearchAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The search of the command palette failed")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    private sealed record PaletteOption(string Group, string Text, string Detail, string Href);
}
