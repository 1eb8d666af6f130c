using Listmonk.Core.Settings;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using MudBlazor;

namespace Listmonk.Web.Settings;

/// <summary>Edits and tests one bounce mailbox.</summary>
public sealed partial class BounceMailboxPage
{
    private static (string Value, string Text)[] Types => [(BounceMailbox.Imap, "IMAP"), (BounceMailbox.Pop, "POP3")];
    private static (string Value, string Text)[] TlsModes => [("tls", T["TLS from the start"]), ("start", "STARTTLS"), ("none", T["None"])];
    private static (string Value, string Text)[] SignIns => [("userpass", T["Password"]), ("oauth2", "OAuth 2"), ("none", T["None"])];
    private static (string Value, string Text)[] OtherChoices => [(BounceMailbox.Leave, T["Leave"]), (BounceMailbox.Delete, T["Delete"])];
    private static (string Value, string Text)[] AllAfters => [(BounceMailbox.Delete, T["Delete"]), (BounceMailbox.Leave, T["Leave"]), (BounceMailbox.Move, T["Move to a folder"])];

    private (Severity Severity, string Text)? _answer;
    private bool _isTesting;

    protected override string ListKey => "bounce.mailboxes";

    protected override string ListAddress => Urls.BounceSources;

    protected override IReadOnlyList<BounceMailbox> Entries => Settings.Current.BounceMailboxes.Mailboxes;

    protected override BounceMailbox NewEntry => new() { Enabled = true, Type = BounceMailbox.Imap, Port = 993 };

    private (string Value, string Text)[] Afters => Draft!.Type == BounceMailbox.Imap ? AllAfters : AllAfters[..2];

    private string Encryption => !Draft!.TlsEnabled ? "none" : Draft.TlsStart ? "start" : "tls";

    protected override BounceMailbox WithoutSecrets(BounceMailbox entry) => entry with { Password = "", ClientSecret = "", RefreshToken = "" };

    protected override object SectionOf(IReadOnlyList<BounceMailbox> entries) => new BounceMailboxSettings { Mailboxes = entries };

    protected override string SavedNote(BounceMailbox entry) => entry.Enabled ? T["{0} is read now.", entry.Host] : T["{0} is saved, but off.", entry.Host];

    private static int Port(string type, string encryption) => (type, encryption) switch
    {
        (BounceMailbox.Imap, "tls") => 993,
        (BounceMailbox.Imap, _) => 143,
        (_, "tls") => 995,
        _ => 110,
    };

    private void SetEncryption(string value) => Draft = Draft! with { TlsEnabled = value != "none", TlsStart = value == "start", Port = Port(Draft.Type, value) };

    private async Task AskAndRemoveAsync()
    {
        if (await ConfirmDialog.AskAsync(Dialogs, T["Remove {0}?", Draft!.Host], T["It is no longer read, and its password is forgotten. The mails in it stay."], T["Remove the mailbox"]))
        {
            await RemoveAsync(T["{0} is removed.", Draft.Host]);
        }
    }

    private async Task TestAsync()
    {
        _isTesting = true;
        _answer = null;
        try
        {
            var outcome = await Test.TestAsync(Draft!, Leaving);
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
