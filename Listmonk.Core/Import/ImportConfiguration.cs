using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Import;

internal sealed class ImportConfiguration :
    IEntityTypeConfiguration<ImportJob>, IEntityTypeConfiguration<ImportProblem>, IEntityTypeConfiguration<ImportSlice>, IEntityTypeConfiguration<ImportRejects>
{
    public void Configure(EntityTypeBuilder<ImportJob> builder)
    {
        builder.ToTable("import_jobs");
        builder.HasIndex(job => job.Status);
        builder.Property(job => job.Parameters).IsJson();
        builder.Property(job => job.Columns).HasDefaultValueSql("'[]'");
    }

    public void Configure(EntityTypeBuilder<ImportProblem> builder)
    {
        builder.ToTable("import_problems");
        builder.HasIndex(problem => new { problem.ImportJobId, problem.Line });
        builder.HasOne<ImportJob>().WithMany().HasForeignKey(problem => problem.ImportJobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImportSlice> builder)
    {
        builder.ToTable("import_slices");
        builder.HasIndex(slice => new { slice.ImportJobId, slice.At });
        builder.HasOne<ImportJob>().WithMany().HasForeignKey(slice => slice.ImportJobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImportRejects> builder)
    {
        builder.ToTable("import_rejects");
        builder.HasIndex(rejects => rejects.ImportJobId);
        builder.HasOne<ImportJob>().WithMany().HasForeignKey(rejects => rejects.ImportJobId).OnDelete(DeleteBehavior.Cascade);
    }
}
