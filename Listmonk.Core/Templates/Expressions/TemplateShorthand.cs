using System.Text;
using Listmonk.Core.Templates.Expressions.Functions;
using Listmonk.Core.Templates.Expressions.Syntax;

namespace Listmonk.Core.Templates.Expressions;

/// <summary>
/// Expands <c>https://…@TrackLink</c> into a call of TrackLink; the URL may hold expressions. Compiling a campaign does it by itself;
/// who looks for links in the source does it first. (The other shorthand of listmonk, calls without the dot, needs no expansion here.)
/// </summary>
public static class TemplateShorthand
{
    private const string Suffix = "@TrackLink";
    private const int MaxUrlLength = 8192;

    public static string Expand(string source)
    {
        var found = source.IndexOf(Suffix, StringComparison.Ordinal);
        if (found < 0)
        {
            return source;
        }

        var expanded = new StringBuilder(source.Length + 64);
        var copied = 0;
        while (found >= 0)
        {
            var after = found + Suffix.Length;
            if (TryFindUrl(source, copied, found, out var start, out var arguments))
            {
                expanded.Append(source, copied, start - copied).Append("{{ TrackLink ").Append(arguments).Append(" }}");
                copied = after;
            }

            found = source.IndexOf(Suffix, after, StringComparison.Ordinal);
        }

        return expanded.Append(source, copied, source.Length - copied).ToString();
    }

    private static bool TryFindUrl(string source, int least, int end, out int start, out string arguments)
    {
        (start, arguments) = (-1, string.Empty);
        least = Math.Max(least, end - MaxUrlLength);
        var at = end;
        while (at > least)
        {
            if (source[at - 1] == '}' && at - 2 >= least && source[at - 2] == '}')
            {
                var open = source.LastIndexOf("{{", at - 2, at - 2 - least + 1, StringComparison.Ordinal);
                if (open < 0)
                {
                    break;
                }

                at = open;
            }
            else if (IsUrlCharacter(source[at - 1]))
            {
                at--;
            }
            else
            {
                break;
            }
        }

        // The leftmost scheme of the run: "[a](https://x" is one run, too.
        for (var i = at; i < end; i++)
        {
            if (string.CompareOrdinal(source, i, "{{", 0, 2) == 0)
            {
                i = source.IndexOf("}}", i, StringComparison.Ordinal) + 1;
            }
            else if (string.CompareOrdinal(source, i, "http://", 0, 7) == 0 || string.CompareOrdinal(source, i, "https://", 0, 8) == 0)
            {
                start = i;
                break;
            }
        }

        return start >= 0 && TryWriteArguments(source[start..end], out arguments);
    }

    private static bool TryWriteArguments(string url, out string arguments)
    {
        arguments = string.Empty;
        if (!url.Contains("{{", StringComparison.Ordinal))
        {
            arguments = $"\"{url}\"";
            return true;
        }

        // Texts and values take turns; the function percent-encodes the values.
        var written = new StringBuilder("(").Append(FunctionTable.JoinUrl);
        var textIsDue = true;
        List<Token> tokens;
        try
        {
            tokens = Lexer.Read(new SourceText(url, null));
        }
        catch (TemplateException)
        {
            return false;
        }

        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i].Kind)
            {
                case TokenKind.Text:
                    written.Append(" \"").Append(tokens[i].Value).Append('"');
                    textIsDue = false;
                    break;
                case TokenKind.Open:
                    var close = tokens.FindIndex(i, token => token.Kind == TokenKind.Close);
                    var first = tokens.FindIndex(i + 1, token => token.Kind != TokenKind.Space);
                    if (tokens[first] is { Kind: TokenKind.Close } or { Kind: TokenKind.Word, Value: "if" or "else" or "end" or "range" or "with" or "define" or "block" or "template" or "break" or "continue" }
                        || tokens.FindIndex(i, close - i, token => token.Kind is TokenKind.Declare or TokenKind.Assign) >= 0)
                    {
                        // Branches inside the URL: left as written.
                        return false;
                    }

                    var begin = tokens[first].Offset;
                    written.Append(textIsDue ? " \"\" (" : " (").Append(url, begin, tokens[close].Offset - begin).Append(')');
                    textIsDue = true;
                    i = close;
                    break;
            }
        }

        arguments = written.Append(')').ToString();
        return true;
    }

    // Letters, digits and the punctuation of RFC 3986, quotes and blanks excepted.
    private static bool IsUrlCharacter(char c) => char.IsLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '/' or '?' or '#' or '[' or ']' or '@' or '!' or '$' or '&' or '(' or ')' or '*' or '+' or ',' or ';' or '=' or '%' || char.IsSurrogate(c);
}
