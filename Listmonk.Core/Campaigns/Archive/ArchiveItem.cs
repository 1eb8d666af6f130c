namespace Listmonk.Core.Campaigns.Archive;

/// <summary>A campaign in the public archive.</summary>
/// <param name="Url">Absolute.</param>
public sealed record ArchiveItem(Guid Uuid, string Subject, DateTimeOffset CreatedAt, DateTimeOffset? SendAt, DateTimeOffset SentAt, string Url);

/// <summary>A campaign in the archive with its message; null when it cannot be rendered.</summary>
public sealed record ArchiveEntry(ArchiveItem Item, MessagePage? Message);
