using System.Text;
using HtmlAgilityPack;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>Writes parts of an HTML document as Markdown; what has no counterpart leaves its text.</summary>
internal static class HtmlMarkdown
{
    private const int MaxDepth = 60;

    public static void Write(HtmlNode node, StringBuilder text) => Write(node, text, 0);

    private static void Write(HtmlNode node, StringBuilder text, int depth)
    {
        switch (node)
        {
            case HtmlCommentNode:
                return;
            case HtmlTextNode words:
                Words(words, text);
                return;
        }

        if (depth > MaxDepth || node.Name is "script" or "style" or "head" or "title" or "template" or "noscript")
        {
            return;
        }

        switch (node.Name)
        {
            case "br":
                text.Append("  \n");
                break;
            case "b" or "strong":
                Wrapped(node, text, depth, "**");
                break;
            case "i" or "em":
                Wrapped(node, text, depth, "*");
                break;
            case "s" or "del" or "strike":
                Wrapped(node, text, depth, "~~");
                break;
            case "code":
                text.Append('`').Append(HtmlEntity.DeEntitize(node.InnerText)).Append('`');
                break;
            case "a" when node.GetAttributeValue("href", "") is { Length: > 0 } address:
                var link = Inner(node, depth).Trim();
                text.Append(link.Length == 0 ? "" : $"[{link}]({HtmlEntity.DeEntitize(address).Replace(" ", "%20", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})");
                break;
            case "img":
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"![{HtmlEntity.DeEntitize(node.GetAttributeValue("alt", ""))}]({HtmlEntity.DeEntitize(node.GetAttributeValue("src", ""))})");
                break;
            case "ul" or "ol":
                Items(node, text, depth);
                break;
            case "blockquote":
                text.Append("\n\n").AppendJoin('\n', Inner(node, depth).Trim().Split('\n').Select(line => $"> {line}")).Append("\n\n");
                break;
            case "pre":
                text.Append("\n\n```\n").Append(HtmlEntity.DeEntitize(node.InnerText).Trim('\n')).Append("\n```\n\n");
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                text.Append("\n\n").Append('#', node.Name[1] - '0').Append(' ').Append(Inner(node, depth).Trim().Replace('\n', ' ')).Append("\n\n");
                break;
            case "p" or "div" or "table" or "tr" or "section" or "center":
                text.Append("\n\n").Append(Inner(node, depth).Trim()).Append("\n\n");
                break;
            case "td" or "th":
                text.Append(Inner(node, depth).Trim()).Append(' ');
                break;
            default:
                Children(node, text, depth);
                break;
        }
    }

    private static void Words(HtmlTextNode node, StringBuilder text)
    {
        var decoded = HtmlEntity.DeEntitize(node.Text);
        var words = string.Join(' ', decoded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Length == 0)
        {
            if (decoded.Length > 0 && text.Length > 0 && !char.IsWhiteSpace(text[^1]))
            {
                text.Append(' ');
            }

            return;
        }

        if (char.IsWhiteSpace(decoded[0]) && text.Length > 0 && !char.IsWhiteSpace(text[^1]))
        {
            text.Append(' ');
        }

        foreach (var letter in words)
        {
            // Only what would change the meaning in running text.
            text.Append(letter is '*' or '_' or '`' or '[' or ']' or '<' or '\\' ? $"\\{letter}" : letter.ToString());
        }

        if (char.IsWhiteSpace(decoded[^1]))
        {
            text.Append(' ');
        }
    }

    /// <summary>Marks hold only around words without blanks at their ends.</summary>
    private static void Wrapped(HtmlNode node, StringBuilder text, int depth, string mark)
    {
        var inner = Inner(node, depth);
        var words = inner.Trim();
        if (words.Length == 0 || words.Contains("\n\n", StringComparison.Ordinal))
        {
            text.Append(inner);
            return;
        }

        text.Append(char.IsWhiteSpace(inner[0]) ? " " : "").Append(mark).Append(words).Append(mark).Append(char.IsWhiteSpace(inner[^1]) ? " " : "");
    }

    private static void Items(HtmlNode list, StringBuilder text, int depth)
    {
        text.Append("\n\n");
        var number = 1;
        foreach (var item in list.ChildNodes.Where(child => child.Name == "li"))
        {
            var mark = list.Name == "ol" ? $"{number++}. " : "- ";
            var lines = Inner(item, depth).Trim().Split('\n');
            text.Append(mark).AppendJoin("\n" + new string(' ', mark.Length), lines).Append('\n');
        }

        text.Append('\n');
    }

    private static string Inner(HtmlNode node, int depth)
    {
        var inner = new StringBuilder();
        Children(node, inner, depth);
        return inner.ToString();
    }

    private static void Children(HtmlNode node, StringBuilder text, int depth)
    {
        foreach (var child in node.ChildNodes)
        {
            Write(child, text, depth + 1);
        }
    }
}
