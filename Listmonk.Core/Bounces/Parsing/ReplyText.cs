using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>The words of a server's answer, made comparable, and the codes and the stage that it names.</summary>
internal sealed partial class ReplyText
{
    /// <summary>Answers are one or two lines; the rest is links and help.</summary>
    private const int LongestText = 4000;

    private ReplyText(string raw)
    {
        Raw = raw;
        Normalized = Normalize(raw);
        ReplyCode = CodeOf(raw);
        Status = StatusOf(raw);
        Stage = StageOf(Normalized);
    }

    public string Raw { get; }

    public string Normalized { get; }

    /// <summary>The first reply code (RFC 5321 §4.2); zero when there is none.</summary>
    public int ReplyCode { get; }

    /// <summary>The first enhanced status code (RFC 3463) that says more than x.0.0, or that one.</summary>
    public string? Status { get; }

    /// <summary>CONN, MAIL, RCPT or DATA, where the text tells what was answered.</summary>
    public string? Stage { get; }

    public static ReplyText Parse(string text)
    {
        var cut = text.Length > LongestText ? text[..LongestText] : text;
        // Some programs put words of their own before the server's: 5.1.0 - Unknown address error 550-'5.7.1 Access denied'.
        var quoted = QuotedReply().Match(cut);
        return new ReplyText(quoted.Success ? $"{quoted.Groups["code"].Value} {quoted.Groups["text"].Value}" : cut);
    }

    /// <summary>Lower case, single blanks, without codes; addresses become <c>@</c>, IP addresses <c>¤</c>.</summary>
    public static string Normalize(string text)
    {
        var lower = text.Length > LongestText ? text[..LongestText].ToLowerInvariant() : text.ToLowerInvariant();
        lower = Address().Replace(lower, "@");
        lower = IpAddress().Replace(lower, "¤");
        lower = Codes().Replace(lower, " ");
        var result = new StringBuilder(lower.Length);
        var gap = false;
        foreach (var c in lower)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                gap = result.Length > 0;
                continue;
            }

            if (gap)
            {
                result.Append(' ');
                gap = false;
            }

            result.Append(c is '’' or '‘' or '`' ? '\'' : c);
        }

        return Prefix().Replace(result.ToString(), "", 1);
    }

    private static int CodeOf(string text)
    {
        var match = ReplyCodes().Match(text);
        return match.Success ? int.Parse(match.Groups["code"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    public static string? StatusOf(string text)
    {
        string? general = null;
        foreach (Match match in Statuses().Matches(text))
        {
            if (!match.Value.EndsWith(".0.0", StringComparison.Ordinal))
            {
                return match.Value;
            }

            general ??= match.Value;
        }

        return general;
    }

    private static string? StageOf(string text)
    {
        foreach (var (stage, phrases) in Stages)
        {
            if (Array.Exists(phrases, phrase => phrase.Matches(text)))
            {
                return stage;
            }
        }

        return null;
    }

    private static readonly (string Stage, Phrase[] Phrases)[] Stages =
    [
        .. RuleFile.Read("phrases.tsv", 3).Where(row => row[0] == "stage").Select(row => (row[1], Phrase.ParseAll(row[2]))),
    ];

    [GeneratedRegex("""<?(?:"[^"]{1,64}"|[^\s<>"():;,\[\]@']{1,64})@[\w.-]{1,255}>?""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Address();

    [GeneratedRegex(@"\[?(?:\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7})\]?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex IpAddress();

    [GeneratedRegex(@"(?<![\w.#])[245][0-5]\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3}|[ :-](?=\D)|$)|(?<![\w.#(])[245]\.\d{1,3}\.\d{1,3}(?![\w.)])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Codes();

    [GeneratedRegex(@"[245]\.\d\.\d - [^\n']{1,80} (?<code>[45]\d\d)-'(?<text>[^\n]{3,1000})'", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex QuotedReply();

    /// <summary>The kind of a Diagnostic-Code, such as <c>smtp;</c>.</summary>
    [GeneratedRegex(@"^[\w-]{1,30}; ?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?<![\w.@#])(?<code>[245][0-5]\d)(?=[\s\-#:,;.)'""]|$)(?!\.\d)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex ReplyCodes();

    [GeneratedRegex(@"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Statuses();
}
