using System.Net;
using System.Text;
using HtmlAgilityPack;
using Listmonk.Core.Templates;

namespace Listmonk.Core.Campaigns;

/// <summary>Carries a body from one format to another as well as it goes; what has no counterpart is lost.</summary>
public static class CampaignBodyConversion
{
    public static bool IsHtml(CampaignContentType type) =>
        type is CampaignContentType.Html or CampaignContentType.Richtext or CampaignContentType.Visual;

    /// <summary>HTML becomes text only for plain mails: Markdown may hold HTML as it is.</summary>
    public static string Convert(string body, CampaignContentType from, CampaignContentType to) => (from, to) switch
    {
        (CampaignContentType.Markdown, _) when IsHtml(to) => MarkdownBody.ToHtml(body),
        (CampaignContentType.Plain, _) when IsHtml(to) => FromPlain(body),
        (_, CampaignContentType.Plain) when IsHtml(from) => ToPlain(body),
        _ => body,
    };

    /// <summary>The text of a document: one line a block, links followed by their address.</summary>
    public static string ToPlain(string html)
    {
        var document = new HtmlDocument();
        document.LoadHtml(html);
        var text = new StringBuilder();
        Write(document.DocumentNode, text);
        var lines = text.ToString().Split('\n').Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return string.Join('\n', Squeezed(lines)).Trim() + "\n";
    }

    private static string FromPlain(string text)
    {
        var paragraphs = text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(paragraph => $"<p>{Encode(paragraph.Trim('\n')).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>");
        return string.Join('\n', paragraphs) + "\n";
    }

    /// <summary>Expressions are code, not text: their quotes stay.</summary>
    private static string Encode(string text)
    {
        var html = new StringBuilder();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open
            && text.IndexOf("}}", open, StringComparison.Ordinal) is >= 0 and var close)
        {
            html.Append(WebUtility.HtmlEncode(text[at..open])).Append(text, open, close + 2 - open);
            at = close + 2;
        }

        return html.Append(WebUtility.HtmlEncode(text[at..])).ToString();
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
