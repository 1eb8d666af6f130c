using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>
/// Remembers the clicks of the last moments, so that only messages with a suspicion of a burst are read again from the database. It may
/// suspect too much, never too little, as long as hits arrive in the order of their time.
/// </summary>
internal sealed class BurstMemory(TimeProvider clock)
{
    /// <summary>A message that is clicked without end keeps no more than this.</summary>
    private const int MaxClicks = 64;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private Dictionary<MessageKey, List<(int Link, DateTimeOffset At)>> _young = [];
    private Dictionary<MessageKey, List<(int Link, DateTimeOffset At)>> _old = [];
    private long _turnedAt = clock.GetTimestamp();

    /// <summary>True when this hit may belong to a burst.</summary>
    public bool IsSuspicious(MessageKey message, in ReceivedHit hit)
    {
        if (clock.GetElapsedTime(_turnedAt) > Turn)
        {
            (_young, _old) = ([], _young);
            _turnedAt = clock.GetTimestamp();
        }

        var clicks = Find(message);
        if (hit.Kind == HitKind.Click && hit.Judgement.Reason != HitReasons.Prefetch)
        {
            var at = hit.At;
            if (clicks is null)
            {
                _young[message] = clicks = [];
            }

            clicks.RemoveAll(click => at - click.At > MessageRules.BurstWindow);
            if (clicks.Count < MaxClicks)
            {
                clicks.Add((hit.LinkId, at));
            }
        }

        return clicks is { Count: >= MessageRules.BurstLinks } && clicks.Select(click => click.Link).Distinct().Count() >= MessageRules.BurstLinks;
    }

    private List<(int Link, DateTimeOffset At)>? Find(MessageKey message)
    {
        if (_young.TryGetValue(message, out var clicks))
        {
            return clicks;
        }

        if (_old.Remove(message, out clicks))
        {
            _young[message] = clicks;
        }

        return clicks;
    }
}
