using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>A mail that mail programs write for people who press "unsubscribe": its subject is the one that List-Unsubscribe asked for (RFC 2369 §3.2).</summary>
/// <param name="SubscriberUuid">Who wants to leave.</param>
/// <param name="CampaignUuid">The mail they hold; null when the subject does not name it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct UnsubscribeMail(Guid SubscriberUuid, Guid? CampaignUuid)
{
    /// <summary>The uuid is as good a proof as the link in the mail, which holds the same one.</summary>
    public static UnsubscribeMail? Read(string? subject)
    {
        var match = Form().Match(subject ?? "");
        return match.Success
            ? new UnsubscribeMail(Guid.Parse(match.Groups["person"].Value), match.Groups["campaign"] is { Success: true, Value: var campaign } ? Guid.Parse(campaign) : null)
            : null;
    }

    [GeneratedRegex(@"^\s*unsubscribe\s+(?<person>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\s+(?<campaign>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
