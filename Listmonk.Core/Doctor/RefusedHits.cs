using System.Net;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Doctor;

public enum RefusalReason
{
    /// <summary>Truncated, changed, forged, or signed by another installation.</summary>
    DamagedAddress,
    UnknownLink,

    /// <summary>Answered, but the settings say that nothing is counted.</summary>
    TrackingOff,

    /// <summary>HEAD, as link checkers ask.</summary>
    LinkChecker,

    /// <summary>Answered, but somebody decided that this link's clicks do not count.</summary>
    LinkNotCounted,
}

/// <summary>An open or click that was not counted.</summary>
/// <param name="Network">The client's network, without the part that names a machine.</param>
public sealed record RefusedHit(DateTimeOffset At, HitKind Kind, RefusalReason Reason, string Network);

/// <summary>The last opens and clicks of this process that were not counted, in memory only.</summary>
public sealed class RefusedHits(TimeProvider clock, LiveFeed<RefusedHit> feed)
{
    public const int Capacity = 200;

    private readonly Lock _lock = new();
    private readonly Queue<RefusedHit> _last = new(Capacity);
    private readonly long[] _counts = new long[Enum.GetValues<RefusalReason>().Length];

    public void Note(HitKind kind, RefusalReason reason, IPAddress client)
    {
        var refused = new RefusedHit(clock.GetUtcNow(), kind, reason, NetworkSet.Truncate(client));
        lock (_lock)
        {
            _counts[(int)reason]++;
            if (_last.Count == Capacity)
            {
                _last.Dequeue();
            }

            _last.Enqueue(refused);
        }

        feed.Publish(refused);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RefusedHit> Last()
    {
        lock (_lock)
        {
            return [.. _last.Reverse()];
        }
    }

    /// <summary>Since the start of the process, without those that never happened.</summary>
    public IReadOnlyDictionary<RefusalReason, long> Counts()
    {
        lock (_lock)
        {
            return Enum.GetValues<RefusalReason>().Where(reason => _counts[(int)reason] > 0).ToDictionary(reason => reason, reason => _counts[(int)reason]);
        }
    }

    public static string Explain(RefusalReason reason) => reason switch
    {
        RefusalReason.DamagedAddress => "the address is damaged, forged or another installation's",
        RefusalReason.UnknownLink => "the link does not exist (any more)",
        RefusalReason.TrackingOff => "tracking is switched off in the settings",
        RefusalReason.LinkNotCounted => "counting is switched off for this link",
        _ => "a link checker asked with HEAD",
    };
}
