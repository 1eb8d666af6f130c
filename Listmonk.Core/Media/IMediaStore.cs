namespace Listmonk.Core.Media;

/// <summary>Keeps the bytes of uploaded files under their names. Every method throws <see cref="IOException"/> while the store is out of reach.</summary>
public interface IMediaStore
{
    /// <summary>The value of <see cref="MediaFile.Provider"/> for files that are kept here.</summary>
    string Provider { get; }

    /// <returns>False when the name is taken; what is there stays.</returns>
    Task<bool> AddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The file, to be disposed by the caller; null when there is none.</summary>
    Task<StoredMedia?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Where readers find the file without this application; null when the application serves it.</summary>
    string? PublicUrl(string name);

    /// <summary>A file that is gone already is no error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A stored file, open for reading.</summary>
public sealed record StoredMedia(Stream Content, DateTimeOffset ModifiedAt) : IDisposable
{
    public void Dispose() => Content.Dispose();
}
