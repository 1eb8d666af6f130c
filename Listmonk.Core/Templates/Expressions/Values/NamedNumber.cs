namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>A number that prints as a word: months and weekdays.</summary>
internal sealed record NamedNumber(long Number, string Name)
{
    public override string ToString() => Name;
}
