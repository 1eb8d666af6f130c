namespace Listmonk.Core.Tracking;

/// <summary>Writes hits and all figures derived from them in one transaction.</summary>
internal interface ITrackingLog
{
    /// <summary>
    /// Commits the hits, unless <paramref name="claimCommit"/> says no: it is called last before the commit, with the id of the first
    /// row (null when nothing is recorded).
    /// </summary>
    /// <returns>The campaigns whose figures changed; empty after a refused claim.</returns>
    Task<IReadOnlySet<int>> AppendAsync(IReadOnlyList<ReceivedHit> hits, Func<long?, bool> claimCommit, CancellationToken cancellationToken);

    /// <summary>Whether the row is one of these hits: then all of them were committed.</summary>
    Task<bool> HasRowAsync(long hitId, IReadOnlyList<ReceivedHit> hits, CancellationToken cancellationToken);
}
