using Listmonk.Core.Common;

namespace Listmonk.Core.Subscribers;

/// <summary>Keeps a form from being used to flood somebody's mailbox: one confirmation mail for each person and list in a while.</summary>
internal sealed class OptinThrottle(TimeProvider clock)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private readonly BoundedCache<(int SubscriberId, int ListId), DateTimeOffset> _sent = new(Remembered);

    /// <summary>The lists of which the person may be asked now; they count as asked.</summary>
    public List<int> Take(int subscriberId, IEnumerable<int> listIds)
    {
        var now = clock.GetUtcNow();
        var due = listIds.Where(listId => !_sent.TryGet((subscriberId, listId), out var at) || at + Pause <= now).ToList();
        due.ForEach(listId => _sent.Set((subscriberId, listId), now));
        return due;
    }

    /// <summary>The mail did not go out, so the person may ask again at once.</summary>
    public void Forget(int subscriberId, List<int> listIds) => listIds.ForEach(listId => _sent.Remove((subscriberId, listId)));
}
