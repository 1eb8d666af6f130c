using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using HtmlAgilityPack;

namespace Listmonk.Core.Campaigns.Conversion;

/// <summary>
/// Writes a document as Markdown. Tables of data become pipe tables; tables that only lay out a mail, as most do, are read cell by cell.
/// What Markdown has no sign for but HTML has (underlined, superscript) stays as HTML inside it; styles are dropped.
/// </summary>
internal static partial class HtmlMarkdown
{
    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "html", "body", "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    };

    public static string Of(string html)
    {
        var document = new MarkedHtml(html);
        var text = document.Restore(Of(document.Root.ChildNodes));
        return text.Length == 0 ? "" : text + "\n";
    }

    /// <summary>The same for a run of neighbouring nodes of a document that the caller has parsed.</summary>
    public static string Of(IEnumerable<HtmlNode> nodes) => string.Join("\n\n", BlocksOf(nodes));

    /// <summary>A table with a head row, cells of plain text and nothing inside them but text.</summary>
    public static bool IsDataTable(HtmlNode table)
    {
        var rows = Rows(table);
        return rows.Count > 1 && rows[0].Count > 1
            && rows[0].TrueForAll(cell => cell.Name == "th")
            && rows.TrueForAll(row => row.Count == rows[0].Count && row.TrueForAll(cell => !HoldsBlocks(cell) && !cell.Attributes.Contains("colspan") && !cell.Attributes.Contains("rowspan")));
    }

    private static List<string> BlocksOf(HtmlNode parent) => BlocksOf(parent.ChildNodes);

    private static List<string> BlocksOf(IEnumerable<HtmlNode> nodes)
    {
        var blocks = new List<string>();
        var line = new StringBuilder();
        void EndLine()
        {
            if (Paragraph(line.ToString()) is { Length: > 0 } paragraph)
            {
                blocks.Add(paragraph);
            }

            line.Clear();
        }

        foreach (var child in nodes)
        {
            if (IsLeftOut(child))
            {
                continue;
            }

            if (Blocks.Contains(child.Name) || (child.Name != "a" && HoldsBlocks(child)))
            {
                EndLine();
                blocks.AddRange(BlockOf(child));
            }
            else
            {
                WriteInline(child, line);
            }
        }

        EndLine();
        return blocks;
    }

    private static IEnumerable<string> BlockOf(HtmlNode node) => node.Name switch
    {
        ['h', >= '1' and <= '6'] => Heading(node),
        "hr" => ["---"],
        "blockquote" => [Prefixed(BlocksOf(node), "> ")],
        "pre" => [$"```\n{WebUtility.HtmlDecode(node.InnerText).Trim('\n')}\n```"],
        "ul" or "ol" => [List(node)],
        "table" when IsDataTable(node) => [Table(node)],
        _ => BlocksOf(node),
    };

    private static IEnumerable<string> Heading(HtmlNode node)
    {
        var text = InlineOf(node).Replace("\\\n", " ", StringComparison.Ordinal).Trim();
        return text.Length == 0 ? [] : [$"{new string('#', node.Name[1] - '0')} {text}"];
    }

    private static string List(HtmlNode list)
    {
        var items = new List<string>();
        var number = list.GetAttributeValue("start", 1);
        foreach (var item in list.ChildNodes.Where(child => child.Name == "li"))
        {
            var marker = list.Name == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            var blocks = BlocksOf(item);
            var isTight = blocks.Count < 2 || item.ChildNodes.All(child => child.Name != "p");
            var lines = string.Join(isTight ? "\n" : "\n\n", blocks).Split('\n');
            items.Add(marker + string.Join('\n', lines.Select((line, index) => index == 0 || line.Length == 0 ? line : new string(' ', marker.Length) + line)));
        }

        return string.Join('\n', items);
    }

    private static string Table(HtmlNode table)
    {
        var rows = Rows(table);
        var text = new StringBuilder();
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows[row].Select(cell => InlineOf(cell).Replace("\\\n", " ", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Trim());
            text.Append(row == 0 ? "" : "\n").Append("| ").AppendJoin(" | ", cells).Append(" |");
            if (row == 0)
            {
                text.Append('\n').Append("| ").AppendJoin(" | ", rows[0].Select(_ => "---")).Append(" |");
            }
        }

        return text.ToString();
    }

    private static List<List<HtmlNode>> Rows(HtmlNode table) =>
        [.. table.Descendants("tr").Select(row => row.ChildNodes.Where(cell => cell.Name is "td" or "th").ToList()).Where(row => row.Count > 0)];

    private static string InlineOf(HtmlNode node)
    {
        var text = new StringBuilder();
        foreach (var child in node.ChildNodes.Where(child => !IsLeftOut(child)))
        {
            WriteInline(child, text);
        }

        return Spaces().Replace(text.ToString(), " ");
    }

    private static void WriteInline(HtmlNode node, StringBuilder text)
    {
        if (node is HtmlTextNode literal)
        {
            text.Append(Escape(Spaces().Replace(WebUtility.HtmlDecode(literal.Text).ReplaceLineEndings(" "), " ")));
            return;
        }

        switch (node.Name)
        {
            case "br":
                text.Append("\\\n");
                break;
            case "b" or "strong":
                Surround(node, "**", "**", text);
                break;
            case "i" or "em":
                Surround(node, "*", "*", text);
                break;
            case "s" or "del" or "strike":
                Surround(node, "~~", "~~", text);
                break;
            case "u" or "sup" or "sub" or "small":
                Surround(node, $"<{node.Name}>", $"</{node.Name}>", text);
                break;
            case "code":
                text.Append('`').Append(WebUtility.HtmlDecode(node.InnerText)).Append('`');
                break;
            case "img":
                text.Append("![").Append(Escape(WebUtility.HtmlDecode(node.GetAttributeValue("alt", "")))).Append("](").Append(Address(node, "src")).Append(')');
                break;
            case "a" when node.Attributes.Contains("href"):
                Surround(node, "[", $"]({Address(node, "href")})", text);
                break;
            default:
                text.Append(InlineOf(node));
                break;
        }
    }

    /// <summary>Markdown's signs must touch the words: blanks at the edges go outside.</summary>
    private static void Surround(HtmlNode node, string before, string after, StringBuilder text)
    {
        var inner = InlineOf(node);
        var core = inner.Trim();
        if (core.Length == 0)
        {
            text.Append(inner);
            return;
        }

        text.Append(inner[0] == ' ' ? " " : "").Append(before).Append(core).Append(after).Append(inner[^1] == ' ' ? " " : "");
    }

    private static string Address(HtmlNode node, string attribute)
    {
        var address = WebUtility.HtmlDecode(node.GetAttributeValue(attribute, "")).Trim();
        var isPlain = !address.AsSpan().ContainsAny(" ()<>") && address.Length > 0;
        var title = WebUtility.HtmlDecode(node.GetAttributeValue("title", ""));
        return (isPlain ? address : $"<{address}>") + (title.Length > 0 ? $" \"{title.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : "");
    }

    private static string Paragraph(string line)
    {
        var lines = Spaces().Replace(line, " ").Split('\n').Select(part => part.Trim());
        var text = string.Join('\n', lines).Trim();
        while (text.EndsWith('\\') && text.Length > 0)
        {
            // A line break at the end of a paragraph breaks nothing.
            text = text[..^1].TrimEnd();
        }

        return BlockSigns().Replace(text, match => match.Groups["number"].Success ? $"{match.Groups["number"]}\\{match.Groups["dot"]}" : $"\\{match.Value}");
    }

    private static string Prefixed(List<string> blocks, string prefix) =>
        string.Join('\n', string.Join("\n\n", blocks).Split('\n').Select(line => (prefix + line).TrimEnd()));

    private static bool IsLeftOut(HtmlNode node) => node is HtmlCommentNode || node.Name is "script" or "style" or "head" or "title" or "meta" or "link";

    private static bool HoldsBlocks(HtmlNode node) => node.Descendants().Any(inner => Blocks.Contains(inner.Name));

    /// <summary>Escapes the signs that would mean something in Markdown; underscores inside words mean nothing.</summary>
    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            var isSign = c is '\\' or '*' or '`' or '[' or ']' or '<'
                || (c == '_' && !(at > 0 && at + 1 < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at + 1])))
                || (c == '~' && at + 1 < text.Length && text[at + 1] == '~');
            if (c == '\u00A0')
            {
                result.Append("&nbsp;");
            }
            else if (c == '&' && Entity().IsMatch(text.AsSpan(at)))
            {
                result.Append("&amp;");
            }
            else
            {
                result.Append(isSign ? "\\" : "").Append(c);
            }
        }

        return result.ToString();
    }

    [GeneratedRegex("[ \t\r]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^(?:(?<number>\d{1,9})(?<dot>[.)])(?=\s)|[#>+\-](?=\s)|[#]{2,6}(?=\s)|-{3,}$|={3,}$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BlockSigns();

    [GeneratedRegex(@"^&(#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Entity();
}
