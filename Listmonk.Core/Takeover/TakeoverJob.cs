using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Takeover;

public enum TakeoverStatus
{
    Running,
    Finished,
    Failed,
}

/// <summary>
/// The one takeover of this installation: how far the copy of a listmonk database is. Kept with the data, in the transactions that copy, so that
/// a run that was cut off goes on where it stopped (decision 0037).
/// </summary>
public sealed class TakeoverJob : ILeased
{
    public int Id { get; set; }

    /// <summary>Database and host of the source, for people; never its password.</summary>
    public required string Source { get; set; }

    public TakeoverStatus Status { get; set; }

    /// <summary>A <see cref="TakeoverState"/> as JSON.</summary>
    public string State { get; set; } = "{}";

    public string? Error { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }
}

internal sealed class TakeoverJobConfiguration : IEntityTypeConfiguration<TakeoverJob>
{
    public void Configure(EntityTypeBuilder<TakeoverJob> builder)
    {
        builder.ToTable("takeovers");
        builder.Property(job => job.State).IsJson();
    }
}
