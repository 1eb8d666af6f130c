using Microsoft.Extensions.Options;

namespace Listmonk.Core.Data;

/// <summary>The folder of everything the instance keeps. One process owns it; what all processes must see lies in the shared folder.</summary>
public sealed class DataDirectory(IOptions<ListmonkOptions> options) : IDisposable
{
    private FileStream? _claim;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.DataDirectory);

    /// <summary>The data directory itself, unless the operator named another folder for several processes.</summary>
    public string SharedPath { get; } = System.IO.Path.GetFullPath(options.Value.SharedDirectory ?? options.Value.DataDirectory);

    /// <summary>A folder below the data directory, created when absent.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>A folder that all processes on the database see, created when absent.</summary>
    public string SharedFolder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(SharedPath, name)).FullName;

    /// <summary>
    /// Creates the folder, proves that it can be written, and takes it for this process until it ends, however it ends: a second writer
    /// would bypass the write gate and mix up spool and outbox.
    /// </summary>
    /// <exception cref="StartupException">It cannot be created or written, or another process has it; the message says what to do.</exception>
    public void Claim()
    {
        EnsureWritable(Path, "data directory", "Listmonk:DataDirectory (or --data)");
        EnsureWritable(SharedPath, "shared directory", "Listmonk:SharedDirectory");
        try
        {
            _claim ??= new FileStream(System.IO.Path.Combine(Path, ".lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"The data directory '{Path}' is in use by another listmonk process. Stop that one first, or give this one a data directory of its own (--data).",
                exception);
        }
    }

    public void Dispose() => _claim?.Dispose();

    private static void EnsureWritable(string path, string what, string option)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, $".write-probe-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The {what} '{path}' cannot be written: {exception.Message} Set {option} to a folder that this user may write.",
                exception);
        }
    }
}

/// <summary>Stops the start with one message that tells the operator what to mend; printed without a stack trace.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
