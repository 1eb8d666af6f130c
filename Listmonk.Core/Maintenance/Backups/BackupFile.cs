namespace Listmonk.Core.Maintenance.Backups;

/// <summary>A backup in the data directory.</summary>
public sealed record BackupFile(string Name, DateTimeOffset CreatedAt, long Bytes);
