using Listmonk.Core.Subscribers.Segments;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Subscribers;

/// <summary>A segment in the API; ours, listmonk has none.</summary>
[Example("""
    {
        "id": 1, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "name": "Londoners", "description": "",
        "expression": "subscribers.attribs->>'city' = 'London'", "subscriber_count": 42
    }
    """)]
internal sealed record SegmentResponse(int Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string Name, string Description, string Expression, int? SubscriberCount)
{
    public static SegmentResponse From(SegmentItem segment) => From(segment, null);

    /// <param name="segment">As stored.</param>
    /// <param name="count">How many match now; null where it was not counted.</param>
    public static SegmentResponse From(SegmentItem segment, int? count) =>
        new(segment.Id, segment.CreatedAt, segment.UpdatedAt, segment.Name, segment.Description, segment.Expression, count);
}

/// <summary>The body of create, update and preview.</summary>
[Example("""{"name": "Londoners", "description": "People of London.", "expression": "subscribers.attribs->>'city' = 'London'"}""")]
internal sealed record SegmentRequest(string? Name, string? Description, string? Expression)
{
    public SegmentDraft ToDraft() => new(Name ?? "", Description ?? "", Expression ?? "");
}

/// <summary>Who would match: how many, and the first of them.</summary>
[Example("""{"total": 0, "results": []}""")]
internal sealed record SegmentPreviewResponse(int Total, IReadOnlyList<SubscriberResponse> Results);
