using System.Net.Sockets;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using MailKit;
using MailKit.Security;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Signs in to a mailbox as a form describes it, saved or not, and says what it found; changes nothing there.</summary>
public sealed class MailboxTestService
{
    private readonly SettingsStore _settings;
    private readonly MailboxConnector _connector;

    internal MailboxTestService(SettingsStore settings, MailboxConnector connector) => (_settings, _connector) = (settings, connector);

    /// <summary>A secret that was left empty, or shows the mask, stands for the stored one of the mailbox with the same uuid.</summary>
    public async Task<Outcome<MailboxTestReport>> TestAsync(BounceMailbox mailbox, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(mailbox.Host))
        {
            return Outcome<MailboxTestReport>.Invalid("host", "The mailbox needs a host name.");
        }

        if (mailbox.Port is < 1 or > 65_535)
        {
            return Outcome<MailboxTestReport>.Invalid("port", "The port must lie between 1 and 65535.");
        }

        if (_settings.Current.BounceMailboxes.Mailboxes.FirstOrDefault(one => one.Uuid.Length > 0 && one.Uuid == mailbox.Uuid) is { } stored)
        {
            mailbox = mailbox with
            {
                Password = Filled(mailbox.Password, stored.Password),
                ClientSecret = Filled(mailbox.ClientSecret, stored.ClientSecret),
                RefreshToken = Filled(mailbox.RefreshToken, stored.RefreshToken),
            };
        }

        try
        {
            await using var session = await _connector.OpenAsync(mailbox, cancellationToken);
            var mails = await session.ListAsync(cancellationToken);
            await session.CloseAsync(cancellationToken);
            return new MailboxTestReport(true, mails.Count, session.CanWatch, "");
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return new MailboxTestReport(false, 0, false, exception.Message);
        }
    }

    private static string Filled(string given, string stored) => given.All(c => c == '•') ? stored : given;

    /// <summary>What a mailbox may do wrong, in contrast to us.</summary>
    internal static bool IsFault(Exception exception) =>
        exception is SocketException or HttpRequestException or MailboxTokenException or IOException or TimeoutException or AuthenticationException or SslHandshakeException or ProtocolException or CommandException
            or ServiceNotConnectedException or ServiceNotAuthenticatedException or FolderNotFoundException or NotSupportedException or System.Security.Authentication.AuthenticationException;
}

/// <summary>How a test went.</summary>
public sealed record MailboxTestReport(bool IsOpen, int Mails, bool CanWatch, string Fault);
