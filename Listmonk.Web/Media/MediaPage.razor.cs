using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Media;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace Listmonk.Web.Media;

/// <summary>The media library: look, upload, copy an address, delete.</summary>
public sealed partial class MediaPage
{
    private const int PerPage = 30;
    private const int MaxFilesAtOnce = 100;
    private PagedList<MediaItem>? _page;
    private string? _uploading;

    [Inject]
    private MediaQueries Media { get; set; } = default!;

    [Inject]
    private MediaService Service { get; set; } = default!;

    [Inject]
    private UsageQueries Usages { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Page { get; set; }

    private int PageNumber => Math.Max(1, Page ?? 1);

    private int PageCount => _page is null ? 0 : (_page.Total + PerPage - 1) / PerPage;

    private bool CanManage => Actor.Can(Permissions.MediaManage);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync() =>
        _page = await Media.PageAsync(Search?.Trim() ?? "", new PageRequest { Page = PageNumber, PerPage = PerPage }, Leaving);

    private void Go(string? search, int page) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["q"] = string.IsNullOrWhiteSpace(search) ? null : search,
        ["page"] = page > 1 ? page : null,
    }));

    private async Task OnFilesChosenAsync(InputFileChangeEventArgs args)
    {
        if (args.FileCount > MaxFilesAtOnce)
        {
            Snackbar.Add(T["Choose at most {0} files at once.", MaxFilesAtOnce], Severity.Error);
            return;
        }

        var uploaded = 0;
        foreach (var file in args.GetMultipleFiles(MaxFilesAtOnce))
        {
            _uploading = file.Name;
            StateHasChanged();
            uploaded += await UploadAsync(file) ? 1 : 0;
        }

        _uploading = null;
        if (uploaded > 0)
        {
            Snackbar.Add($"{Figures.Count(uploaded, "file")} uploaded.", Severity.Success);
            await LoadAsync();
        }
    }

    /// <summary>One file that is refused does not stop the others.</summary>
    private async Task<bool> UploadAsync(IBrowserFile file)
    {
        if (file.Size > MediaRules.MaxSize)
        {
            Snackbar.Add(T["{0}: the file is larger than {1} MB.", file.Name, MediaRules.MaxSize / 1024 / 1024], Severity.Error);
            return false;
        }

        await using var content = file.OpenReadStream(MediaRules.MaxSize, Leaving);
        var outcome = await Service.UploadAsync(file.Name, content, Leaving);
        if (!outcome.IsOk)
        {
            Snackbar.Add($"{file.Name}: {outcome.Message}", Severity.Error);
        }

        return outcome.IsOk;
    }

    private async Task OnDeleteAsync(MediaItem media)
    {
        var usage = UsageList.Sentence(await Usages.OfMediaAsync(media.Id, Actor, Leaving));
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete this file?"], T["{0} disappears from all mails that show or attach it, also from those already sent. {1}", media.Filename, usage].TrimEnd(), T["Delete the file"])
            && Show(await Service.DeleteAsync(media.Id, Leaving), T["File deleted."]))
        {
            await LoadAsync();
        }
    }
}
