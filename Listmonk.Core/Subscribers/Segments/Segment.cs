namespace Listmonk.Core.Subscribers.Segments;

/// <summary>A saved query over people. It holds no members: who matches is asked each time, last when a mail goes out (decision 0034).</summary>
public sealed class Segment
{
    public const int MaxNameLength = 200;
    public const int MaxDescriptionLength = 1000;

    public int Id { get; set; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>A condition in the language of the folder Filtering (spec/subscribers.md 6 and 7).</summary>
    public required string Expression { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
