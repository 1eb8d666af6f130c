using MimeKit;

namespace Listmonk.Tests.Support;

/// <summary>What the embedded outbox of another process has caught.</summary>
internal static class CapturedMails
{
    /// <summary>The mail to an address with a subject, once it has arrived.</summary>
    public static async Task<MimeMessage> ReadMailAsync(this ServerProcess server, string recipient, string subject)
    {
        MimeMessage? found = null;
        await Polling.UntilAsync(async () =>
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(server.DataFolder, "outbox"), "*.eml"))
            {
                var mail = await TryReadAsync(file);
                if (mail?.To.Mailboxes.Any(mailbox => mailbox.Address == recipient) == true && mail.Subject == subject)
                {
                    found = mail;
                    return true;
                }
            }

            return false;
        });
        return found!;
    }

    /// <summary>Null for a file that is being written.</summary>
    private static async Task<MimeMessage?> TryReadAsync(string file)
    {
        try
        {
            return await MimeMessage.LoadAsync(file);
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            return null;
        }
    }
}
