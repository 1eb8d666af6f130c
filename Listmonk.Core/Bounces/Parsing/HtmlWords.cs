using System.Net;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>The words of an HTML report, line by line; for reading by rules, not by people.</summary>
internal static partial class HtmlWords
{
    public static string Of(string html)
    {
        var text = Hidden().Replace(html, " ");
        text = Breaks().Replace(text.ReplaceLineEndings(" "), "\n");
        return WebUtility.HtmlDecode(Tags().Replace(text, ""));
    }

    [GeneratedRegex(@"<(?<name>style|script|head)\b.*?</\k<name>>|<!--.*?-->", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"<\s*(?:br|/?p|/?div|/?tr|/?li|/?h\d|hr|/td)\b[^<>]{0,1000}>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Breaks();

    [GeneratedRegex(@"</?(?:[a-zA-Z][a-zA-Z0-9:]{0,20}|!\w{1,20})(?:[\s/][^<>]{0,2000})?>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Tags();
}
