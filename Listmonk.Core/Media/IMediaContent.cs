namespace Listmonk.Core.Media;

/// <summary>Reads the bytes of uploaded files, for attachments and embedded images.</summary>
public interface IMediaContent
{
    /// <summary>Null when the file is gone.</summary>
    Task<ReadOnlyMemory<byte>?> ReadAsync(MediaFile file, CancellationToken cancellationToken);
}
