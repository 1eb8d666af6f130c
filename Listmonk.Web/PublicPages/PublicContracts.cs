namespace Listmonk.Web.PublicPages;

/// <summary>A list that everybody may join.</summary>
internal sealed record PublicListResponse(Guid Uuid, string Name);

/// <summary>Asks to join lists.</summary>
internal sealed record PublicSubscriptionRequest
{
    public string? Email { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string>? ListUuids { get; init; }
}

/// <summary>Whether one of the lists asks for a confirmation by mail.</summary>
internal sealed record PublicSubscriptionResponse(bool HasOptin);

/// <summary>A campaign in the public archive; the content is read under its address.</summary>
internal sealed record ArchiveResponse(Guid Uuid, string Subject, string Content, DateTimeOffset CreatedAt, DateTimeOffset? SendAt, string Url);
