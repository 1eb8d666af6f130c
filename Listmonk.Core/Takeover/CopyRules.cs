namespace Listmonk.Core.Takeover;

/// <summary>A row as it is here already.</summary>
/// <param name="Uuid">Null for kinds without one.</param>
/// <param name="UpdatedAt">Null for kinds without one.</param>
internal sealed record PresentRow(Guid? Uuid, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt);

internal enum CopyVerdict
{
    Add,
    Update,
    Keep,
    StaysDeleted,
    Stranger,
}

/// <summary>What becomes of one row of the source when the target has been filled from it before: the newer side wins, and who was deleted stays deleted.</summary>
internal static class CopyRules
{
    /// <summary>The rows of the last run are those created before it began; a transaction that was open just then gets some minutes.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <param name="before">See <see cref="TakeoverState.Before"/>.</param>
    public static CopyVerdict Judge(CopyTable table, PresentRow source, PresentRow? present, DateTimeOffset? before) => present switch
    {
        null => table.StaysDeleted && source.CreatedAt < before ? CopyVerdict.StaysDeleted : CopyVerdict.Add,
        _ when present.Uuid != source.Uuid => CopyVerdict.Stranger,
        _ => source.UpdatedAt is { } theirs && present.UpdatedAt is { } ours && IsLater(theirs, ours) ? CopyVerdict.Update : CopyVerdict.Keep,
    };

    /// <summary>Whether a row here that the source does not have was deleted there.</summary>
    public static bool IsDeletedThere(CopyTable table, PresentRow present, DateTimeOffset? before) => table.FollowsDeletions && present.CreatedAt < before;

    /// <summary>PostgreSQL keeps microseconds.</summary>
    private static bool IsLater(DateTimeOffset theirs, DateTimeOffset ours) => theirs - ours >= TimeSpan.FromMicroseconds(1);
}
