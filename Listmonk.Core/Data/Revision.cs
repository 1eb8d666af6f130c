using System.Collections.Frozen;
using Listmonk.Core.Auth;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Templates;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Data;

/// <summary>
/// Tells processes on one database that something they keep in memory has changed: a value that is replaced in the transaction of each
/// change. It is compared, not counted, so that no clock and no order matters.
/// </summary>
/// <remarks>Rows of the types below change through the context's own tracking only; bulk statements would go unnoticed by other processes.</remarks>
public sealed class Revision
{
    public const string Settings = "settings";
    public const string Accounts = "accounts";
    public const string Sessions = "sessions";
    public const string TrackingKeys = "tracking_keys";
    public const string Templates = "templates";
    public const string LinkEdits = "link_edits";
    public const string Suppressions = "suppressions";
    public const string MergedSubscribers = "merged_subscribers";

    private static readonly FrozenDictionary<Type, string> NamesByType = new Dictionary<Type, string>
    {
        [typeof(SettingsRow)] = Settings,
        [typeof(User)] = Accounts,
        [typeof(Role)] = Accounts,
        [typeof(RoleList)] = Accounts,
        [typeof(Session)] = Sessions,
        [typeof(TrackingKey)] = TrackingKeys,
        [typeof(Template)] = Templates,
        [typeof(LinkEdit)] = LinkEdits,
        [typeof(SuppressedAddress)] = Suppressions,
        [typeof(MergedSubscriber)] = MergedSubscribers,
    }.ToFrozenDictionary();

    public required string Name { get; set; }

    public Guid Value { get; set; }

    internal static IEnumerable<string> Names => NamesByType.Values.Distinct(StringComparer.Ordinal);

    /// <summary>Adds to what the context is about to save the new revisions of what it changes.</summary>
    internal static void Move(ListmonkDbContext db)
    {
        var moved = db.ChangeTracker.Entries()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(entry => NamesByType.GetValueOrDefault(entry.Metadata.ClrType))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in moved)
        {
            var revision = db.Revisions.Local.FindEntry(name)?.Entity ?? db.Revisions.Attach(new Revision { Name = name }).Entity;
            revision.Value = Guid.NewGuid();
            db.Entry(revision).State = EntityState.Modified;
        }
    }
}

internal sealed class RevisionConfiguration : IEntityTypeConfiguration<Revision>
{
    public void Configure(EntityTypeBuilder<Revision> builder)
    {
        builder.ToTable("revisions");
        builder.HasKey(revision => revision.Name);
        builder.Property(revision => revision.Name).HasMaxLength(32);
        builder.HasData(Revision.Names.Order(StringComparer.Ordinal).Select(name => new Revision { Name = name }));
    }
}
