using Listmonk.Core.Common;
using Listmonk.Core.Transactional;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Transactional;

/// <summary>The log of transactional messages, newest first; it moves by itself.</summary>
public sealed partial class TransactionalPage
{
    private PagedList<TransactionalDetails>? _page;

    [Inject]
    private TransactionalQueries Messages { get; set; } = default!;

    [Inject]
    private LiveFeed<TransactionalChanged> Changes { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Page { get; set; }

    private int PageNumber => Math.Max(1, Page ?? 1);

    private bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(State);

    protected override Task OnPageInitializedAsync()
    {
        Watch(Changes, async _ =>
        {
            await LoadAsync();
            StateHasChanged();
        });
        return Task.CompletedTask;
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync() => _page = await Messages.PageAsync(
        new TransactionalFilter(EnumText.TryParse<TransactionalState>(State, out var state) ? state : null, Search ?? ""),
        new PageRequest { Page = PageNumber },
        Leaving);

    private string MessageUrl(int id) => Navigation.GetUriWithQueryParameters(
        Navigation.ToAbsoluteUri(Urls.TransactionalMessage(id)).AbsoluteUri,
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["q"] = Emptied(Search), ["state"] = Emptied(State), ["page"] = Page });

    private void Go(string? search = null, string? state = null, int? page = null) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["q"] = Emptied(search ?? Search),
            ["state"] = Emptied(state ?? State),
            ["page"] = page is > 1 ? page : null,
        }),
        replace: search is not null);

    private static string? Emptied(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
