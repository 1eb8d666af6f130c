using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Sends a test mail through one server as a form describes it, saved or not; the page and the API both call it.</summary>
public sealed class SmtpTestService(SmtpProbe probe, SettingsStore settings, DkimSigner signer, TimeProvider clock)
{
    /// <summary>A secret that was left empty, or shows the mask, stands for the stored one of the block with the same uuid.</summary>
    public async Task<Outcome<SmtpTestReport>> SendAsync(SmtpServer server, string recipient, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(recipient))
        {
            return Outcome<SmtpTestReport>.Invalid("email", "Missing field(s): email");
        }

        var errors = new List<FieldError>();
        if (!EmailAddress.TryNormalize(recipient, out var address))
        {
            errors.Add(new FieldError("email", $"'{recipient}' is no e-mail address."));
        }

        if (string.IsNullOrWhiteSpace(server.Host))
        {
            errors.Add(new FieldError("host", "The server needs a host name."));
        }

        if (server.Port is < 1 or > 65_535)
        {
            errors.Add(new FieldError("port", "The port must lie between 1 and 65535."));
        }

        var general = settings.Current.General;
        MessageBlueprint? blueprint = null;
        try
        {
            blueprint = new MessageBlueprint(new MessageDraft { From = general.FromEmail, Body = MessageBody.Plain });
        }
        catch (FormatException exception)
        {
            errors.Add(new FieldError("from_email", exception.Message));
        }

        if (errors.Count > 0)
        {
            return Outcome<SmtpTestReport>.Invalid(errors);
        }

        using var writer = new MessageWriter(blueprint!);
        using var message = writer.Write(
            new MessageRecipient { Address = address, Subject = $"Test mail from {general.SiteName}", Date = clock.GetUtcNow() },
            $"This mail shows that {general.SiteName} can send through {server.Host.Trim()}.\r\n\r\nIt was asked for on the settings page; nothing needs to be done.\r\n",
            html: null);
        signer.Sign(message);
        var options = SettingsSmtpServerSource.ToOptions(server with { Host = server.Host.Trim(), Password = PasswordOf(server) });
        var (result, transcript) = await probe.SendAsync(options, message, cancellationToken);
        return new SmtpTestReport(result.IsSent, $"{(result.Code > 0 ? result.Code + " " : "")}{result.ReplyText}".Trim(), transcript);
    }

    private string PasswordOf(SmtpServer server) =>
        server.Password.All(c => c == '•')
            ? settings.Current.Smtp.Servers.FirstOrDefault(stored => stored.Uuid.Length > 0 && stored.Uuid == server.Uuid)?.Password ?? ""
            : server.Password;
}

/// <summary>How a test mail fared: the server's last answer verbatim, and what was said before it.</summary>
public sealed record SmtpTestReport(bool IsSent, string Answer, IReadOnlyList<string> Transcript);
