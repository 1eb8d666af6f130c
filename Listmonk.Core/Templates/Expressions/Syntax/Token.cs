namespace Listmonk.Core.Templates.Expressions.Syntax;

/// <summary>A piece of the source; <see cref="Value"/> is its meaning (a text literal without quotes and escapes).</summary>
internal readonly record struct Token(TokenKind Kind, string Value, int Offset);

internal enum TokenKind
{
    Text,
    Open,
    Close,
    Space,
    Field,
    Variable,
    Word,
    Dot,
    TextLiteral,
    Number,
    Character,
    Pipe,
    Declare,
    Assign,
    Comma,
    OpenParenthesis,
    CloseParenthesis,
    End,
}
