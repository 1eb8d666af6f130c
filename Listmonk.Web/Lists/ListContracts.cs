using Listmonk.Core.Lists;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Lists;

/// <summary>A list in the API (spec/api.md 2.2).</summary>
[Example("""
    {
        "id": 1, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9",
        "name": "Weekly news", "type": "public", "optin": "double", "status": "active", "tags": ["news"], "description": "Each Friday.",
        "subscriber_count": 250, "subscriber_statuses": {"confirmed": 245, "unconfirmed": 5}, "subscription_created_at": null, "subscription_updated_at": null
    }
    """)]
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
[Example("""{"name": "Weekly news", "type": "public", "optin": "double", "tags": ["news"], "description": "Each Friday."}""")]
internal sealed record ListRequest
{
    public string? Name { get; init; }

    /// <summary>private or public.</summary>
    public string? Type { get; init; }

    /// <summary>single or double.</summary>
    public string? Optin { get; init; }

    /// <summary>active or archived.</summary>
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
