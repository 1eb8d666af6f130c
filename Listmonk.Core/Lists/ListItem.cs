namespace Listmonk.Core.Lists;

/// <summary>A list as pages and the API show it.</summary>
public sealed record ListItem
{
    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public required string Name { get; init; }

    public required ListType Type { get; init; }

    public required ListOptin Optin { get; init; }

    public required ListStatus Status { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required string Description { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Subscriptions by status (its API spelling), only those that occur; null when counts were not asked for.</summary>
    public IReadOnlyDictionary<string, int>? Counts { get; init; }

    public int SubscriberCount => Counts?.Values.Sum() ?? 0;

    internal static ListItem From(MailingList list, IReadOnlyDictionary<string, int>? counts) => new()
    {
        Id = list.Id,
        Uuid = list.Uuid,
        Name = list.Name,
        Type = list.Type,
        Optin = list.Optin,
        Status = list.Status,
        Tags = list.Tags,
        Description = list.Description,
        CreatedAt = list.CreatedAt,
        UpdatedAt = list.UpdatedAt,
        Counts = counts,
    };
}
