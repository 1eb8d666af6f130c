using System.Text;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>Splits an expression into tokens: SQL's literals, quoted names and comments.</summary>
internal static class ExpressionLexer
{
    /// <summary>Longest first, so that <c>-&gt;&gt;</c> is not read as <c>-&gt;</c>.</summary>
    private static readonly string[] Symbols =
    [
        "->>", "#>>", "!~*", "::", "->", "#>", "!=", "<>", "<=", ">=", "||", "~*", "!~", "?|", "?&", "@>", "<@",
        "=", "<", ">", "~", "?", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", ".", ";",
    ];

    public static List<ExpressionToken> Split(string text)
    {
        var tokens = new List<ExpressionToken>();
        var at = 0;
        while (true)
        {
            at = SkipBlanks(text, at);
            if (at >= text.Length)
            {
                tokens.Add(new ExpressionToken(TokenKind.End, "", text.Length));
                return tokens;
            }

            var token = Next(text, ref at);
            tokens.Add(token);
        }
    }

    private static ExpressionToken Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (c is 'E' or 'e' && at + 1 < text.Length && text[at + 1] == '\'')
        {
            at++;
            return new ExpressionToken(TokenKind.Text, Quoted(text, ref at, '\'', hasEscapes: true), start);
        }

        if (c == '\'')
        {
            return new ExpressionToken(TokenKind.Text, Quoted(text, ref at, '\'', hasEscapes: false), start);
        }

        if (c == '"')
        {
            return new ExpressionToken(TokenKind.QuotedName, Quoted(text, ref at, '"', hasEscapes: false), start);
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            return new ExpressionToken(TokenKind.Word, text[start..at], start);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            return new ExpressionToken(TokenKind.Number, text[start..at], start);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new ExpressionToken(TokenKind.Symbol, symbol, start);
            }
        }

        throw new ExpressionException($"unexpected character '{c}'", at);
    }

    private static string Quoted(string text, ref int at, char quote, bool hasEscapes)
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '\\' && hasEscapes && at < text.Length)
            {
                value.Append(text[at++] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    var other => other,
                });
            }
            else if (c == '\0')
            {
                throw new ExpressionException("a zero character cannot be compared", at);
            }
            else if (c != quote)
            {
                value.Append(c);
            }
            else if (at < text.Length && text[at] == quote)
            {
                value.Append(quote);
                at++;
            }
            else
            {
                return value.ToString();
            }
        }

        throw new ExpressionException($"the quote {quote} is never closed", start);
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (string.CompareOrdinal(text, at, "--", 0, 2) == 0)
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end + 1;
            }
            else if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0)
            {
                var end = text.IndexOf("*/", at, StringComparison.Ordinal);
                at = end < 0 ? throw new ExpressionException("the comment is never closed", at) : end + 2;
            }
            else
            {
                break;
            }
        }

        return at;
    }
}
