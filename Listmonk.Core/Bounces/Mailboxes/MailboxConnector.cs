using Listmonk.Core.Settings;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using MailKit.Security;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Opens a mailbox as the settings describe it.</summary>
internal sealed class MailboxConnector(MailboxTokens tokens)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<IMailboxSession> OpenAsync(BounceMailbox mailbox, CancellationToken cancellationToken)
    {
        if (mailbox.Type == BounceMailbox.Imap)
        {
            var imap = new ImapClient();
            try
            {
                await SignInAsync(imap, mailbox, cancellationToken);
                var folder = mailbox.Folder.Length == 0 || mailbox.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
                    ? imap.Inbox : await imap.GetFolderAsync(mailbox.Folder, cancellationToken);
                await folder.OpenAsync(FolderAccess.ReadWrite, cancellationToken);
                return new ImapSession(imap, (IImapFolder)folder);
            }
            catch
            {
                imap.Dispose();
                throw;
            }
        }

        var pop = new Pop3Client();
        try
        {
            await SignInAsync(pop, mailbox, cancellationToken);
            return new PopSession(pop);
        }
        catch
        {
            pop.Dispose();
            throw;
        }
    }

    private async Task SignInAsync(MailService client, BounceMailbox mailbox, CancellationToken cancellationToken)
    {
        client.Timeout = (int)Patience.TotalMilliseconds;
        client.CheckCertificateRevocation = false;
        if (mailbox.TlsSkipVerify)
        {
#pragma warning disable CA5359 // The administrator has asked for exactly this (tls_skip_verify), for a server inside.
            client.ServerCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        var security = !mailbox.TlsEnabled ? SecureSocketOptions.None : mailbox.TlsStart ? SecureSocketOptions.StartTls : SecureSocketOptions.SslOnConnect;
        await client.ConnectAsync(mailbox.Host.Trim(), mailbox.Port, security, cancellationToken);
        switch (mailbox.AuthProtocol)
        {
            case "none":
                break;
            case "oauth2":
                await client.AuthenticateAsync(new SaslMechanismOAuth2(mailbox.Username, await tokens.ForAsync(mailbox, cancellationToken)), cancellationToken);
                break;
            default:
                await client.AuthenticateAsync(mailbox.Username, mailbox.Password, cancellationToken);
                break;
        }
    }
}
