namespace Listmonk.Core.Templates.Expressions.Evaluation;

/// <summary>A failure inside an expression, before its position in the source is known.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
