using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>
/// Remembers the clicks of the last moments, so that only messages with a suspicion of a burst are read again from the database. It may
/// suspect too much, never too little, as long as hits arrive in the order of their time.
/// </summary>
internal sealed class BurstMemory(TimeProvider clock)
{
    /// <summary>A message whose links are tried without end keeps no more than these; three are enough to suspect it.</summary>
    private const int MaxLinks = 16;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private Dictionary<MessageKey, List<(int Link, DateTimeOffset LastAt)>> _young = [];
    private Dictionary<MessageKey, List<(int Link, DateTimeOffset LastAt)>> _old = [];
    private long _turnedAt = clock.GetTimestamp();

    /// <summary>True when this hit may belong to a burst, or stand near a click on the link that people cannot see.</summary>
    public bool IsSuspicious(MessageKey message, in ReceivedHit hit)
    {
        if (clock.GetElapsedTime(_turnedAt) > Turn)
        {
            (_young, _old) = ([], _young);
            _turnedAt = clock.GetTimestamp();
        }

        var links = Find(message);
        if (hit.Kind == HitKind.Click && hit.Judgement.Reason != HitReasons.Prefetch)
        {
            if (links is null)
            {
                _young[message] = links = [];
            }

            Note(links, hit.Position == TrackingToken.HoneypotPosition ? MessageRules.HoneypotLink : hit.LinkId, hit.At);
        }

        return links is { Count: >= MessageRules.BurstLinks } || links?.Exists(link => link.Link == MessageRules.HoneypotLink) == true;
    }

    /// <summary>Keeps the latest click of each link that is still within the window.</summary>
    private static void Note(List<(int Link, DateTimeOffset LastAt)> links, int link, DateTimeOffset at)
    {
        for (var i = links.Count - 1; i >= 0; i--)
        {
            if (links[i].Link == link || at - links[i].LastAt > (links[i].Link == MessageRules.HoneypotLink ? MessageRules.HoneypotWindow : MessageRules.BurstWindow))
            {
                links.RemoveAt(i);
            }
        }

        if (links.Count < MaxLinks)
        {
            links.Add((link, at));
        }
    }

    private List<(int Link, DateTimeOffset LastAt)>? Find(MessageKey message)
    {
        if (_young.TryGetValue(message, out var links))
        {
            return links;
        }

        if (_old.Remove(message, out links))
        {
            _young[message] = links;
        }

        return links;
    }
}
