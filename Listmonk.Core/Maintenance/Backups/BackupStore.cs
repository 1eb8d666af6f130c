using Listmonk.Core.Data;

namespace Listmonk.Core.Maintenance.Backups;

/// <summary>The folder <c>backups</c> of the data directory. Files taken before a migration or a restore are there too.</summary>
public sealed class BackupStore(DataDirectory directory)
{
    /// <summary>Begins the names of backups made on demand or by schedule, which retention counts.</summary>
    internal const string Prefix = "listmonk-";

    /// <summary>Names the backup that takes the database's place at the next start.</summary>
    private const string PendingFile = "restore.pending";

    internal string Folder => directory.Folder("backups");

    /// <summary>Newest first.</summary>
    public IReadOnlyList<BackupFile> List() =>
    [
        .. new DirectoryInfo(Folder).EnumerateFiles("*.db")
            .Select(file => new BackupFile(file.Name, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), file.Length))
            .OrderByDescending(file => file.CreatedAt).ThenByDescending(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>The full path of a backup that exists; null for any other name, so that a name cannot lead out of the folder.</summary>
    public string? Find(string name) => List().Any(file => file.Name == name) ? Path.Combine(Folder, name) : null;

    /// <summary>The backup that the next start restores.</summary>
    public string? Pending => File.Exists(PendingPath) ? File.ReadAllText(PendingPath).Trim() : null;

    internal void Delete(string name)
    {
        if (Find(name) is { } path)
        {
            File.Delete(path);
        }
    }

    internal void SetPending(string? name)
    {
        if (name is null)
        {
            File.Delete(PendingPath);
        }
        else
        {
            File.WriteAllText(PendingPath, name);
        }
    }

    /// <summary>Deletes the oldest of the backups that retention counts.</summary>
    internal void Keep(int count)
    {
        foreach (var file in List().Where(file => file.Name.StartsWith(Prefix, StringComparison.Ordinal)).Skip(count))
        {
            Delete(file.Name);
        }
    }

    private string PendingPath => Path.Combine(directory.Path, PendingFile);
}
