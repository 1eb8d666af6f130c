namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>How a node ended: ran through, or asks the enclosing range to stop or go on.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}
