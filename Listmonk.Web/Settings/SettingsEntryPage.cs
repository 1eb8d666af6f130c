using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Edits one entry of a list in the settings. Stored secrets never reach the page; an empty field keeps them.</summary>
public abstract class SettingsEntryPage<TEntry> : ListmonkPage
    where TEntry : class, ISettingsEntry
{
    private const string NewUuid = "new";

    private TEntry? _saved;
    private int _index;

    [Parameter]
    public string Uuid { get; set; } = NewUuid;

    [Inject]
    protected SettingsStore Settings { get; set; } = default!;

    [Inject]
    private SettingsService Service { get; set; } = default!;

    /// <summary>Null once the entry is gone.</summary>
    protected TEntry? Draft { get; set; }

    /// <summary>As stored, with its secrets, to tell which there are; what a new entry starts from.</summary>
    protected TEntry? Stored { get; private set; }

    protected Outcome? Refusal { get; private set; }

    protected bool IsNew => Uuid == NewUuid;

    protected bool IsChanged => Draft is not null && !Draft.Equals(_saved);

    /// <summary>The list's key in the settings.</summary>
    protected abstract string ListKey { get; }

    protected abstract IReadOnlyList<TEntry> Entries { get; }

    /// <summary>The page that lists the entries.</summary>
    protected abstract string ListAddress { get; }

    protected abstract TEntry NewEntry { get; }

    protected abstract TEntry WithoutSecrets(TEntry entry);

    /// <summary>The section of the settings that consists of this list.</summary>
    protected abstract object SectionOf(IReadOnlyList<TEntry> entries);

    /// <summary>What a person is told after saving.</summary>
    protected abstract string SavedNote(TEntry entry);

    protected override Task OnPageInitializedAsync()
    {
        _index = IsNew ? Entries.Count : IndexOf(Entries);
        Stored = IsNew ? NewEntry : _index < 0 ? null : Entries[_index];
        Draft = _saved = Stored is null ? null : WithoutSecrets(Stored);
        return Task.CompletedTask;
    }

    /// <summary>The name that refusals have for a member of this entry.</summary>
    protected string Key(string member) => $"{ListKey}[{_index}].{member}";

    /// <summary>Says that a secret is there without showing it; null where there is none.</summary>
    protected static string? Mask(string? secret) => secret is { Length: > 0 } ? SettingsKeys.Mask : null;

    /// <summary>The hint at the field of a secret; null where none is stored.</summary>
    protected static string? Kept(string? secret) => secret is { Length: > 0 } ? T["Stored; leave empty to keep it."] : null;

    protected async Task SaveAsync()
    {
        // The others go along without their secrets, which the service puts back by uuid.
        var entries = Entries.Select(WithoutSecrets).ToList();
        _index = IsNew ? entries.Count : IndexOf(entries);
        if (_index < 0)
        {
            Draft = null;
            return;
        }

        if (IsNew)
        {
            entries.Add(Draft!);
        }
        else
        {
            entries[_index] = Draft!;
        }

        await StoreAsync(entries, SavedNote(Draft!));
    }

    protected Task RemoveAsync(string told) => StoreAsync([.. Entries.Where(entry => entry.Uuid != Uuid).Select(WithoutSecrets)], told);

    private int IndexOf(IReadOnlyList<TEntry> entries)
    {
        var index = entries.Count - 1;
        while (index >= 0 && entries[index].Uuid != Uuid)
        {
            index--;
        }

        return index;
    }

    private async Task StoreAsync(IReadOnlyList<TEntry> entries, string told)
    {
        Refusal = await Service.SaveSectionAsync(SectionOf(entries), Actor, Leaving);
        if (Refusal.IsOk)
        {
            _saved = Draft;

            // The guard must know before the page is left.
            StateHasChanged();
            Snackbar.Add(told, Severity.Success);
            Navigation.NavigateTo(ListAddress);
        }
    }
}
