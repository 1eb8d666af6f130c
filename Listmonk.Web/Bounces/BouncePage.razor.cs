using System.Text.Json;
using Listmonk.Core.Bounces;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Bounces;

/// <summary>One bounce: why it was taken for what it is, whom it is held against and how sure that is, and the message itself.</summary>
public sealed partial class BouncePage
{
    private static readonly JsonSerializerOptions IndentedJson = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private BounceItem? _bounce;
    private string? _content;
    private bool _isLoaded;
    private bool _isBusy;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    private BounceQueries Queries { get; set; } = default!;

    [Inject]
    private BounceService Bounces { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    /// <summary>Back to the list as it was left.</summary>
    private string ListUrl => Urls.Bounces + new Uri(Navigation.Uri).Query;

    protected override async Task OnParametersSetAsync()
    {
        if (_bounce?.Id != Id)
        {
            await LoadAsync();
            _content = _bounce is null ? null : await Queries.ContentAsync(Id, Leaving);
            _isLoaded = true;
        }
    }

    private async Task LoadAsync()
    {
        var found = await Queries.FindAsync(Id, Leaving);
        _bounce = found.IsOk ? found.Value : null;
    }

    private async Task UndoAsync()
    {
        _isBusy = true;
        try
        {
            if (Show(await Bounces.UndoAsync(Id, Leaving), T["{0} is back as before.", _bounce!.Email]))
            {
                await LoadAsync();
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task DeleteAsync()
    {
        if (await ConfirmDialog.AskAsync(
                Dialogs, T["Delete this bounce?"], T["It no longer counts for the person, the campaign and the receiver. What was done to the person stays done. This cannot be undone."], T["Delete the bounce"])
            && Show(await Bounces.DeleteAsync([Id], Leaving), T["Bounce deleted"]))
        {
            Navigation.NavigateTo(ListUrl);
        }
    }

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, IndentedJson);
    }
}
