using Microsoft.Extensions.Options;

namespace Listmonk.Core.Data;

/// <summary>The folder of everything the instance keeps.</summary>
public sealed class DataDirectory(IOptions<ListmonkOptions> options)
{
    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.DataDirectory);

    /// <summary>A folder below the data directory, created when absent.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>Creates the folder and proves that it can be written.</summary>
    /// <exception cref="StartupException">It cannot be created or written; the message says what to do.</exception>
    public void EnsureWritable()
    {
        try
        {
            Directory.CreateDirectory(Path);
            var probe = System.IO.Path.Combine(Path, ".write-probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data directory '{Path}' cannot be written: {exception.Message} Set Listmonk:DataDirectory (or --data) to a folder that this user may write.",
                exception);
        }
    }
}

/// <summary>Stops the start with one message that tells the operator what to mend; printed without a stack trace.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
