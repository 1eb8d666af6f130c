namespace Listmonk.Core.Takeover;

/// <summary>A row as it is here already.</summary>
/// <param name="Uuid">Null for kinds without one.</param>
/// <param name="UpdatedAt">Null for kinds without one.</param>
/// <param name="IsNo">Whether its status is <see cref="CopyTable.No"/>.</param>
internal sealed record PresentRow(Guid? Uuid, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt, bool IsNo = false);

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

    /// <summary>
    /// Whether a row here that the source does not have was deleted there. Only of rows older than the first run is it sure that they came from the
    /// source; younger ones may have been created here.
    /// </summary>
    /// <param name="first">See <see cref="TakeoverState.First"/>.</param>
    public static bool IsDeletedThere(CopyTable table, PresentRow present, DateTimeOffset? first) => table.FollowsDeletions && present.CreatedAt < first;

    /// <summary>Whether the row becomes a no here, or stays one, although the newer side does not say so: mail that nobody wants is worse than mail that is missing.</summary>
    /// <param name="first">See <see cref="TakeoverState.First"/>; what was said before it has come with the first run.</param>
    public static bool IsNo(CopyTable table, CopyVerdict verdict, PresentRow source, PresentRow present, DateTimeOffset? first) => verdict switch
    {
        CopyVerdict.Update => present.IsNo && present.UpdatedAt >= first,
        CopyVerdict.Keep => table.TakesNoFromOlder && source.IsNo && !present.IsNo && source.UpdatedAt >= first,
        _ => false,
    };

    /// <summary>PostgreSQL keeps microseconds.</summary>
    private static bool IsLater(DateTimeOffset theirs, DateTimeOffset ours) => theirs - ours >= TimeSpan.FromMicroseconds(1);
}
