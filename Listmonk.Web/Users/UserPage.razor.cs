using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Users;

/// <summary>Makes or changes one account.</summary>
public sealed partial class UserPage
{
    private UserItem? _user;
    private IReadOnlyList<RoleItem> _userRoles = [];
    private IReadOnlyList<RoleItem> _listRoles = [];
    private Outcome? _refusal;
    private string? _missing;
    private string? _token;
    private bool _isLoaded;
    private bool _isChanged;
    private UserType _type;
    private string _username = "";
    private string _name = "";
    private string _email = "";
    private string _password = "";
    private bool _passwordLogin = true;
    private bool _invites = true;
    private bool _isEnabled = true;
    private int? _userRoleId;
    private int? _listRoleId;
    private DateTime? _tokenEnds;

    [Parameter]
    public int? Id { get; set; }

    [Inject]
    private UserQueries Queries { get; set; } = default!;

    [Inject]
    private UserService Users { get; set; } = default!;

    [Inject]
    private RoleQueries Roles { get; set; } = default!;

    [Inject]
    private AccountLinkService Links { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private OpenIdSettings SignOn => Settings.Current.Security.OpenId;

    private bool CanSave => Actor.Can(Permissions.UsersManage);

    protected override async Task OnPageInitializedAsync()
    {
        var userRoles = await Roles.AllAsync(RoleType.User, Actor, Leaving);
        var listRoles = await Roles.AllAsync(RoleType.List, Actor, Leaving);
        _userRoles = userRoles.IsOk ? userRoles.Value : [];
        _listRoles = listRoles.IsOk ? listRoles.Value : [];
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Id is { } id && _user?.Id != id)
        {
            await LoadAsync(id);
        }

        _isLoaded = true;
    }

    private async Task LoadAsync(int id)
    {
        var found = await Queries.FindAsync(id, Actor, Leaving);
        _missing = found.IsOk ? null : T.Message(found.Message);
        if (found.IsOk)
        {
            Fill(found.Value);
        }
    }

    private void Fill(UserItem user)
    {
        (_user, _type, _username, _name, _email, _password) = (user, user.Type, user.Username, user.Name, user.Email ?? "", "");
        (_passwordLogin, _isEnabled) = (user.PasswordLogin, user.Status == UserStatus.Enabled);
        (_userRoleId, _listRoleId) = (user.UserRole.Id, user.ListRole?.Id);
        _tokenEnds = user.TokenExpiresAt?.UtcDateTime.Date;
        _isChanged = false;
    }

    private void Change(Action change)
    {
        change();
        _isChanged = true;
    }

    private UserDraft Draft() => new()
    {
        Username = _username,
        Name = _name,
        Email = _email,
        Type = _type,
        Status = _isEnabled ? UserStatus.Enabled : UserStatus.Disabled,
        PasswordLogin = _type == UserType.User && _passwordLogin,
        Password = _type == UserType.User && _passwordLogin && !(Id is null && _invites) ? _password : "",
        IsInvited = _invites,
        UserRoleId = _userRoleId,
        ListRoleId = _listRoleId,
        TokenExpiresAt = _tokenEnds is { } day ? new DateTimeOffset(day, TimeSpan.Zero) : null,
    };

    private async Task OnSaveClicked()
    {
        _token = null;
        if (Id is { } id)
        {
            var saved = await Users.UpdateAsync(id, Draft(), Actor, Leaving);
            _refusal = saved.IsOk ? null : saved;
            if (saved.IsOk && Show(saved, T["'{0}' saved", saved.Value.Username]))
            {
                Fill(saved.Value);
            }

            return;
        }

        var created = await Users.CreateAsync(Draft(), Actor, Leaving);
        _refusal = created.IsOk ? null : created;
        if (created.IsOk)
        {
            await FinishAsync(created.Value);
        }
    }

    private async Task FinishAsync(CreatedUser created)
    {
        var user = created.User;
        Show(Outcome.Ok, T["'{0}' created", user.Username]);
        if (user is { Type: UserType.User, PasswordLogin: true, HasPassword: false })
        {
            Show(await Links.InviteAsync(user.Id, Actor, Leaving), T["Invitation sent to {0}", user.Email]);
        }

        Fill(user);
        _token = created.Token;
        // The guard is drawn once more before the page is left, so that it knows that nothing is unsaved.
        StateHasChanged();
        await Task.Yield();
        Navigation.NavigateTo(Urls.User(user.Id));
    }

    private async Task OnRotateClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Make a new token?"], T["The present token stops to work at once, and with it every program that uses it."], T["Make a new token"]))
        {
            var rotated = await Users.RotateTokenAsync(_user!.Id, Actor, Leaving);
            _token = Show(rotated) ? rotated.Value : null;
        }
    }

    private async Task OnSignOutClicked() =>
        Show(await Users.SignOutEverywhereAsync(_user!.Id, Actor, Leaving), T["'{0}' is signed out everywhere", _user.Username]);

    private async Task OnInviteClicked() => Show(await Links.InviteAsync(_user!.Id, Actor, Leaving), T["Invitation sent to {0}", _user.Email]);

    private async Task OnRemoveTwoFactorClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove two-factor sign-in?"], T["Do this only when you are sure who asks. The password alone is enough then."], "Remove")
            && Show(await Users.RemoveTwoFactorAsync(_user!.Id, Actor, Leaving), T["Two-factor sign-in removed"]))
        {
            await LoadAsync(_user.Id);
        }
    }

    private async Task OnRemovePasskeysClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove all passkeys?"], T["Do this when a device with a passkey is lost. The person signs in with the password and can make new ones. All sessions end."], "Remove")
            && Show(await Users.RemovePasskeysAsync(_user!.Id, Actor, Leaving), T["Passkeys removed"]))
        {
            await LoadAsync(_user.Id);
        }
    }

    private async Task OnUnlinkClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Unlink single sign-on?"], T["Do this when the provider has given the person a new id. Whoever signs in there next with this account's e-mail address gets the account."], "Unlink")
            && Show(await Users.UnlinkAsync(_user!.Id, Actor, Leaving), T["Unlinked; the next sign-in at the provider links it again"]))
        {
            await LoadAsync(_user.Id);
        }
    }

    private async Task OnDeleteClicked()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Delete {0}?", _user!.Username], T["The account stops to work at once. What it made stays."], T["Delete user"])
            && Show(await Users.DeleteAsync([_user.Id], Actor, Leaving), T["'{0}' deleted", _user.Username]))
        {
            Navigation.NavigateTo(Urls.Users);
        }
    }
}
