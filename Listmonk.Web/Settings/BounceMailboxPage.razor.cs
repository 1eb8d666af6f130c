using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one bounce mailbox. The stored password never reaches the page; an empty field keeps it.</summary>
public sealed partial class BounceMailboxPage
{
    private const string NewUuid = "new";

    private static (string Value, string Text)[] Types => [(BounceMailbox.Imap, "IMAP"), (BounceMailbox.Pop, "POP3")];
    private static (string Value, string Text)[] TlsModes => [("tls", T["TLS from the start"]), ("start", "STARTTLS"), ("none", T["None"])];
    private static (string Value, string Text)[] SignIns => [("userpass", T["Password"]), ("oauth2", "OAuth 2"), ("none", T["None"])];
    private static (string Value, string Text)[] OtherChoices => [(BounceMailbox.Leave, T["Leave"]), (BounceMailbox.Delete, T["Delete"])];
    private static (string Value, string Text)[] AllAfters => [(BounceMailbox.Delete, T["Delete"]), (BounceMailbox.Leave, T["Leave"]), (BounceMailbox.Move, T["Move to a folder"])];

    private BounceMailbox? _draft;
    private BounceMailbox? _saved;
    private Outcome? _refusal;
    private (Severity Severity, string Text)? _answer;
    private int _index;
    private BounceMailbox? _stored;
    private bool _isTesting;

    [Parameter]
    public string Uuid { get; set; } = NewUuid;

    private bool IsNew => Uuid == NewUuid;

    private bool IsChanged => _draft is not null && !_draft.Equals(_saved);

    private (string Value, string Text)[] Afters => _draft!.Type == BounceMailbox.Imap ? AllAfters : AllAfters[..2];

    private string Encryption => !_draft!.TlsEnabled ? "none" : _draft.TlsStart ? "start" : "tls";

    protected override Task OnPageInitializedAsync()
    {
        var mailboxes = Settings.Current.BounceMailboxes.Mailboxes;
        _index = IsNew ? mailboxes.Count : mailboxes.ToList().FindIndex(mailbox => mailbox.Uuid == Uuid);
        _stored = IsNew ? new BounceMailbox { Enabled = true, Type = BounceMailbox.Imap, Port = 993 } : _index < 0 ? null : mailboxes[_index];
        _draft = _saved = _stored is null ? null : WithoutSecrets(_stored);
        return Task.CompletedTask;
    }

    /// <summary>Secrets stay on the server: none is ever part of a page.</summary>
    private static BounceMailbox WithoutSecrets(BounceMailbox mailbox) => mailbox with { Password = "", ClientSecret = "", RefreshToken = "" };

    private static string? Kept(string? secret) => secret is { Length: > 0 } ? T["Stored; leave empty to keep it."] : null;

    private string Key(string member) => $"bounce.mailboxes[{_index}].{member}";

    private static int Port(string type, string encryption) => (type, encryption) switch
    {
        (BounceMailbox.Imap, "tls") => 993,
        (BounceMailbox.Imap, _) => 143,
        (_, "tls") => 995,
        _ => 110,
    };

    private void SetEncryption(string value) => _draft = _draft! with { TlsEnabled = value != "none", TlsStart = value == "start", Port = Port(_draft.Type, value) };

    private async Task SaveAsync()
    {
        // The other mailboxes go along without their secrets, which the service puts back by uuid.
        var mailboxes = Settings.Current.BounceMailboxes.Mailboxes.Select(WithoutSecrets).ToList();
        _index = IsNew ? mailboxes.Count : mailboxes.FindIndex(mailbox => mailbox.Uuid == Uuid);
        if (_index < 0)
        {
            _draft = null;
            return;
        }

        if (IsNew)
        {
            mailboxes.Add(_draft!);
        }
        else
        {
            mailboxes[_index] = _draft!;
        }

        await SaveAsync(mailboxes, _draft!.Enabled ? T["{0} is read now.", _draft.Host] : T["{0} is saved, but off.", _draft.Host]);
    }

    private async Task RemoveAsync()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove {0}?", _draft!.Host], T["It is no longer read, and its password is forgotten. The mails in it stay."], T["Remove the mailbox"]))
        {
            await SaveAsync([.. Settings.Current.BounceMailboxes.Mailboxes.Where(mailbox => mailbox.Uuid != Uuid).Select(WithoutSecrets)], T["{0} is removed.", _draft.Host]);
        }
    }

    private async Task SaveAsync(IReadOnlyList<BounceMailbox> mailboxes, string told)
    {
        _refusal = await Service.SaveSectionAsync(new BounceMailboxSettings { Mailboxes = mailboxes }, Actor, Leaving);
        if (_refusal.IsOk)
        {
            _saved = _draft;

            // The guard must know before the page is left.
            StateHasChanged();
            Snackbar.Add(told, Severity.Success);
            Navigation.NavigateTo(Urls.BounceSources);
        }
    }

    private async Task TestAsync()
    {
        _isTesting = true;
        _answer = null;
        try
        {
            var outcome = await Test.TestAsync(_draft!, Leaving);
            _answer = !outcome.IsOk ? (Severity.Error, T.Message(outcome.Message))
                : !outcome.Value.IsOpen ? (Severity.Error, T["The mailbox did not open: {0}", outcome.Value.Fault])
                : (Severity.Success, T["{0} in it.{1}", Figures.Count(outcome.Value.Mails, "mail"), outcome.Value.CanWatch ? (" " + T["The server tells when mail arrives."]) : ""]);
        }
        finally
        {
            _isTesting = false;
        }
    }
}
