using System.Net;
using System.Text;

namespace Listmonk.Core.Templates;

/// <summary>Finds the expressions in a text that a person wrote, so that what surrounds them can be changed and they cannot.</summary>
internal static class ExpressionText
{
    /// <summary>The end of an expression whose content starts at <paramref name="at"/>: behind the first <c>}}</c> outside a text literal or comment; -1 if it is not closed.</summary>
    public static int End(string text, int at)
    {
        if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0 || string.CompareOrdinal(text, at, "- /*", 0, 4) == 0)
        {
            at = Math.Max(at, text.IndexOf("*/", at, StringComparison.Ordinal));
        }

        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote != '\0')
            {
                if (c == '\\' && quote != '`')
                {
                    at++;
                }
                else if (c == quote)
                {
                    quote = '\0';
                }
            }
            else if (c is '"' or '`')
            {
                quote = c;
            }
            else if (c == '}' && at + 1 < text.Length && text[at + 1] == '}')
            {
                return at + 2;
            }
        }

        return -1;
    }

    /// <summary>Encodes for HTML text and quoted attributes; expressions are code and stay as they are.</summary>
    public static string Encode(string text) => Transform(text, static part => WebUtility.HtmlEncode(part), static expression => expression);

    /// <summary>Rewrites what stands between expressions, and the expressions themselves.</summary>
    public static string Transform(string text, Func<string, string> plain, Func<string, string> expression)
    {
        var result = new StringBuilder(text.Length + 16);
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open && End(text, open + 2) is >= 0 and var close)
        {
            result.Append(plain(text[at..open])).Append(expression(text[open..close]));
            at = close;
        }

        return result.Append(plain(text[at..])).ToString();
    }
}
