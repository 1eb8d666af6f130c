using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Auth;

/// <summary>One signed-in browser. The cookie names it; without this row the cookie is worth nothing.</summary>
public sealed class Session
{
    public Guid Id { get; set; }

    public int UserId { get; set; }

    /// <summary>The account's security stamp at sign-in: when the account's changes, the session is over.</summary>
    public required string Stamp { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>To within some minutes.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    public string? Address { get; set; }

    /// <summary>The browser's own description of itself.</summary>
    public string? Browser { get; set; }

    /// <summary>Null for sessions from before this was recorded.</summary>
    public SignInMethod? Method { get; set; }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.Property(session => session.Address).HasMaxLength(100);
        builder.Property(session => session.Browser).HasMaxLength(300);
        builder.HasOne<User>().WithMany().HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
