namespace Listmonk.Core.Subscribers.Duplicates;

/// <summary>Who somebody was merged into: links in mails that went out before name the old person.</summary>
public sealed class MergedSubscriber
{
    /// <summary>The id of the person who is gone.</summary>
    public int Id { get; set; }

    /// <summary>Their UUID.</summary>
    public Guid Uuid { get; set; }

    /// <summary>The person who was kept.</summary>
    public int SubscriberId { get; set; }

    public DateTimeOffset MergedAt { get; set; }
}
