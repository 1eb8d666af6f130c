using Listmonk.Core.Common;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Shared;

/// <summary>
/// The base of every admin page: who acts, a token that ends with the page, and one way to show outcomes. A page overrides
/// <see cref="OnPageInitializedAsync"/> and, for what depends on the address, <see cref="ComponentBase.OnParametersSetAsync"/>.
/// </summary>
public abstract class ListmonkPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<IDisposable> _subscriptions = [];

    [Inject]
    protected ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private CurrentActor CurrentActor { get; set; } = default!;

    protected Actor Actor { get; private set; } = Actor.Anonymous;

    /// <summary>Cancelled when the person leaves the page.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    protected sealed override async Task OnInitializedAsync()
    {
        Actor = await CurrentActor.GetAsync();
        await OnPageInitializedAsync();
    }

    protected virtual Task OnPageInitializedAsync() => Task.CompletedTask;

    /// <summary>Watches a feed until the page is left; calls are coalesced to at most four a second and run on the page's dispatcher.</summary>
    protected void Watch<T>(LiveFeed<T> feed, Func<T, Task> handler) =>
        _subscriptions.Add(new ThrottledWatch<T>(feed, change => InvokeAsync(() => handler(change)), Leaving));

    /// <summary>Shows what went wrong, or <paramref name="success"/>; returns whether it went well.</summary>
    protected bool Show(Outcome outcome, string? success = null)
    {
        if (!outcome.IsOk)
        {
            Snackbar.Add(string.Join(" ", outcome.Errors.Select(error => T.Message(error.Message))), Severity.Error);
        }
        else if (success is not null)
        {
            Snackbar.Add(success, Severity.Success);
        }

        return outcome.IsOk;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_leaving.IsCancellationRequested)
        {
            _leaving.Cancel();
            _subscriptions.ForEach(subscription => subscription.Dispose());
            _leaving.Dispose();
        }
    }
}
