using Listmonk.Core.Tracking;

namespace Listmonk.Core.Subscribers.Duplicates;

/// <summary>What becomes of two people who turn out to be one. A no of either is a no.</summary>
public static class MergeRules
{
    /// <summary>Blocklisted before disabled before enabled.</summary>
    public static SubscriberStatus Status(SubscriberStatus left, SubscriberStatus right) => (SubscriberStatus)Math.Max((int)left, (int)right);

    /// <summary>Who has left once stays away. A confirmation of either address came from the same mailbox, so it counts.</summary>
    public static SubscriptionStatus Subscription(SubscriptionStatus left, SubscriptionStatus right) => (SubscriptionStatus)Math.Max((int)left, (int)right);

    /// <summary>The lower level of those who chose; null when none did.</summary>
    public static TrackingLevel? Tracking(TrackingLevel? left, TrackingLevel? right) => left is null || right < left ? right ?? left : left;

    /// <summary>The kept person as it would be; nothing is changed.</summary>
    public static SubscriberItem Preview(SubscriberItem kept, IEnumerable<SubscriberItem> others) => others.Aggregate(kept, (result, other) =>
    {
        var status = Status(result.Status, other.Status);
        var lists = result.Lists.Concat(other.Lists).GroupBy(list => list.List.Id).Select(group => group.First() with
        {
            Status = status == SubscriberStatus.Blocklisted ? SubscriptionStatus.Unsubscribed : group.Select(list => list.Status).Aggregate(Subscription),
        });
        return result with
        {
            Name = result.Name.Length > 0 ? result.Name : other.Name,
            Attributes = SubscriberRules.MergeAttributes(other.Attributes, result.Attributes),
            Status = status,
            CreatedAt = other.CreatedAt < result.CreatedAt ? other.CreatedAt : result.CreatedAt,
            Lists = [.. lists],
        };
    });
}
