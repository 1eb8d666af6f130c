using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Subscribers.Bulk;

internal sealed class BulkConfiguration : IEntityTypeConfiguration<BulkJob>, IEntityTypeConfiguration<BulkSlice>
{
    public void Configure(EntityTypeBuilder<BulkJob> builder)
    {
        builder.ToTable("bulk_jobs");
        builder.HasIndex(job => job.Status);
        builder.Property(job => job.Parameters).IsJson();
    }

    public void Configure(EntityTypeBuilder<BulkSlice> builder)
    {
        builder.ToTable("bulk_slices");
        builder.HasIndex(slice => new { slice.BulkJobId, slice.Id });
        builder.HasOne<BulkJob>().WithMany().HasForeignKey(slice => slice.BulkJobId).OnDelete(DeleteBehavior.Cascade);
    }
}
