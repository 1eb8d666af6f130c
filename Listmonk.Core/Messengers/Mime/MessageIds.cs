using System.Buffers.Text;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>
/// Makes Message-IDs that are the same whenever the same campaign goes to the same person, so that a repeat after a crash can be
/// recognised by mail readers and by the bounce processor, which can read both ids back.
/// </summary>
public static class MessageIds
{
    /// <summary>32 bytes as base64url.</summary>
    private const int TokenLength = 43;

    public static string For(Guid campaign, Guid subscriber, string domain)
    {
        Span<byte> ids = stackalloc byte[32];
        campaign.TryWriteBytes(ids, bigEndian: true, out _);
        subscriber.TryWriteBytes(ids[16..], bigEndian: true, out _);
        Span<char> token = stackalloc char[TokenLength];
        Base64Url.EncodeToChars(ids, token);
        return string.Concat(token, "@", domain);
    }

    /// <summary>For mails that are not a campaign's delivery: tests, transactional and system mails.</summary>
    public static string Unique(string domain) => string.Concat(Guid.NewGuid().ToString("N"), "@", domain);

    /// <summary>Reads back what <see cref="For"/> made; angle brackets may be present.</summary>
    public static bool TryRead(ReadOnlySpan<char> messageId, out Guid campaign, out Guid subscriber)
    {
        campaign = subscriber = default;
        messageId = messageId.Trim().Trim("<>");
        Span<byte> ids = stackalloc byte[33];
        // Decoding throws on letters that base64url does not have, and a Message-ID in a report may be anybody's.
        if (messageId.IndexOf('@') != TokenLength
            || !Base64Url.IsValid(messageId[..TokenLength])
            || !Base64Url.TryDecodeFromChars(messageId[..TokenLength], ids, out int written)
            || written != 32)
        {
            return false;
        }

        campaign = new Guid(ids[..16], bigEndian: true);
        subscriber = new Guid(ids[16..32], bigEndian: true);
        return true;
    }
}
