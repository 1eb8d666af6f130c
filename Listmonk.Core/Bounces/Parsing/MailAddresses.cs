using System.Text;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Finds e-mail addresses in the loose ways that reports write them.</summary>
internal static partial class MailAddresses
{
    public static IEnumerable<Match> In(string text) => Pattern().Matches(text);

    public static IEnumerable<string> Of(string? text) => text is null ? [] : Pattern().Matches(text).Select(match => Tidy(match.Value)).Distinct(StringComparer.Ordinal);

    public static string? First(string? text) => Of(text).FirstOrDefault();

    public static string Tidy(string address) => address.Trim('.', '-', '\'', '*', '=').ToLowerInvariant();

    /// <summary>The address of <c>rfc822; a@b</c>, also xtext (RFC 3461 §4) and utf-8 (RFC 6533); null when there is none.</summary>
    public static string? OfField(string? field)
    {
        if (string.IsNullOrWhiteSpace(field))
        {
            return null;
        }

        var semicolon = field.IndexOf(';', StringComparison.Ordinal);
        var value = semicolon >= 0 ? field[(semicolon + 1)..] : field;
        if (semicolon >= 0 && field.AsSpan(0, semicolon).Contains("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            value = Utf8Escape().Replace(value, match => Rune.TryCreate(Convert.ToInt32(match.Groups["code"].Value, 16), out var rune) ? rune.ToString() : match.Value);
        }

        return First(Xtext().Replace(value, match => ((char)Convert.ToInt32(match.Groups["code"].Value, 16)).ToString()));
    }

    [GeneratedRegex("""(?:"[^"@\r\n]{1,64}"|[^\s<>"():;,\[\]@'=]{1,64}(?:=[^\s<>"():;,\[\]@'=]{1,64}){0,6})@(?:[\p{L}\p{N}_-]+\.)*[\p{L}\p{N}_-]+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\\x\{(?<code>[0-9A-Fa-f]{2,6})\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Utf8Escape();

    [GeneratedRegex(@"\+(?<code>2B|3D|40|2E|5F|2D)(?=[\w.@+-])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Xtext();
}
