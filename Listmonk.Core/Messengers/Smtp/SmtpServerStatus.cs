namespace Listmonk.Core.Messengers.Smtp;

/// <summary>How one SMTP server fares at this moment, in this process.</summary>
public sealed record SmtpServerStatus
{
    public required string Uuid { get; init; }

    public required string Name { get; init; }

    public required SmtpServerState State { get; init; }

    /// <summary>How long the state lasts; zero when it lasts until something happens.</summary>
    public TimeSpan For { get; init; }

    /// <summary>What the server said, or what went wrong, when it last failed; null once it is well again.</summary>
    public string? LastFailure { get; init; }

    public int OpenConnections { get; init; }

    public int MaxConnections { get; init; }

    public int SentLastMinute { get; init; }

    public long Sent { get; init; }

    public long Refused { get; init; }

    public long Deferred { get; init; }

    public long Failed { get; init; }
}

/// <summary>Whether messages go to a server.</summary>
public enum SmtpServerState
{
    Ready,

    /// <summary>It failed and is left alone for a while.</summary>
    Resting,

    /// <summary>It has carried its messages of the last 24 hours.</summary>
    UsedUp,
}
