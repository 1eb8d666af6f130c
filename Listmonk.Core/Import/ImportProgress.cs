namespace Listmonk.Core.Import;

/// <summary>Where an import stands.</summary>
public sealed record ImportProgress
{
    public static ImportProgress Nothing { get; } = new();

    public int JobId { get; init; }

    public string Filename { get; init; } = "";

    /// <summary>Lines of the file, header apart.</summary>
    public int Total { get; init; }

    public int Imported { get; init; }

    public int Rejected { get; init; }

    /// <summary>People who were not known before.</summary>
    public int Created { get; init; }

    public ImportStatus Status { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while it waits for its turn.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Who uploaded the file.</summary>
    public string CreatedBy { get; init; } = "";

    public bool WasStopped { get; init; }

    /// <summary>Stopped or failed before the end of its file, which is still there.</summary>
    public bool CanContinue { get; init; }

    /// <summary>How the undoing stands, or what it did.</summary>
    public ImportUndone? Undone { get; init; }

    /// <summary>Ended, with something stored.</summary>
    public bool CanUndo => Status is ImportStatus.Finished or ImportStatus.Failed && Imported > 0;

    public bool IsWaiting => Status == ImportStatus.Importing && StartedAt is null;

    public int Done => Imported + Rejected;

    /// <summary>Something is being done, or waits to be done.</summary>
    public bool IsRunning => Status is ImportStatus.Importing or ImportStatus.Stopping or ImportStatus.Undoing;

    internal static ImportProgress From(ImportJob job) => new()
    {
        JobId = job.Id,
        Filename = job.Filename,
        Total = job.Total,
        Imported = job.Imported,
        Rejected = job.Rejected,
        Created = job.Created,
        Status = job.Status,
        Error = job.Error,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        CreatedBy = job.CreatedBy,
        WasStopped = job.WasStopped,
        CanContinue = job is { HasFile: true, Status: ImportStatus.Finished or ImportStatus.Failed } && (job.WasStopped || job.Status == ImportStatus.Failed),
        Undone = job.Status is ImportStatus.Undoing or ImportStatus.Undone
            ? new ImportUndone(job.UndoneBy, job.UndoneAt, job.RemovedPeople, job.RemovedSubscriptions)
            : null,
    };
}

/// <summary>What an undoing has removed so far.</summary>
/// <param name="At">When it was through; null while it runs.</param>
public sealed record ImportUndone(string By, DateTimeOffset? At, int People, int Subscriptions);
