using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>A parsed statement, before the escaping context of its place is known.</summary>
internal abstract record SyntaxNode(SourcePosition Position);

internal sealed record TextSyntax(SourcePosition Position, string Text) : SyntaxNode(Position);

/// <summary>An output or, when silent, an assignment.</summary>
internal sealed record ActionSyntax(SourcePosition Position, Expression Expression, bool IsSilent) : SyntaxNode(Position);

internal sealed record TrackedLinkSyntax(SourcePosition Position, int Place) : SyntaxNode(Position);

internal sealed record IfSyntax(SourcePosition Position, Expression Condition, List<SyntaxNode> Then, List<SyntaxNode> Otherwise) : SyntaxNode(Position);

internal sealed record WithSyntax(SourcePosition Position, Expression Subject, List<SyntaxNode> Then, List<SyntaxNode> Otherwise) : SyntaxNode(Position);

internal sealed record RangeSyntax(SourcePosition Position, Expression Subject, int KeySlot, int ValueSlot, List<SyntaxNode> Body, List<SyntaxNode> Otherwise) : SyntaxNode(Position);

internal sealed record FlowSyntax(SourcePosition Position, Flow Flow) : SyntaxNode(Position);

internal sealed record TemplateCallSyntax(SourcePosition Position, string Name, Expression? Argument) : SyntaxNode(Position);

/// <summary>A named template and the range of variable slots it owns.</summary>
internal sealed record TemplateDefinition(string Name, List<SyntaxNode> Body, int FirstSlot, int EndSlot);
