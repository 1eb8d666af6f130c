namespace Listmonk.Core.Tracking.Links;

/// <summary>What a rewriter found in a source: its link places and where the open pixel belongs.</summary>
/// <remarks>
/// <c>PixelOffset</c> is null if no pixel is to be inserted, also where the source places it itself with <c>{{ TrackView }}</c>.
/// <c>Failure</c> is set when the source could not be read: it goes out as it is, untracked.
/// </remarks>
public sealed record LinkRewrite(IReadOnlyList<LinkPlace> Places, int? PixelOffset, bool HasTrackView, string? Failure)
{
    /// <summary>Whether nothing shown may follow the pixel's place: a body element ends there, or markup begins that never ends.</summary>
    public bool IsPixelLast { get; init; }

    internal static LinkRewrite Failed(string reason) => new([], null, HasTrackView: false, reason);
}
