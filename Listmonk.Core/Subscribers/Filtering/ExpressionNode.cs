namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>A part of the syntax tree, with its position for messages.</summary>
internal abstract record ExpressionNode(int At);

/// <param name="Value">string, long, decimal, bool or null.</param>
internal sealed record LiteralNode(object? Value, int At) : ExpressionNode(At);

internal sealed record ColumnNode(string? Table, string Name, int At) : ExpressionNode(At);

internal sealed record NotNode(ExpressionNode Inner, int At) : ExpressionNode(At);

internal sealed record BinaryNode(string Operator, ExpressionNode Left, ExpressionNode Right, int At) : ExpressionNode(At);

internal sealed record LikeNode(ExpressionNode Value, ExpressionNode Pattern, ExpressionNode? Escape, bool IgnoresCase, bool IsNegated, int At) : ExpressionNode(At);

internal sealed record BetweenNode(ExpressionNode Value, ExpressionNode Low, ExpressionNode High, bool IsNegated, int At) : ExpressionNode(At);

/// <param name="What">null, true or false.</param>
internal sealed record IsNode(ExpressionNode Value, string What, bool IsNegated, int At) : ExpressionNode(At);

internal sealed record InNode(ExpressionNode Value, IReadOnlyList<ExpressionNode> Items, bool IsNegated, int At) : ExpressionNode(At);

internal sealed record InSelectNode(ExpressionNode Value, SelectNode Select, bool IsNegated, int At) : ExpressionNode(At);

internal sealed record ExistsNode(SelectNode Select, int At) : ExpressionNode(At);

internal sealed record ScalarNode(SelectNode Select, int At) : ExpressionNode(At);

internal sealed record FunctionNode(string Name, IReadOnlyList<ExpressionNode> Arguments, bool IsStar, bool IsDistinct, int At) : ExpressionNode(At);

internal sealed record CastNode(ExpressionNode Value, string Type, int At) : ExpressionNode(At);

internal sealed record IntervalNode(string Text, int At) : ExpressionNode(At);

internal sealed record ArrayNode(IReadOnlyList<ExpressionNode> Items, int At) : ExpressionNode(At);

/// <param name="Result">What the sub-query yields; null for <c>1</c> and <c>*</c>.</param>
internal sealed record SelectNode(
    ExpressionNode? Result,
    bool IsDistinct,
    SourceNode From,
    IReadOnlyList<JoinNode> Joins,
    ExpressionNode? Where,
    IReadOnlyList<ExpressionNode> GroupBy,
    ExpressionNode? Having,
    int At);

internal sealed record SourceNode(string Table, string Alias, int At);

internal sealed record JoinNode(SourceNode Source, bool IsLeft, ExpressionNode On);
