using System.Net;
using System.Text;
using HtmlAgilityPack;

namespace Listmonk.Core.Campaigns.Conversion;

/// <summary>The text of a document: one line a block, links followed by their address. Expressions stay.</summary>
public static class HtmlText
{
    public static string Of(string html)
    {
        var document = new MarkedHtml(html);
        var text = new StringBuilder();
        Write(document.Root, text);
        var lines = text.ToString().Split('\n').Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return document.Restore(string.Join('\n', Squeezed(lines)).Trim()) + "\n";
    }

    private static void Write(HtmlNode node, StringBuilder text)
    {
        switch (node)
        {
            case HtmlTextNode textNode:
                text.Append(WebUtility.HtmlDecode(textNode.Text).ReplaceLineEndings(" "));
                return;
            case HtmlCommentNode:
                return;
        }

        if (node.Name is "script" or "style" or "head" or "title")
        {
            return;
        }

        var isBlock = node.Name is "p" or "div" or "table" or "tr" or "ul" or "ol" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "blockquote" or "section" or "hr";
        if (isBlock || node.Name is "br" or "li")
        {
            text.Append(isBlock ? "\n\n" : "\n");
        }

        if (node.Name == "li")
        {
            text.Append("- ");
        }

        foreach (var child in node.ChildNodes)
        {
            Write(child, text);
        }

        if (node.Name is "td" or "th")
        {
            text.Append(' ');
        }

        if (node.Name == "a" && node.GetAttributeValue("href", "") is { Length: > 0 } href && href != node.InnerText.Trim())
        {
            text.Append(" (").Append(WebUtility.HtmlDecode(href)).Append(')');
        }

        if (isBlock)
        {
            text.Append("\n\n");
        }
    }

    private static IEnumerable<string> Squeezed(IEnumerable<string> lines)
    {
        var wasEmpty = false;
        foreach (var line in lines)
        {
            if (line.Length > 0 || !wasEmpty)
            {
                yield return line;
            }

            wasEmpty = line.Length == 0;
        }
    }
}
