namespace Listmonk.Core.Templates.Expressions;

/// <summary>What one rendering may cost before it is stopped with a <see cref="TemplateException"/>.</summary>
public sealed record TemplateLimits
{
    public static TemplateLimits Default { get; } = new();

    /// <summary>Nodes executed, functions called, list elements made or visited.</summary>
    public int MaxSteps { get; init; } = 200_000;

    /// <summary>UTF-16 units, both for the whole output and for any single text made on the way.</summary>
    public int MaxOutputLength { get; init; } = 4 * 1024 * 1024;

    /// <summary>Templates calling templates.</summary>
    public int MaxDepth { get; init; } = 50;

    public TimeSpan RegexTimeout { get; init; } = TimeSpan.FromMilliseconds(100);
}
