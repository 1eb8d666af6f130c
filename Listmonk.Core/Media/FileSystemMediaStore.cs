using Listmonk.Core.Data;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Media;

/// <summary>Keeps uploaded files in the folder <c>uploads</c> of the shared directory.</summary>
public sealed class FileSystemMediaStore(DataDirectory directory) : IMediaStore
{
    public const string FolderName = "uploads";

    private const int BufferSize = 64 * 1024;

    public string Provider => MediaSettings.FileSystem;

    public async Task<bool> AddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(name) ?? throw new ArgumentException($"'{name}' is no file name.", nameof(name));

        // The file appears under its name only when it is whole, so that nobody is ever served half of one.
        var partial = Path.Combine(directory.SharedFolder(FolderName), $".{Guid.NewGuid():N}.part");
        try
        {
            await File.WriteAllBytesAsync(partial, content, cancellationToken);
            File.Move(partial, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public Task<StoredMedia?> OpenAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Open(name));

    public string? PublicUrl(string name) => null;

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (PathOf(name) is { } path)
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    private StoredMedia? Open(string name)
    {
        if (PathOf(name) is not { } path)
        {
            return null;
        }

        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return new StoredMedia(stream, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null for anything but a plain file name; names with a leading dot are the store's own.</summary>
    private string? PathOf(string name) =>
        name.Length is 0 or > MediaRules.MaxNameLength || name[0] == '.' || name.AsSpan().ContainsAny('/', '\\', '\0')
            ? null
            : Path.Combine(directory.SharedFolder(FolderName), name);
}
