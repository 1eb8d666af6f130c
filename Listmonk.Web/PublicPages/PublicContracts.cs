using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.PublicPages;

/// <summary>A list that everybody may join.</summary>
[Example("""{"uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9", "name": "Weekly news"}""")]
internal sealed record PublicListResponse(Guid Uuid, string Name);

/// <summary>Asks to join lists.</summary>
[Example("""{"email": "ada@example.com", "name": "Ada Lovelace", "list_uuids": ["ce13e971-c2ed-4069-bd0c-240e9a9f56f9"]}""")]
internal sealed record PublicSubscriptionRequest
{
    public string? Email { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string>? ListUuids { get; init; }
}

/// <summary>Whether one of the lists asks for a confirmation by mail.</summary>
[Example("""{"has_optin": true}""")]
internal sealed record PublicSubscriptionResponse(bool HasOptin);

/// <summary>A campaign in the public archive; the content is read under its address.</summary>
[Example("""
    {
        "uuid": "b5f1b2c4-9d0e-4a53-8d5d-6f5f3e0a1b2c", "subject": "News of March", "content": "", "created_at": "2026-03-01T09:30:00Z", "send_at": null,
        "url": "https://news.example.com/archive/march"
    }
    """)]
internal sealed record ArchiveResponse(Guid Uuid, string Subject, string Content, DateTimeOffset CreatedAt, DateTimeOffset? SendAt, string Url);
