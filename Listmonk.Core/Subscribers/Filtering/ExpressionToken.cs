namespace Listmonk.Core.Subscribers.Filtering;

internal enum TokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Symbol,
    End,
}

/// <summary>One word of an expression with its position.</summary>
/// <param name="Value">The text without quotes; a <see cref="TokenKind.Word"/> as written.</param>
internal readonly record struct ExpressionToken(TokenKind Kind, string Value, int At)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Value == symbol;

    public bool IsWord(string word) => Kind == TokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);
}
