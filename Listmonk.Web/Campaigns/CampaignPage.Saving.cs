using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Web.Shell;
using MudBlazor;

namespace Listmonk.Web.Campaigns;

// Saving, by hand and by itself, and what to do when somebody else saved meanwhile.
public sealed partial class CampaignPage
{
    private async Task OnSaveClicked()
    {
        var isNew = Id is null;
        if (!await SaveAsync() || !isNew)
        {
            return;
        }

        // What was typed while the campaign was being created belongs to it too, and would else ask whether to leave without it.
        if (!_hasChanges || await SaveAsync())
        {
            Navigation.NavigateTo(Urls.Campaign(_campaign!.Id));
        }
    }

    private async Task<bool> SaveAsync()
    {
        _isBusy = true;
        try
        {
            if (_content is not null)
            {
                await _content.TakeBodyAsync();
            }

            return await StoreAsync(isQuiet: false);
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <summary>Stores a draft when its author rests. What cannot be stored yet, a half-written expression for example, is said beside the button.</summary>
    private async Task AutosaveAsync()
    {
        try
        {
            if (_hasChanges && SavesItself)
            {
                await StoreAsync(isQuiet: true);
                StateHasChanged();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private async Task<bool> StoreAsync(bool isQuiet)
    {
        await _saving.WaitAsync(Leaving);
        try
        {
            var stored = _changeCount;
            var draft = _form!.ToDraft(Clock);
            var outcome = (Id ?? _campaign?.Id) is { } id
                ? await Service.UpdateAsync(id, _ => draft, _campaign!.Revision, Actor, Leaving)
                : await Service.CreateAsync(draft, Actor, Leaving);
            if (outcome.Kind == OutcomeKind.Conflict && await FindNewerAsync() is { } theirs)
            {
                _theirs = theirs;
                return false;
            }

            _saveRefusal = outcome.IsOk ? null : outcome.Errors[0].Message;
            _outcome = isQuiet ? _outcome : outcome;
            if (!outcome.IsOk)
            {
                return false;
            }

            _outcome = null;
            _campaign = outcome.Value;
            _savedAt = Time.GetUtcNow();
            _hasChanges = _changeCount != stored;
            if (_content is not null && !_hasChanges)
            {
                await _content.ForgetKeptAsync();
            }

            return true;
        }
        finally
        {
            _saving.Release();
        }
    }

    private async Task<CampaignDetails?> FindNewerAsync() =>
        Id is { } id && await Campaigns.FindAsync(id, Actor, Leaving) is { IsOk: true } found && found.Value.Revision != _campaign?.Revision ? found.Value : null;

    /// <summary>Somebody stored this campaign: a page without changes shows the new version, one with changes lets the person choose.</summary>
    private async Task TakeEditAsync()
    {
        await _saving.WaitAsync(Leaving);
        try
        {
            // A save of this page is an edit too; after it there is nothing newer.
            if (await FindNewerAsync() is not { } theirs)
            {
                return;
            }

            if (_content is not null)
            {
                await _content.TakeBodyAsync();
            }

            if (_hasChanges || _form?.Body != _campaign?.Body)
            {
                _theirs = theirs;
            }
            else
            {
                Take(theirs);
                await RenderAsync();
                Snackbar.Add($"{theirs.EditedBy} changed this campaign; you see the new version.", Severity.Info);
            }
        }
        finally
        {
            _saving.Release();
        }

        StateHasChanged();
    }

    private async Task OnTheirsTakenAsync()
    {
        if (_content is not null)
        {
            await _content.ForgetKeptAsync();
        }

        Take(_theirs!);
        await RenderAsync();
    }

    private async Task OnMineKeptAsync()
    {
        _campaign = _theirs;
        _theirs = null;
        await SaveAsync();
    }

    private async Task OnDifferencesAskedAsync()
    {
        if (_content is not null)
        {
            await _content.TakeBodyAsync();
        }

        await CampaignDifferencesDialog.ShowAsync(Dialogs, CampaignForm.Of(_theirs!, Clock), _form!, _theirs!.EditedBy);
    }
}
