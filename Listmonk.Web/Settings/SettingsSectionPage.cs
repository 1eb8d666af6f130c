using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Settings;

/// <summary>A settings page of one section: works on a copy, saves the section as a whole, and takes over what others saved meanwhile.</summary>
public abstract class SettingsSectionPage<TSection> : ListmonkPage
    where TSection : class
{
    private TSection _saved = default!;

    [Inject]
    protected SettingsStore Settings { get; set; } = default!;

    [Inject]
    protected SettingsService Service { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>What the form shows; replaced with each change.</summary>
    protected TSection Draft { get; set; } = default!;

    protected Outcome? Refusal { get; private set; }

    protected DateTimeOffset? SavedAt { get; private set; }

    protected bool IsChanged => !Draft.Equals(_saved);

    protected bool CanSave => Actor.Can(Permissions.SettingsManage);

    /// <summary>The section as the form may show it: without secrets.</summary>
    protected abstract TSection Read(SettingsSnapshot settings);

    protected override Task OnPageInitializedAsync()
    {
        Reset(Settings.Current);
        Watch(Settings.Changed, settings =>
        {
            if (!IsChanged)
            {
                Reset(settings);
                StateHasChanged();
            }

            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    protected async Task<bool> SaveAsync()
    {
        Refusal = await Service.SaveSectionAsync(Draft, Actor, Leaving);
        if (!Refusal.IsOk)
        {
            return false;
        }

        Reset(Settings.Current);
        SavedAt = Time.GetUtcNow();
        return true;
    }

    private void Reset(SettingsSnapshot settings) => Draft = _saved = Read(settings);
}
