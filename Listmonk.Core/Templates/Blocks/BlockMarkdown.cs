using System.Text.RegularExpressions;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// Markdown inside a text block: the same dialect as Markdown campaigns, with the styles written to each element because mail programs
/// drop style sheets, and with HTML only as far as it formats text.
/// </summary>
internal static partial class BlockMarkdown
{
    private static readonly HashSet<string> HarmlessTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "br", "code", "del", "div", "em", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "s", "small", "span", "strike", "strong", "sub", "sup", "u", "ul",
        "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "tbody", "thead", "tr", "td", "th", "center", "font",
    };

    private static readonly HashSet<string> AddressAttributes = new(StringComparer.OrdinalIgnoreCase) { "href", "src" };

    /// <param name="linkColor">Of links; null leaves them to the mail program.</param>
    /// <param name="showsExpressions">Writes expressions as text to be read.</param>
    public static string ToHtml(string markdown, string? linkColor, bool showsExpressions) => MarkdownBody.ToHtml(
        markdown,
        document => Prepare(document, linkColor),
        showsExpressions ? static expression => System.Net.WebUtility.HtmlEncode(expression) : null);

    private static void Prepare(MarkdownDocument document, string? linkColor)
    {
        foreach (var html in document.Descendants<HtmlInline>().ToList())
        {
            if (!IsHarmless(html.Tag))
            {
                html.ReplaceBy(new LiteralInline(html.Tag));
            }
        }

        foreach (var block in document.Descendants<HtmlBlock>().ToList())
        {
            var text = block.Lines.ToString();
            if (!IsHarmless(text))
            {
                var words = new ParagraphBlock { Inline = new ContainerInline().AppendChild(new LiteralInline(text)) };
                block.Parent![block.Parent.IndexOf(block)] = words;
            }
        }

        foreach (var link in document.Descendants<LinkInline>())
        {
            link.Url = (link.IsImage ? BlockAddress.Picture(link.Url) : BlockAddress.Link(link.Url)) ?? "";
            Style(link, link.IsImage ? "max-width:100%;height:auto;border:0;" : $"{(linkColor is null ? "" : $"color:{linkColor};")}text-decoration:underline;");
            if (!link.IsImage)
            {
                link.GetAttributes().AddPropertyIfNotExist("target", "_blank");
            }
        }

        var last = document.LastChild;
        foreach (var block in document.Descendants<Markdig.Syntax.Block>())
        {
            var bottom = block == last ? "0" : null;
            Style(block, block switch
            {
                ParagraphBlock => $"margin:0 0 {bottom ?? "12px"};",
                HeadingBlock heading => $"margin:0 0 {bottom ?? "8px"};font-size:{heading.Level switch { 1 => 28, 2 => 22, 3 => 18, _ => 16 }}px;line-height:1.3;",
                ListBlock => $"margin:0 0 {bottom ?? "12px"};padding-left:24px;",
                ListItemBlock => "margin:0 0 4px;",
                QuoteBlock => $"margin:0 0 {bottom ?? "12px"};padding-left:16px;border-left:4px solid #C9CED6;",
                CodeBlock => $"margin:0 0 {bottom ?? "12px"};white-space:pre-wrap;font-family:'Courier New',monospace;font-size:14px;",
                ThematicBreakBlock => "margin:16px 0;border:0;border-top:1px solid #C9CED6;",
                Table => $"margin:0 0 {bottom ?? "12px"};border-collapse:collapse;",
                TableCell => "padding:4px 12px 4px 0;vertical-align:top;",
                _ => null,
            });
        }
    }

    private static void Style(MarkdownObject part, string? style)
    {
        if (style is not null)
        {
            part.GetAttributes().AddPropertyIfNotExist("style", style);
        }
    }

    /// <summary>Tags that format text, without handlers and without addresses that run something.</summary>
    private static bool IsHarmless(string html)
    {
        var rest = Tag().Replace(html, match => IsHarmlessTag(match) ? "" : "<");
        return !rest.Contains('<', StringComparison.Ordinal);
    }

    private static bool IsHarmlessTag(Match tag) =>
        HarmlessTags.Contains(tag.Groups["name"].Value)
        && Attribute().Matches(tag.Groups["attributes"].Value).All(attribute =>
        {
            var name = attribute.Groups["name"].Value;
            var value = System.Net.WebUtility.HtmlDecode(attribute.Groups["value"].Value);
            return !name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                && (!AddressAttributes.Contains(name) || BlockAddress.Picture(value) is not null || BlockAddress.Link(value) is not null)
                && (!name.Equals("style", StringComparison.OrdinalIgnoreCase) || !value.Contains("url(", StringComparison.OrdinalIgnoreCase));
        });

    [GeneratedRegex("""</?(?<name>[a-zA-Z][a-zA-Z0-9]*)(?<attributes>(?:"[^"]*"|'[^']*'|[^'">])*)>""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("""(?<name>[^\s"'=/>]+)(?:\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'>]+)))?""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute();
}
