using Listmonk.Core.Lists;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Users;

internal sealed class UserConfiguration :
    IEntityTypeConfiguration<User>, IEntityTypeConfiguration<Role>, IEntityTypeConfiguration<RoleList>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.HasIndex(user => user.NormalizedUsername).IsUnique();
        builder.HasIndex(user => user.Email).IsUnique();
        builder.HasIndex(user => user.ExternalId).IsUnique();
        builder.Property(user => user.ExternalId).HasMaxLength(500);
        builder.HasOne(user => user.UserRole).WithMany().HasForeignKey(user => user.UserRoleId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(user => user.ListRole).WithMany().HasForeignKey(user => user.ListRoleId).OnDelete(DeleteBehavior.SetNull);
    }

    public void Configure(EntityTypeBuilder<Role> builder)
    {
        builder.ToTable("roles");
        builder.HasIndex(role => new { role.Type, role.Name }).IsUnique();
        builder.HasMany(role => role.Lists).WithOne().HasForeignKey(list => list.RoleId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RoleList> builder)
    {
        builder.ToTable("role_lists");
        builder.HasKey(list => new { list.RoleId, list.ListId });
        builder.HasOne<MailingList>().WithMany().HasForeignKey(list => list.ListId).OnDelete(DeleteBehavior.Cascade);
    }
}
