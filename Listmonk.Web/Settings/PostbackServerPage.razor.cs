using System.Security.Cryptography;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Postback;
using Listmonk.Core.Settings;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one postback messenger. Stored secrets never reach the page; an empty field keeps them.</summary>
public sealed partial class PostbackServerPage
{
    private const string NewUuid = "new";
    private const int KeyBytes = 32;

    private PostbackServer? _draft;
    private PostbackServer? _saved;
    private Outcome? _refusal;
    private Outcome? _testRefusal;
    private PostbackTestReport? _report;
    private string _recipient = "";
    private int _index;
    private bool _hasPassword;
    private bool _hasKey;
    private bool _isKeyShown;
    private bool _isTesting;

    [Parameter]
    public string Uuid { get; set; } = NewUuid;

    private bool IsNew => Uuid == NewUuid;

    private bool IsChanged => _draft is not null && !_draft.Equals(_saved);

    private string? KeyHint => _isKeyShown ? T["Copy it to the receiver now: it is not shown again."] : _hasKey ? T["Stored; leave empty to keep it."] : T["Empty: requests are not signed."];

    protected override Task OnPageInitializedAsync()
    {
        var servers = Settings.Current.Messengers.Servers;
        _index = IsNew ? servers.Count : servers.ToList().FindIndex(server => server.Uuid == Uuid);
        var stored = IsNew ? new PostbackServer() : _index < 0 ? null : servers[_index];
        _hasPassword = stored?.Password.Length > 0;
        _hasKey = stored?.SigningKey.Length > 0;
        _draft = _saved = stored is null ? null : WithoutSecrets(stored);
        _recipient = Settings.Current.General.NotifyEmails.FirstOrDefault("");
        return Task.CompletedTask;
    }

    private static PostbackServer WithoutSecrets(PostbackServer server) => server with { Password = "", SigningKey = "" };

    private static string? Mask(bool isStored) => isStored ? SettingsKeys.Mask : null;

    private string Key(string member) => $"messengers[{_index}].{member}";

    private void MakeKey()
    {
        _isKeyShown = true;
        _draft = _draft! with { SigningKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) };
    }

    private async Task SaveAsync()
    {
        // The others go along without their secrets, which the service puts back by uuid.
        var servers = Settings.Current.Messengers.Servers.Select(WithoutSecrets).ToList();
        _index = IsNew ? servers.Count : servers.FindIndex(server => server.Uuid == Uuid);
        if (_index < 0)
        {
            _draft = null;
            return;
        }

        if (IsNew)
        {
            servers.Add(_draft!);
        }
        else
        {
            servers[_index] = _draft!;
        }

        _refusal = await Service.SaveSectionAsync(new MessengerSettings { Servers = servers }, Actor, Leaving);
        if (_refusal.IsOk)
        {
            _saved = _draft;

            // The guard must know before the page is left.
            StateHasChanged();
            Snackbar.Add(_draft!.Enabled ? T["{0} can be chosen in campaigns now.", _draft.Name] : T["{0} is saved, but off.", _draft.Name], Severity.Success);
            Navigation.NavigateTo(Urls.MessengerSettings);
        }
    }

    private async Task SendTestAsync()
    {
        _isTesting = true;
        _report = null;
        _testRefusal = null;
        try
        {
            var outcome = await Test.SendAsync(_draft!, _recipient ?? "", Leaving);
            _testRefusal = outcome.IsOk ? null : outcome;
            _report = outcome.IsOk ? outcome.Value : null;
        }
        finally
        {
            _isTesting = false;
        }
    }
}
