using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Listmonk.Web.Users;

/// <summary>The passkeys of the own account. The browser makes them; what it is asked stays in the page's circuit.</summary>
public sealed partial class ProfilePage
{
    private const string PasskeyModule = "./js/passkeys.js";

    /// <summary>A little more than browsers let a person think.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private IReadOnlyList<PasskeyItem> _passkeys = [];
    private Outcome? _passkeyRefusal;
    private bool _isAsking;

    [Inject]
    private PasskeyQueries PasskeyQueries { get; set; } = default!;

    [Inject]
    private PasskeyService Passkeys { get; set; } = default!;

    [Inject]
    private PasskeyCeremony Ceremony { get; set; } = default!;

    [Inject]
    private SettingsStore Settings { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private bool TakesPasskey => Settings.Current.Security.TakesPassword(Actor.IsSuperAdmin);

    private string? PasskeyFault => Ceremony.Site.FaultOn(new Uri(Navigation.Uri));

    private string SuggestedPasskeyName => BrowserNames.Of(_sessions.FirstOrDefault(session => session.Id == _session)?.Browser);

    private async Task<bool> OnPasskeyAdded(PasskeyChange change)
    {
        var proof = new PasskeyProof(change.Password, _session);
        _passkeyRefusal = null;
        _isAsking = true;
        StateHasChanged();
        var added = await Passkeys.MayAddAsync(proof, Actor, Leaving);
        if (added.IsOk)
        {
            added = await MakePasskeyAsync(change.Name, proof);
        }

        _isAsking = false;
        return await ShowPasskeysAsync(added, "Passkey added");
    }

    private async Task<bool> OnPasskeyRenamed(PasskeyChange change) =>
        await ShowPasskeysAsync(await Passkeys.RenameAsync(change.Id, change.Name, Actor, Leaving), "Passkey renamed");

    private async Task<bool> OnPasskeyRemoved(PasskeyChange change) =>
        await ShowPasskeysAsync(await Passkeys.RemoveAsync(change.Id, new PasskeyProof(change.Password, _session), Actor, Leaving), "Passkey removed");

    private async Task<Outcome> MakePasskeyAsync(string name, PasskeyProof proof)
    {
        var request = await Ceremony.AskForNewAsync(_user!);
        await using var module = await Browser.InvokeAsync<IJSObjectReference>("import", Leaving, PasskeyModule);
        var reply = await module.InvokeAsync<PasskeyReply>("create", Patience, request.Options);
        if (reply.Credential is null)
        {
            return Outcome.Invalid("", reply.Fault ?? "The browser gave no answer.");
        }

        var made = await Ceremony.FinishNewAsync(reply.Credential, request.State);
        return made.IsOk ? await Passkeys.AddAsync(made.Value, name, proof, Actor, Leaving) : made;
    }

    private async Task<bool> ShowPasskeysAsync(Outcome outcome, string success)
    {
        _passkeyRefusal = outcome.IsOk ? null : outcome;
        if (outcome.IsOk && Show(outcome, success))
        {
            _passkeys = await PasskeyQueries.AllAsync(Actor, Leaving);
        }

        StateHasChanged();
        return outcome.IsOk;
    }

    /// <summary>What the script answers: one of the two.</summary>
    internal sealed record PasskeyReply(string? Credential, string? Fault);
}
