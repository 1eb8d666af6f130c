namespace Listmonk.Core.Takeover;

/// <summary>What is asked of a takeover.</summary>
/// <param name="Connection">The source's PostgreSQL connection, as Npgsql takes it or as a <c>postgres://</c> address. It is used and forgotten.</param>
/// <param name="Uploads">The source's folder of uploaded files, to copy those that are missing here; null to leave files alone.</param>
/// <param name="IsDry">Only looks, and reports what would be.</param>
public sealed record TakeoverRequest(string Connection, string? Uploads = null, bool IsDry = false);

/// <summary>Where the takeover is, or how its last run ended.</summary>
public sealed record TakeoverReport
{
    public required string Source { get; init; }

    /// <summary>The source's version of listmonk; empty when it does not tell.</summary>
    public string Version { get; init; } = "";

    public bool IsDry { get; init; }

    /// <summary>Whether this installation was filled from the same source before.</summary>
    public bool IsRepeat { get; init; }

    public TakeoverStatus Status { get; init; }

    /// <summary>What is being done, in a few words; empty when nothing is.</summary>
    public string Step { get; init; } = "";

    public string? Error { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>By kind, in the order in which they are copied.</summary>
    public IReadOnlyList<KeyValuePair<string, TakeoverCount>> Counts { get; init; } = [];

    /// <summary>What did not map, by sentence.</summary>
    public IReadOnlyList<KeyValuePair<string, TakeoverNote>> Notes { get; init; } = [];

    /// <summary>Share of the source's rows that were looked at, 0 to 1.</summary>
    public double Share => Counts.Sum(count => count.Value.Total) is > 0 and var total ? Math.Min(1, Counts.Sum(count => Math.Min(count.Value.Read, count.Value.Total)) / (double)total) : 0;

    internal static TakeoverReport Of(TakeoverJob job, TakeoverState state, string step = "") => new()
    {
        Source = job.Source,
        Status = job.Status,
        Step = step,
        Error = job.Error,
        IsRepeat = state.Before is not null,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        Counts = [.. state.Counts],
        Notes = [.. state.Notes],
    };
}
