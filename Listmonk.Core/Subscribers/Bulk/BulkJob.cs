using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Bulk;

public enum BulkAction
{
    /// <summary>Adds to lists, removes from them, or marks as unsubscribed.</summary>
    ChangeLists,
    Enable,
    Disable,
    Blocklist,
    Delete,
}

public enum BulkStatus
{
    /// <summary>At work, or waiting for its turn.</summary>
    Running,
    Finished,

    /// <summary>Ended by a person before everybody was reached; what was done stays.</summary>
    Cancelled,
    Failed,
    Undoing,
    Undone,
}

/// <summary>One change of many people, kept in the database so that it survives a restart and can be taken back (decision 0041).</summary>
public sealed class BulkJob : ILeased
{
    public int Id { get; set; }

    public BulkAction Action { get; set; }

    /// <summary>The <see cref="BulkRequest"/> as JSON.</summary>
    public string Parameters { get; set; } = "{}";

    public BulkStatus Status { get; set; }

    /// <summary>People meant when it was asked for.</summary>
    public int Total { get; set; }

    public int Done { get; set; }

    /// <summary>People up to this id are through; a restart goes on after it.</summary>
    public int Position { get; set; }

    /// <summary>The highest id when it was asked for: whoever joins later is not meant.</summary>
    public int LastId { get; set; }

    public string? Error { get; set; }

    /// <summary>The account that asked for it, whose rights count while it runs; null for the system.</summary>
    public int? CreatedById { get; set; }

    /// <summary>Its name then, which outlives the account.</summary>
    public string CreatedBy { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null while it waits for its turn.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string UndoneBy { get; set; } = "";

    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>The last <see cref="BulkSlice"/> that was taken back.</summary>
    public int UndoPosition { get; set; }

    /// <summary>People whom the undoing has brought back to how they were.</summary>
    public int Restored { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }
}

/// <summary>How the people of one transaction were before it.</summary>
public sealed class BulkSlice
{
    public int Id { get; set; }

    public int BulkJobId { get; set; }

    /// <summary>The time that the transaction wrote into <c>updated_at</c> of all it changed: who has another one was touched since.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>A <see cref="SliceBefore"/>: JSON, compressed with gzip.</summary>
    public required byte[] Before { get; set; }
}
