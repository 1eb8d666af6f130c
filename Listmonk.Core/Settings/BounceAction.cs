namespace Listmonk.Core.Settings;

/// <summary>What happens to a person who bounced often enough (spec/bounces.md 2).</summary>
public enum BounceAction
{
    None,

    /// <summary>All subscriptions end; the person may come back.</summary>
    Unsubscribe,

    /// <summary>The person is never mailed again; all subscriptions end.</summary>
    Blocklist,

    /// <summary>The person goes, with subscriptions and bounces; nothing brings them back.</summary>
    Delete,
}
