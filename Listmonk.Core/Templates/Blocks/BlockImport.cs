using HtmlAgilityPack;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Conversion;
using Markdig;
using Markdig.Syntax;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// Turns other bodies into blocks: one heading block for each heading, one Markdown text block for each run of text between them.
/// From HTML, pictures and lines that stand alone become blocks of their own as well.
/// </summary>
public static class BlockImport
{
    public static BlockDocument From(string body, CampaignContentType type) => type switch
    {
        CampaignContentType.Markdown => FromMarkdown(body),
        CampaignContentType.Plain => FromPlain(body),
        _ => FromHtml(body),
    };

    public static BlockDocument FromMarkdown(string markdown)
    {
        var parts = new Parts();
        markdown = markdown.ReplaceLineEndings("\n");
        var from = 0;
        foreach (var heading in Markdown.Parse(markdown).OfType<HeadingBlock>())
        {
            var end = markdown.IndexOf('\n', heading.Span.End) is >= 0 and var newLine ? newLine + 1 : markdown.Length;
            var source = markdown[heading.Span.Start..Math.Min(end, markdown.Length)];
            var text = HeadingText(source);
            if (text.Length == 0 || text.Contains("](", StringComparison.Ordinal))
            {
                // A heading block holds plain text; links in it would be lost.
                continue;
            }

            parts.AddText(markdown[from..heading.Span.Start]);
            parts.AddHeading(text, heading.Level);
            from = end;
        }

        parts.AddText(markdown[from..]);
        return parts.Document;
    }

    public static BlockDocument FromPlain(string text)
    {
        var parts = new Parts();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            parts.AddPlain(paragraph);
        }

        return parts.Document;
    }

    public static BlockDocument FromHtml(string html)
    {
        var document = new MarkedHtml(html);
        var parts = new Parts { Restore = document.Restore };
        var run = new List<HtmlNode>();
        Walk(document.Root.SelectSingleNode("//body") ?? document.Root, parts, run);
        Flush(parts, run);
        return parts.Document;
    }

    /// <summary>Gathers neighbouring nodes into a run of text until something comes that is a block of its own.</summary>
    private static void Walk(HtmlNode node, Parts parts, List<HtmlNode> run)
    {
        foreach (var child in node.ChildNodes)
        {
            switch (child.Name)
            {
                case "h1" or "h2" or "h3" or "h4" or "h5" or "h6" when child.SelectSingleNode(".//a|.//img") is null:
                    Flush(parts, run);
                    parts.AddHeading(HtmlEntity.DeEntitize(child.InnerText).Trim(), child.Name[1] - '0');
                    break;
                case "img" when IsAlone(child):
                    Flush(parts, run);
                    parts.AddImage(child);
                    break;
                case "hr":
                    Flush(parts, run);
                    parts.AddDivider();
                    break;
                case "div" or "table" or "tbody" or "tr" or "td" or "section" or "article" or "main" or "header" or "footer" or "center" when HoldsBlocks(child):
                    Walk(child, parts, run);
                    break;
                case "p" or "a" when child.SelectSingleNode(".//img") is not null && string.IsNullOrWhiteSpace(child.InnerText):
                    Walk(child, parts, run);
                    break;
                default:
                    run.Add(child);
                    break;
            }
        }
    }

    private static bool HoldsBlocks(HtmlNode node) => node.SelectSingleNode(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//img|.//hr") is not null;

    /// <summary>A picture within a sentence stays in it.</summary>
    private static bool IsAlone(HtmlNode picture) =>
        picture.ParentNode is not { Name: "p" or "a" or "span" or "li" } parent || string.IsNullOrWhiteSpace(parent.InnerText);

    private static void Flush(Parts parts, List<HtmlNode> run)
    {
        parts.AddText(HtmlMarkdown.Of(run));
        run.Clear();
    }

    private static string HeadingText(string source)
    {
        var text = source.Trim();
        if (text.StartsWith('#'))
        {
            return text.TrimStart('#').Trim().TrimEnd('#').Trim();
        }

        // Underlined: the last line is the rule.
        return text.Contains('\n', StringComparison.Ordinal) ? text[..text.LastIndexOf('\n')].Trim() : text;
    }

    /// <summary>Collects the blocks in order; beyond the limit the rest stays together in the last text.</summary>
    private sealed class Parts
    {
        private const int MaxParts = BlockDocument.MaxBlocks - 1;

        public BlockDocument Document { get; } = BlockDocument.Empty();

        public Func<string, string> Restore { get; init; } = static text => text;

        public void AddHeading(string text, int level)
        {
            if (text.Length > 0)
            {
                Add(BlockPresets.Single(BlockTypes.Heading, new() { ["text"] = Restore(text), ["level"] = $"h{Math.Min(level, 3)}" }, BlockPresets.Padded(16, 8)));
            }
        }

        public void AddText(string markdown)
        {
            var text = Squeezed(markdown);
            if (text.Length > 0)
            {
                Add(BlockPresets.Text(Restore(text), BlockPresets.Padded(8, 16)));
            }
        }

        public void AddPlain(string text) =>
            Add(BlockPresets.Single(BlockTypes.Text, new() { ["text"] = text }, BlockPresets.Padded(8, 8)));

        public void AddImage(HtmlNode picture)
        {
            var props = new System.Text.Json.Nodes.JsonObject
            {
                ["url"] = Restore(HtmlEntity.DeEntitize(picture.GetAttributeValue("src", ""))),
                ["alt"] = Restore(HtmlEntity.DeEntitize(picture.GetAttributeValue("alt", ""))),
            };
            if (picture.ParentNode is { Name: "a" } link)
            {
                props["linkHref"] = Restore(HtmlEntity.DeEntitize(link.GetAttributeValue("href", "")));
            }

            if (int.TryParse(picture.GetAttributeValue("width", ""), System.Globalization.CultureInfo.InvariantCulture, out var width) && width > 0)
            {
                props["width"] = width;
            }

            if (picture.Attributes.Contains("data-embed"))
            {
                props["embed"] = true;
            }

            Add(BlockPresets.Single(BlockTypes.Image, props, BlockPresets.Padded(16, 16)));
        }

        public void AddDivider() => Add(BlockPresets.Create(BlockTypes.Divider)!);

        private void Add(BlockFragment fragment)
        {
            if (Document.Count < MaxParts)
            {
                var slot = new BlockSlot(Block.PageId);
                _ = Document.Insert(fragment, slot, int.MaxValue);
            }
        }

        private static string Squeezed(string markdown)
        {
            var text = markdown.Trim();
            while (text.Contains("\n\n\n", StringComparison.Ordinal))
            {
                text = text.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
            }

            return text;
        }
    }
}
