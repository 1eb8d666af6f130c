namespace Listmonk.Core.Templates.Expressions;

/// <summary>Markup that is written into element text without escaping; what <c>Safe</c> and <c>TrackView</c> return.</summary>
public sealed record SafeHtml(string Markup)
{
    public override string ToString() => Markup;
}
