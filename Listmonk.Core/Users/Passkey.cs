using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Users;

/// <summary>A key pair on a person's device; this is the public half (WebAuthn level 3, 'credential record').</summary>
public sealed class Passkey
{
    /// <summary>The longest id that an authenticator may choose, in bytes (WebAuthn, 'credential id').</summary>
    internal const int MaxCredentialIdLength = 1023;

    public int Id { get; set; }

    public int UserId { get; set; }

    /// <summary>What the person calls it.</summary>
    public required string Name { get; set; }

    /// <summary>The authenticator's own id of the key.</summary>
    public required byte[] CredentialId { get; set; }

    /// <summary>As a COSE key (RFC 9052).</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>How often the key has signed, as the authenticator counts; always 0 for keys that are synchronised between devices.</summary>
    public long SignCount { get; set; }

    /// <summary>How the authenticator may be reached: internal, usb, nfc, hybrid…</summary>
    public List<string> Transports { get; set; } = [];

    /// <summary>Whether the key may leave its device, as those of password managers do. It never changes.</summary>
    public bool IsBackupEligible { get; set; }

    public bool IsBackedUp { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null until somebody has signed in with it.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<Passkey>
{
    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("passkeys");
        builder.HasIndex(passkey => passkey.CredentialId).IsUnique();
        builder.Property(passkey => passkey.Name).HasMaxLength(UserRules.MaxNameLength);
        builder.Property(passkey => passkey.CredentialId).HasMaxLength(Passkey.MaxCredentialIdLength);
        builder.HasOne<User>().WithMany().HasForeignKey(passkey => passkey.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
