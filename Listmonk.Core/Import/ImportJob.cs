using Listmonk.Core.Data;

namespace Listmonk.Core.Import;

public enum ImportStatus
{
    None,
    Importing,
    Stopping,
    Finished,
    Failed,

    /// <summary>Uploaded, and not yet told what to do with its columns.</summary>
    Draft,
    Undoing,
    Undone,
}

/// <summary>One upload of subscribers, kept in the database so that it resumes after a restart and can be looked up and undone later.</summary>
public sealed class ImportJob : ILeased
{
    public int Id { get; set; }

    /// <summary>The uploaded file's name as the person knows it.</summary>
    public required string Filename { get; set; }

    /// <summary>Name of the stored copy inside the data directory.</summary>
    public required string StoredName { get; set; }

    /// <summary>False once the stored copy was deleted; an import without it cannot be continued.</summary>
    public bool HasFile { get; set; } = true;

    /// <summary>Which encoding the file was in, in words; the stored copy is UTF-8.</summary>
    public string Encoding { get; set; } = "";

    /// <summary>The request's parameters as JSON.</summary>
    public string Parameters { get; set; } = "{}";

    /// <summary>The fields of the file's first line.</summary>
    public List<string> Columns { get; set; } = [];

    public ImportStatus Status { get; set; }

    /// <summary>Ended by a person before the file was through.</summary>
    public bool WasStopped { get; set; }

    /// <summary>Taken off what listmonk's API shows; the history keeps it.</summary>
    public bool IsCleared { get; set; }

    /// <summary>Lines read, header apart; 0 until the file was counted.</summary>
    public int Total { get; set; }

    public int Imported { get; set; }

    public int Rejected { get; set; }

    /// <summary>People who were not known before.</summary>
    public int Created { get; set; }

    /// <summary>Last data line of the last chunk that is stored in whole; a restart goes on after it.</summary>
    public int LastLine { get; set; }

    /// <summary>Of the chunk after <see cref="LastLine"/>, people up to this address are stored; null when none are.</summary>
    public string? ChunkEmail { get; set; }

    public string? Error { get; set; }

    /// <summary>The account that uploaded the file; null for the command line.</summary>
    public int? CreatedById { get; set; }

    /// <summary>Its name then, which outlives the account.</summary>
    public string CreatedBy { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null while it waits for its turn.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Who asked to undo it.</summary>
    public string UndoneBy { get; set; } = "";

    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Subscribers up to this id have been looked at by the undoing.</summary>
    public int UndoPosition { get; set; }

    public int RemovedPeople { get; set; }

    public int RemovedSubscriptions { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }
}

/// <summary>A line with a fault, and what it is; the first ones of an import, for the page and the log.</summary>
public sealed class ImportProblem
{
    public int Id { get; set; }

    public int ImportJobId { get; set; }

    public int Line { get; set; }

    public required string Reason { get; set; }
}

/// <summary>What one transaction of an import stored: by its time and ids its people and subscriptions are found again.</summary>
public sealed class ImportSlice
{
    public int Id { get; set; }

    public int ImportJobId { get; set; }

    /// <summary>The time in <c>created_at</c> of each row that the transaction inserted.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The highest id of a subscriber before the transaction; its new people are above.</summary>
    public int AfterId { get; set; }

    /// <summary>The highest id after it; others may have inserted in between.</summary>
    public int LastId { get; set; }
}

/// <summary>The faulty lines of one chunk, in full.</summary>
public sealed class ImportRejects
{
    public int Id { get; set; }

    public int ImportJobId { get; set; }

    /// <summary>Lines of CSV, compressed with gzip: number, reason, and the fields as they were.</summary>
    public required byte[] Lines { get; set; }
}
