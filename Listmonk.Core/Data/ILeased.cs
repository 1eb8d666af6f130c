namespace Listmonk.Core.Data;

/// <summary>A row that stands for work which one process at a time may do.</summary>
public interface ILeased
{
    int Id { get; }

    /// <summary>The process that does the work; nobody else may while the lease lasts.</summary>
    string? LeaseOwner { get; set; }

    DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with each new holder; a writer with an older number is refused (fencing).</summary>
    int LeaseEpoch { get; set; }
}
