namespace Listmonk.Core.Import;

/// <summary>Where the newest import stands.</summary>
public sealed record ImportProgress
{
    public static ImportProgress Nothing { get; } = new();

    public int JobId { get; init; }

    public string Filename { get; init; } = "";

    /// <summary>Lines of the file, header apart.</summary>
    public int Total { get; init; }

    public int Imported { get; init; }

    public int Rejected { get; init; }

    public ImportStatus Status { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool IsRunning => Status is ImportStatus.Importing or ImportStatus.Stopping;

    internal static ImportProgress From(ImportJob job) => job.Status == ImportStatus.None ? Nothing : new ImportProgress
    {
        JobId = job.Id,
        Filename = job.Filename,
        Total = job.Total,
        Imported = job.Imported,
        Rejected = job.Rejected,
        Status = job.Status,
        Error = job.Error,
        StartedAt = job.CreatedAt,
        FinishedAt = job.FinishedAt,
    };
}
