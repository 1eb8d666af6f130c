namespace Listmonk.Core.Media;

/// <summary>Reads whole files from the store, for mails.</summary>
internal sealed class MediaContent(IMediaStore store) : IMediaContent
{
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(MediaFile file, CancellationToken cancellationToken)
    {
        using var stored = store.Open(file.Filename);
        if (stored is null)
        {
            return null;
        }

        var bytes = new byte[stored.Content.Length];
        await stored.Content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
