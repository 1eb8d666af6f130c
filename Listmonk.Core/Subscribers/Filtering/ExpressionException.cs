namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>An expression that cannot be understood or is not allowed; never leaves the folder.</summary>
internal sealed class ExpressionException(string reason, int at) : Exception(reason)
{
    /// <summary>0-based position in the text.</summary>
    public int At { get; } = at;
}
