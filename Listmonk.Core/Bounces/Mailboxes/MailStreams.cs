namespace Listmonk.Core.Bounces.Mailboxes;

internal static class MailStreams
{
    public static async Task<byte[]> ToBytesAsync(this Stream mail, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await mail.CopyToAsync(memory, cancellationToken);
        return memory.ToArray();
    }
}
