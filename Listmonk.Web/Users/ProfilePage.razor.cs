using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Web.Users;

/// <summary>The own account: name, address, password, second factor, passkeys, sessions.</summary>
public sealed partial class ProfilePage
{
    private UserItem? _user;
    private IReadOnlyList<SessionItem> _sessions = [];
    private Guid? _session;
    private Outcome? _refusal;
    private Outcome? _twoFactorRefusal;
    private TwoFactorOffer? _offer;
    private string? _qrCode;
    private IReadOnlyList<string> _recoveryCodes = [];
    private string _name = "";
    private string _email = "";
    private string _current = "";
    private string _password = "";
    private string _repeat = "";
    private bool _isChanged;

    [Inject]
    private UserQueries Queries { get; set; } = default!;

    [Inject]
    private ProfileService Profile { get; set; } = default!;

    [Inject]
    private TwoFactorService TwoFactor { get; set; } = default!;

    [Inject]
    private SessionService Sessions { get; set; } = default!;

    [Inject]
    private CurrentActor Current { get; set; } = default!;

    protected override async Task OnPageInitializedAsync()
    {
        _session = await Current.SessionIdAsync();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var found = await Queries.FindAsync(Actor.UserId ?? 0, Actor, Leaving);
        if (Show(found))
        {
            (_user, _name, _email, _isChanged) = (found.Value, found.Value.Name, found.Value.Email ?? "", false);
            _passkeys = await PasskeyQueries.AllAsync(Actor, Leaving);
            _sessions = await Sessions.AllAsync(Actor.UserId, Actor, Leaving);
        }
    }

    private void Change(Action change)
    {
        change();
        _isChanged = true;
    }

    private async Task OnSaveClicked()
    {
        var saved = await Profile.UpdateAsync(new ProfileDraft { Name = _name, Email = _email }, _session, Actor, Leaving);
        _refusal = saved.IsOk ? null : saved;
        if (saved.IsOk && Show(saved, T["Profile saved"]))
        {
            await LoadAsync();
        }
    }

    private async Task OnPasswordClicked()
    {
        if (_password != _repeat)
        {
            _refusal = Outcome.Invalid("password", T["The passwords do not match."]);
            return;
        }

        var saved = await Profile.UpdateAsync(new ProfileDraft { Password = _password, CurrentPassword = _current }, _session, Actor, Leaving);
        _refusal = saved.IsOk ? null : saved;
        if (saved.IsOk && Show(saved, T["Password changed"]))
        {
            (_current, _password, _repeat) = ("", "", "");
            await LoadAsync();
        }
    }

    private async Task OnTwoFactorOffered()
    {
        var offered = await TwoFactor.OfferAsync(Actor, Leaving);
        _twoFactorRefusal = offered.IsOk ? null : offered;
        if (offered.IsOk)
        {
            _offer = offered.Value;
            _qrCode = Convert.ToBase64String(QrCode.Png(offered.Value.Uri));
        }
    }

    private async Task OnTwoFactorEnabled(string code)
    {
        var enabled = await TwoFactor.EnableAsync(code, Actor, Leaving);
        _twoFactorRefusal = enabled.IsOk ? null : enabled;
        if (enabled.IsOk)
        {
            (_offer, _recoveryCodes) = (null, enabled.Value);
            await LoadAsync();
        }
    }

    private async Task OnTwoFactorDisabled(string password)
    {
        var disabled = await TwoFactor.DisableAsync(password, Actor, Leaving);
        _twoFactorRefusal = disabled.IsOk ? null : disabled;
        if (disabled.IsOk && Show(disabled, T["Two-factor sign-in is off"]))
        {
            _recoveryCodes = [];
            await LoadAsync();
        }
    }

    private async Task OnSessionEnded(SessionItem session)
    {
        if (Show(await Sessions.EndAsync(session.Id, Actor, Leaving), T["Session ended"]))
        {
            await LoadAsync();
        }
    }

    private async Task OnOthersEnded()
    {
        if (Show(await Sessions.EndOthersAsync(Actor.UserId ?? 0, _session, Actor, Leaving), T["Signed out everywhere else"]))
        {
            await LoadAsync();
        }
    }
}
