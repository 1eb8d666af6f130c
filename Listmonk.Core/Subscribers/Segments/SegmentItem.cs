namespace Listmonk.Core.Subscribers.Segments;

/// <summary>A segment as pages and the API show it.</summary>
public sealed record SegmentItem(int Id, string Name, string Description, string Expression, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static SegmentItem From(Segment segment) =>
        new(segment.Id, segment.Name, segment.Description, segment.Expression, segment.CreatedAt, segment.UpdatedAt);
}

/// <summary>A segment as a person wants it stored.</summary>
public sealed record SegmentDraft(string Name, string Description, string Expression);
