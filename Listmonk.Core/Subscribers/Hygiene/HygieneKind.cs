namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>What may be wrong with an address, or with going on mailing it.</summary>
public enum HygieneKind
{
    /// <summary>Belongs to a task: info@, admin@.</summary>
    Role,

    /// <summary>The domain looks like a slip of the finger: gmial.com.</summary>
    Typo,

    /// <summary>Of a service that hands out addresses for minutes.</summary>
    Disposable,

    /// <summary>Got several mails in the last months, and neither opened nor clicked in person.</summary>
    Inactive,

    /// <summary>Has not confirmed a double opt-in list for months.</summary>
    Unconfirmed,

    /// <summary>No campaign was ever sent to it.</summary>
    NeverMailed,

    /// <summary>Mails to it have bounced.</summary>
    Bounced,

    /// <summary>Another person has the same mailbox: the addresses differ in dots or a tag only.</summary>
    Duplicate,
}
