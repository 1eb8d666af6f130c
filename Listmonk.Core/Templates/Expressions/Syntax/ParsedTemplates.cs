using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>What the sources of one template share: definitions by name, variable slots, usage.</summary>
internal sealed class ParsedTemplates
{
    public Dictionary<string, TemplateDefinition> Definitions { get; } = new(StringComparer.Ordinal);

    /// <summary>The slots of <c>$</c>, one per definition.</summary>
    public List<int> RootSlots { get; } = [];

    public TemplateUsage Usage { get; } = new();

    public int SlotCount { get; set; }
}
