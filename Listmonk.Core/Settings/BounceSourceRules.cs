using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>What the settings of mail services and bounce mailboxes must look like.</summary>
internal static class BounceSourceRules
{
    public static IEnumerable<FieldError> Check(SettingsSnapshot settings)
    {
        for (var i = 0; i < settings.BounceMailboxes.Mailboxes.Count; i++)
        {
            foreach (var error in Check(settings.BounceMailboxes.Mailboxes[i], $"bounce.mailboxes[{i}]"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Check(BounceMailbox mailbox, string field)
    {
        if (!DurationText.TryParse(mailbox.ScanInterval, out var interval) || interval < BounceMailbox.ShortestInterval || interval > TimeSpan.FromDays(7))
        {
            yield return new FieldError($"{field}.scan_interval", "Bounce scan interval should be minimum 1 minute.");
        }

        if (mailbox.Type is not (BounceMailbox.Pop or BounceMailbox.Imap))
        {
            yield return new FieldError($"{field}.type", "A mailbox is read over 'pop' or 'imap'.");
        }

        if (!mailbox.Enabled)
        {
            yield break;
        }

        if (Uri.CheckHostName(mailbox.Host) == UriHostNameType.Unknown)
        {
            yield return new FieldError($"{field}.host", "The host must be a host name or an address.");
        }

        if (mailbox.Port is < 1 or > 65_535)
        {
            yield return new FieldError($"{field}.port", "The port must lie between 1 and 65535.");
        }

        if (mailbox.AuthProtocol is not ("userpass" or "none" or "oauth2"))
        {
            yield return new FieldError($"{field}.auth_protocol", "The sign-in is userpass, oauth2 or none.");
        }

        if (mailbox is { AuthProtocol: "oauth2", TokenUrl.Length: > 0 })
        {
            // In clear only inside of one machine: the client's secret goes there.
            if (!Uri.TryCreate(mailbox.TokenUrl, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            {
                yield return new FieldError($"{field}.token_url", "The address for tokens must begin with https://.");
            }

            if (mailbox.ClientId.Length == 0)
            {
                yield return new FieldError($"{field}.client_id", "Tokens are given to a client: enter its id.");
            }
        }

        if (mailbox.After is not (BounceMailbox.Delete or BounceMailbox.Leave or BounceMailbox.Move))
        {
            yield return new FieldError($"{field}.after", "Reports that were read are deleted, left or moved.");
        }

        if (mailbox.After == BounceMailbox.Move && (mailbox.Type != BounceMailbox.Imap || string.IsNullOrWhiteSpace(mailbox.MoveTo) || mailbox.MoveTo == mailbox.Folder))
        {
            yield return new FieldError($"{field}.move_to", "Moving needs IMAP and the name of another folder.");
        }

        if (mailbox.Others is not (BounceMailbox.Leave or BounceMailbox.Delete))
        {
            yield return new FieldError($"{field}.others", "Other mails are left or deleted.");
        }
    }
}
