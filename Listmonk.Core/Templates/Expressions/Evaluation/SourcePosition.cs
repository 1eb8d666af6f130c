namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>Where a piece of a template was written; line and column are one-based.</summary>
internal readonly record struct SourcePosition(string? Source, int Line, int Column)
{
    public TemplateException Error(string message) => new(message, Line, Column, Source);
}
