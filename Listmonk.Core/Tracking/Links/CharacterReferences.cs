using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Decodes HTML character references by the rule for attribute values, once.</summary>
/// <remarks>
/// The rule differs from the one for text: a reference without its semicolon counts only if neither a letter, a digit nor <c>=</c> follows,
/// so that <c>?a=1&amp;copy=2</c> keeps its parameter. The platform's decoder knows the names of HTML 4; the table adds those of HTML 5
/// that stand for ASCII, since they can make up an address. Other names stay as written.
/// </remarks>
internal static class CharacterReferences
{
    private static readonly FrozenDictionary<string, char> Ascii = new Dictionary<string, char>(StringComparer.Ordinal)
    {
        ["Tab"] = '\t',
        ["NewLine"] = '\n',
        ["excl"] = '!',
        ["QUOT"] = '"',
        ["num"] = '#',
        ["dollar"] = '$',
        ["percnt"] = '%',
        ["AMP"] = '&',
        ["lpar"] = '(',
        ["rpar"] = ')',
        ["ast"] = '*',
        ["midast"] = '*',
        ["plus"] = '+',
        ["comma"] = ',',
        ["period"] = '.',
        ["sol"] = '/',
        ["colon"] = ':',
        ["semi"] = ';',
        ["LT"] = '<',
        ["equals"] = '=',
        ["GT"] = '>',
        ["quest"] = '?',
        ["commat"] = '@',
        ["lsqb"] = '[',
        ["lbrack"] = '[',
        ["bsol"] = '\\',
        ["rsqb"] = ']',
        ["rbrack"] = ']',
        ["Hat"] = '^',
        ["lowbar"] = '_',
        ["UnderBar"] = '_',
        ["grave"] = '`',
        ["DiacriticalGrave"] = '`',
        ["lcub"] = '{',
        ["lbrace"] = '{',
        ["verbar"] = '|',
        ["vert"] = '|',
        ["VerticalLine"] = '|',
        ["rcub"] = '}',
        ["rbrace"] = '}',
        ["COPY"] = '©',
        ["REG"] = '®',
        ["NonBreakingSpace"] = '\u00a0',
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void AppendDecoded(StringBuilder output, ReadOnlySpan<char> text)
    {
        while (text.IndexOf('&') is >= 0 and var at)
        {
            output.Append(text[..at]);
            text = text[at..];
            var length = Append(output, text);
            text = text[length..];
        }

        output.Append(text);
    }

    /// <returns>How much of the text, which begins with an ampersand, was used up.</returns>
    private static int Append(StringBuilder output, ReadOnlySpan<char> text)
    {
        var length = text.Length > 1 && text[1] == '#' ? AppendNumeric(output, text) : AppendNamed(output, text);
        if (length == 0)
        {
            output.Append('&');
            length = 1;
        }

        return length;
    }

    private static int AppendNamed(StringBuilder output, ReadOnlySpan<char> text)
    {
        // Longer runs are no names; the bound keeps a row of ampersand-free letters from being copied.
        const int LongestName = 32;
        var end = 1;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        var name = text[1..end];
        if (name.Length is 0 or > LongestName)
        {
            return 0;
        }

        var hasSemicolon = end < text.Length && text[end] == ';';
        if (!hasSemicolon && end < text.Length && text[end] == '=')
        {
            return 0;
        }

        if (!TryFind(name.ToString(), out var decoded) || (!hasSemicolon && !IsLegacy(name, decoded)))
        {
            return 0;
        }

        output.Append(decoded);
        return hasSemicolon ? end + 1 : end;
    }

    private static bool TryFind(string name, out string decoded)
    {
        if (Ascii.TryGetValue(name, out var character))
        {
            decoded = character.ToString();
            return true;
        }

        var reference = $"&{name};";
        decoded = WebUtility.HtmlDecode(reference);
        return decoded != reference;
    }

    /// <summary>The names that HTML reads without semicolon: those of Latin-1 and four of ASCII, in both cases.</summary>
    private static bool IsLegacy(ReadOnlySpan<char> name, string decoded) =>
        name is "amp" or "AMP" or "lt" or "LT" or "gt" or "GT" or "quot" or "QUOT" or "COPY" or "REG"
        || (decoded.Length == 1 && decoded[0] is >= '\u00a0' and <= '\u00ff' && name is not "NonBreakingSpace");

    private static int AppendNumeric(StringBuilder output, ReadOnlySpan<char> text)
    {
        var isHex = text.Length > 2 && text[2] is 'x' or 'X';
        var start = isHex ? 3 : 2;
        var end = start;
        while (end < text.Length && (isHex ? char.IsAsciiHexDigit(text[end]) : char.IsAsciiDigit(text[end])))
        {
            end++;
        }

        if (end == start)
        {
            return 0;
        }

        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        var isKnown = uint.TryParse(text[start..end], style, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value) && value != 0;
        output.Append(isKnown ? Windows1252((int)value).ToString() : "\ufffd");
        return end < text.Length && text[end] == ';' ? end + 1 : end;
    }

    private static Rune Windows1252(int value)
    {
        const string C1 = "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
            + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
        return value is >= 0x80 and < 0xa0 ? new Rune(C1[value - 0x80]) : new Rune(value);
    }
}
