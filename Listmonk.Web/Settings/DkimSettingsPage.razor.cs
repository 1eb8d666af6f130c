using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Makes DKIM keys, shows what to publish, checks it, and switches keys. Private keys never reach the page.</summary>
public sealed partial class DkimSettingsPage
{
    private static (string Value, string Text)[] Algorithms => [(DkimKey.Rsa, T["RSA, 2048 bits"]), (DkimKey.Ed25519, "Ed25519")];

    private readonly Dictionary<string, DkimRecordState> _states = new(StringComparer.Ordinal);
    private IReadOnlyList<DkimKey> _keys = [];
    private Outcome? _refusal;
    private string? _checking;

    /// <summary>A switch keeps what was clicked; after a "no" it must be drawn anew.</summary>
    private int _refusedSwitches;
    private string _domain = "";
    private string _algorithm = DkimKey.Rsa;
    private string _selector = "";

    private bool CanSave => Actor.Can(Permissions.SettingsManage);

    protected override Task OnPageInitializedAsync()
    {
        Show(Settings.Current);
        var from = Settings.Current.General.FromEmail;
        _domain = _keys.Count == 0 && EmailAddress.TryParseMailbox(from, out _, out var address) ? EmailAddress.Domain(address) : "";
        Watch(Settings.Changed, settings =>
        {
            Show(settings);
            StateHasChanged();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static string Text(DkimRecordState state) => state switch
    {
        DkimRecordState.Published => T["The record is published."],
        DkimRecordState.Missing => T["There is no record under this name yet. A change of the DNS can take an hour to be seen."],
        DkimRecordState.Different => T["The record under this name is not this key's. Copy the value again; there must be one record only."],
        _ => T["No name server answered."],
    };

    private static Severity Level(DkimRecordState state) => state switch
    {
        DkimRecordState.Published => Severity.Success,
        DkimRecordState.Unknown => Severity.Info,
        _ => Severity.Warning,
    };

    private void Show(SettingsSnapshot settings) => _keys = [.. settings.Dkim.Keys.Select(key => key with { PrivateKey = "" })];

    private string Field(string member) => $"dkim.keys[{_keys.Count}].{member}";

    private async Task CreateAsync()
    {
        var made = await Service.CreateAsync(_domain, _algorithm, _selector, Actor, Leaving);
        _refusal = made.IsOk ? null : made;
        if (made.IsOk)
        {
            Show(Settings.Current);
            _selector = "";
            Snackbar.Add(T["The key {0} is made. Publish its record, then switch it on.", made.Value.Selector], Severity.Success);
        }
    }

    private async Task CheckAsync(DkimKey key)
    {
        _checking = key.Uuid;
        try
        {
            _states[key.Uuid] = await Service.CheckAsync(key, Leaving);
        }
        finally
        {
            _checking = null;
        }
    }

    private async Task SetEnabledAsync(DkimKey key, bool isEnabled)
    {
        if (isEnabled)
        {
            await CheckAsync(key);
            if (_states[key.Uuid] != DkimRecordState.Published
                && !await ConfirmDialog.AskAsync(Dialogs, T["Sign although the record was not found?"], T["{0} Receivers that do not find the key take the signature for broken.", Text(_states[key.Uuid])], T["Sign anyway"]))
            {
                _refusedSwitches++;
                return;
            }
        }

        if (Show(await Service.SetEnabledAsync(key.Uuid, isEnabled, Actor, Leaving), isEnabled ? T["Mail from {0} is signed with {1} now.", key.Domain, key.Selector] : T["{0} does not sign any more.", key.Selector]))
        {
            Show(Settings.Current);
        }
    }

    private async Task RemoveAsync(DkimKey key)
    {
        var text = key.Enabled
            ? T["Mail from {0} leaves without this signature. The private key is forgotten for good.", key.Domain]
            : T["The private key is forgotten for good. Take its record out of the DNS when the last mails it signed have been read."];
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove the key {0}?", key.Selector], text, T["Remove the key"])
            && Show(await Service.RemoveAsync(key.Uuid, Actor, Leaving), T["{0} is removed.", key.Selector]))
        {
            Show(Settings.Current);
        }
    }
}
