using System.Runtime.InteropServices;

namespace Listmonk.Core.Tracking.Links;

/// <summary>What became of one link: a destination, or the reason why it has none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LinkVerdict(LinkReason Reason, string? Destination = null, bool HasExpressions = false, bool IsScoped = false, bool HasOpenScheme = false)
{
    /// <inheritdoc cref="LinkPlace.Decorated"/>
    public string? Decorated { get; init; }
}
