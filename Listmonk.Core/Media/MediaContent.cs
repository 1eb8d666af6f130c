namespace Listmonk.Core.Media;

/// <summary>Reads whole files from the store that has them, for mails.</summary>
internal sealed class MediaContent(MediaStores stores) : IMediaContent
{
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(MediaFile file, CancellationToken cancellationToken)
    {
        using var stored = await stores.Of(file.Provider).OpenAsync(file.Filename, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stored.Content.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
