using System.Text.RegularExpressions;

namespace Listmonk.Web.Shared;

/// <summary>
/// A mail as a mail program on a light or on a dark device shows it, whatever the device is that previews it. A page cannot set a frame's
/// preferred colours, so the mail's styles are asked another question with the same answer.
/// </summary>
internal static partial class MailScheme
{
    public static bool HasDarkStyles(string html) => Query().IsMatch(html);

    public static string Show(string html, bool isDark)
    {
        var scheme = isDark ? "dark" : "light";
        var asked = Query().Replace(html, query => query.Groups["scheme"].ValueSpan.Equals(scheme, StringComparison.OrdinalIgnoreCase) ? "(min-width: 0)" : "(max-width: 0)");
        return Declaration().Replace(asked, declaration => $"{declaration.Groups["before"]}{scheme}");
    }

    [GeneratedRegex(@"\(\s*prefers-color-scheme\s*:\s*(?<scheme>dark|light)\s*\)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query();

    [GeneratedRegex("(?<before>(?<!prefers-)\\bcolor-scheme(\\s*:\\s*|\"\\s+content=\"))(only |light|dark|normal|\\s)+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Declaration();
}
