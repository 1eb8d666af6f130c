namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Where a bulk job stands.</summary>
public sealed record BulkProgress
{
    public required int JobId { get; init; }

    public required BulkRequest Request { get; init; }

    public required BulkStatus Status { get; init; }

    /// <summary>People meant when it was asked for.</summary>
    public int Total { get; init; }

    public int Done { get; init; }

    public string? Error { get; init; }

    public string CreatedBy { get; init; } = "";

    public int? CreatedById { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string UndoneBy { get; init; } = "";

    public DateTimeOffset? UndoneAt { get; init; }

    public int Restored { get; init; }

    public bool IsWaiting => Status == BulkStatus.Running && StartedAt is null;

    /// <summary>Something is being done, or waits to be done.</summary>
    public bool IsRunning => Status is BulkStatus.Running or BulkStatus.Undoing;

    /// <summary>Until when it can be undone; null when it cannot be at all.</summary>
    public DateTimeOffset? UndoUntil => Request.Action != BulkAction.Delete && Done > 0 && Status is BulkStatus.Finished or BulkStatus.Cancelled or BulkStatus.Failed
        ? FinishedAt + BulkService.UndoKept
        : null;

    internal static BulkProgress From(BulkJob job) => new()
    {
        JobId = job.Id,
        Request = BulkRequest.FromJson(job.Parameters),
        Status = job.Status,
        Total = job.Total,
        Done = job.Done,
        Error = job.Error,
        CreatedBy = job.CreatedBy,
        CreatedById = job.CreatedById,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        UndoneBy = job.UndoneBy,
        UndoneAt = job.UndoneAt,
        Restored = job.Restored,
    };
}
