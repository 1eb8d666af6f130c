using Listmonk.Core.Lists;
using Listmonk.Web.Api;

namespace Listmonk.Web.Lists;

/// <summary>A list in the API (spec/api.md 2.2).</summary>
internal sealed record ListResponse(
    int Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    Guid Uuid,
    string Name,
    ListType Type,
    ListOptin Optin,
    ListStatus Status,
    IReadOnlyList<string> Tags,
    string Description,
    int SubscriberCount,
    IReadOnlyDictionary<string, int>? SubscriberStatuses)
{
    /// <summary>Always null here; present because strict clients expect the member.</summary>
    public DateTimeOffset? SubscriptionCreatedAt { get; init; }

    public DateTimeOffset? SubscriptionUpdatedAt { get; init; }

    public static ListResponse From(ListItem list) => new(
        list.Id, list.CreatedAt, list.UpdatedAt, list.Uuid, list.Name, list.Type, list.Optin, list.Status, list.Tags, list.Description,
        list.SubscriberCount, list.Counts);
}

/// <summary>The body of create and update; absent members keep the present value.</summary>
internal sealed record ListRequest
{
    public string? Name { get; init; }

    public string? Type { get; init; }

    public string? Optin { get; init; }

    public string? Status { get; init; }

    public Optional<List<string>> Tags { get; init; }

    public string? Description { get; init; }

    public ListDraft ToDraft() => new()
    {
        Name = Name ?? "",
        Type = EnumField.Parse<ListType>(Type, "type"),
        Optin = EnumField.Parse<ListOptin>(Optin, "optin"),
        Status = EnumField.Parse<ListStatus>(Status, "status"),
        Tags = Tags.IsPresent ? Tags.Value ?? [] : null,
        Description = Description,
    };
}
