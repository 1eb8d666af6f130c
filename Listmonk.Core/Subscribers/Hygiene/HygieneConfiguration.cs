using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Subscribers.Hygiene;

internal sealed class HygieneConfiguration : IEntityTypeConfiguration<HygieneReport>, IEntityTypeConfiguration<HygieneFinding>
{
    public void Configure(EntityTypeBuilder<HygieneReport> builder)
    {
        builder.ToTable("hygiene_reports");
        builder.Property(report => report.Counts).IsJson();
    }

    public void Configure(EntityTypeBuilder<HygieneFinding> builder)
    {
        builder.ToTable("hygiene_findings");
        builder.HasKey(finding => new { finding.ReportId, finding.Kind, finding.SubscriberId });
        // Duplicates are read mailbox by mailbox.
        builder.HasIndex(finding => new { finding.ReportId, finding.Kind, finding.Detail });
        builder.HasOne<HygieneReport>().WithMany().HasForeignKey(finding => finding.ReportId).OnDelete(DeleteBehavior.Cascade);
    }
}
