using HtmlAgilityPack;
using Listmonk.Core.Templates;

namespace Listmonk.Core.Campaigns.Conversion;

/// <summary>Looks for what a document holds and a simpler format cannot.</summary>
internal static class HtmlLosses
{
    private static readonly string[] StyleAttributes = ["style", "class", "bgcolor", "background", "color", "align", "valign", "width", "height", "face", "size"];

    public static IReadOnlyList<string> Of(string html, bool toPlain)
    {
        var losses = new List<string>();
        var nodes = new MarkedHtml(html).Root.Descendants().ToList();
        void Check(bool isLost, string loss)
        {
            if (isLost)
            {
                losses.Add(loss);
            }
        }

        Check(nodes.Exists(IsStyled), "colours, fonts and sizes");
        Check(nodes.Exists(node => node.Name == "table" && (toPlain || !HtmlMarkdown.IsDataTable(node))), "the layout by tables");
        Check(nodes.Exists(node => node is HtmlCommentNode comment && comment.Comment.Contains("[if", StringComparison.Ordinal)), "the parts for Outlook");
        Check(nodes.Exists(node => node.Name is "video" or "audio" or "iframe" or "form" or "input" or "svg" or "object"), "embedded media and forms");
        if (toPlain)
        {
            Check(nodes.Exists(node => node.Name is "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "b" or "strong" or "i" or "em" or "u" or "s" or "code" or "blockquote"), "headings, bold and italics");
            Check(nodes.Exists(node => node.Name == "img"), "pictures");
            Check(nodes.Exists(node => node.Name == "a"), "links as such; their addresses stay, in brackets");
        }

        return losses;
    }

    /// <summary>Whether an expression stands inside a tag but outside its attributes' values, where a browser's parser would take it apart.</summary>
    public static bool HasCodeInTags(string html)
    {
        var isInTag = false;
        var quote = '\0';
        for (var at = 0; at < html.Length; at++)
        {
            var c = html[at];
            if (c == '{' && at + 1 < html.Length && html[at + 1] == '{' && ExpressionText.End(html, at + 2) is >= 0 and var end)
            {
                if (isInTag && quote == '\0')
                {
                    return true;
                }

                at = end - 1;
            }
            else if (!isInTag)
            {
                if (string.CompareOrdinal(html, at, "<!--", 0, 4) == 0)
                {
                    at = html.IndexOf("-->", at, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : html.Length;
                }
                else
                {
                    isInTag = c == '<' && at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] == '/');
                }
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '>')
            {
                isInTag = false;
            }
        }

        return false;
    }

    private static bool IsStyled(HtmlNode node) =>
        node.Name is "style" or "font" || Array.Exists(StyleAttributes, attribute => node.Attributes.Contains(attribute));
}
