namespace Listmonk.Core.Tracking;

/// <summary>Hits that are committed together, and the one decision who keeps them: the database or the spool.</summary>
/// <remarks>
/// A batch moves one way: gathering → writing → committing → committed. While it is gathering or writing the spool may take it over, after which the
/// writer's transaction is rolled back. Once committing nobody can know the outcome, so whoever then loses patience, or sees the
/// commit fail, spools the batch in doubt, with the id that its first row would have; the replay looks for that row.
/// </remarks>
internal sealed class HitBatch(long startedAt)
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private State _state;
    private long? _firstHitId;
    private string? _doubtFile;

    private enum State
    {
        Pending,
        Committing,
        Committed,
        Spooled,
    }

    public List<ReceivedHit> Hits { get; } = [];

    /// <summary>The clock's timestamp of the first hit.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Completes when every hit is committed or spooled.</summary>
    public Task Answered => _answered.Task;

    /// <summary>The last step before COMMIT. False: the spool has the hits, the transaction must be rolled back.</summary>
    public bool TryClaimCommit(long? firstHitId)
    {
        lock (_lock)
        {
            if (_state != State.Pending)
            {
                return false;
            }

            _state = State.Committing;
            _firstHitId = firstHitId;
            return true;
        }
    }

    /// <summary>Tells the callers, unless the claim was refused and the spool has answered them already.</summary>
    public void Committed(TrackingSpool spool)
    {
        lock (_lock)
        {
            if (_state == State.Committing)
            {
                _state = State.Committed;
                if (_doubtFile is not null)
                {
                    spool.Remove(_doubtFile);
                }
            }
        }

        _answered.TrySetResult();
    }

    /// <summary>Keeps the hits in the spool unless the database has them already, and lets the callers go.</summary>
    public void Spool(TrackingSpool spool)
    {
        lock (_lock)
        {
            if (_state == State.Pending)
            {
                _state = State.Spooled;
                spool.Append(Hits);
            }
            else if (_state == State.Committing && _doubtFile is null)
            {
                _doubtFile = spool.AppendInDoubt(Hits, _firstHitId);
            }
        }

        _answered.TrySetResult();
    }
}
