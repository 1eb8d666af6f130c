using System.Text.Json.Serialization;

namespace Listmonk.Core.Settings;

/// <summary>What the program does by itself at night (spec/settings.md 2.8).</summary>
public sealed record MaintenanceSettings
{
    [JsonPropertyName("maintenance.db")]
    public VacuumSchedule Vacuum { get; init; } = new();

    /// <summary>Ours.</summary>
    [JsonPropertyName("maintenance.backup")]
    public BackupSchedule Backup { get; init; } = new();
}

/// <summary>When the database is compacted.</summary>
public sealed record VacuumSchedule
{
    public bool Vacuum { get; init; }

    /// <summary>Five cron fields, in the time zone of the machine.</summary>
    public string VacuumCronInterval { get; init; } = "0 2 * * *";
}

/// <summary>When the database is backed up, and how many of these backups stay.</summary>
public sealed record BackupSchedule
{
    public bool Enabled { get; init; }

    /// <summary>Five cron fields, in the time zone of the machine.</summary>
    public string Cron { get; init; } = "30 3 * * *";

    public int Keep { get; init; } = 7;
}
