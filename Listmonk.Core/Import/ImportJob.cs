using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Import;

public enum ImportStatus
{
    None,
    Importing,
    Stopping,
    Finished,
    Failed,
}

/// <summary>One upload of subscribers, kept in the database so that it resumes after a restart.</summary>
public sealed class ImportJob : ILeased
{
    public int Id { get; set; }

    /// <summary>The uploaded file's name as the person knows it.</summary>
    public required string Filename { get; set; }

    /// <summary>Name of the stored copy inside the data directory.</summary>
    public required string StoredName { get; set; }

    /// <summary>The request's parameters as JSON.</summary>
    public string Parameters { get; set; } = "{}";

    public ImportStatus Status { get; set; }

    /// <summary>Lines read, header apart; 0 until the file was counted.</summary>
    public int Total { get; set; }

    public int Imported { get; set; }

    public int Rejected { get; set; }

    /// <summary>Last data line whose outcome is committed; a restart goes on after it.</summary>
    public int LastLine { get; set; }

    public string? Error { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }
}

/// <summary>A line that was not imported, and why.</summary>
public sealed class ImportProblem
{
    public int Id { get; set; }

    public int ImportJobId { get; set; }

    public int Line { get; set; }

    public required string Reason { get; set; }
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<ImportJob>, IEntityTypeConfiguration<ImportProblem>
{
    public void Configure(EntityTypeBuilder<ImportJob> builder)
    {
        builder.ToTable("import_jobs");
        builder.HasIndex(job => job.Status);
        builder.Property(job => job.Parameters).IsJson();
    }

    public void Configure(EntityTypeBuilder<ImportProblem> builder)
    {
        builder.ToTable("import_problems");
        builder.HasIndex(problem => new { problem.ImportJobId, problem.Line });
        builder.HasOne<ImportJob>().WithMany().HasForeignKey(problem => problem.ImportJobId).OnDelete(DeleteBehavior.Cascade);
    }
}
