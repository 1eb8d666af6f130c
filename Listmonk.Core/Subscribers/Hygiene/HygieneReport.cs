using Listmonk.Core.Data;

namespace Listmonk.Core.Subscribers.Hygiene;

public enum HygieneStatus
{
    /// <summary>Being made, or waiting for its turn.</summary>
    Running,
    Finished,
    Failed,
}

/// <summary>One look through all people. The newest finished one counts; older ones' findings are thrown away.</summary>
public sealed class HygieneReport : ILeased
{
    public int Id { get; set; }

    public HygieneStatus Status { get; set; }

    /// <summary>What "for long" means: months without a reaction, or without a confirmation.</summary>
    public int Months { get; set; }

    /// <summary>Mails in that time from which on somebody without a reaction counts as inactive.</summary>
    public int Mails { get; set; }

    /// <summary>False when opens and clicks are not recorded for each person, so that nobody can be called inactive.</summary>
    public bool KnowsActivity { get; set; }

    /// <summary>People up to this id are through; a restart goes on after it.</summary>
    public int Position { get; set; }

    public int LastId { get; set; }

    /// <summary>People for each kind as JSON, when finished.</summary>
    public string Counts { get; set; } = "{}";

    public string? Error { get; set; }

    public string CreatedBy { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }
}

/// <summary>Somebody a report has found.</summary>
public sealed class HygieneFinding
{
    public int ReportId { get; set; }

    public HygieneKind Kind { get; set; }

    /// <summary>The person may have been deleted since.</summary>
    public int SubscriberId { get; set; }

    /// <summary>The address that was probably meant, or the mailbox that several people share; else null.</summary>
    public string? Detail { get; set; }
}
