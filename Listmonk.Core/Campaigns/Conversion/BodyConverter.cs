using Listmonk.Core.Templates;

namespace Listmonk.Core.Campaigns.Conversion;

/// <summary>Carries a body from one format to another as well as it goes, and says what has no counterpart (spec/campaigns.md 2.1).</summary>
public static class BodyConverter
{
    public static bool IsHtml(CampaignContentType type) =>
        type is CampaignContentType.Html or CampaignContentType.Richtext or CampaignContentType.Visual;

    public static BodyConversion Convert(string body, CampaignContentType from, CampaignContentType to)
    {
        var isHtml = IsHtml(from);
        var converted = (from, to) switch
        {
            (CampaignContentType.Markdown, _) when IsHtml(to) => MarkdownBody.ToHtml(body),
            (CampaignContentType.Plain, _) when IsHtml(to) => FromPlain(body),
            (_, CampaignContentType.Plain) when isHtml => HtmlText.Of(body),
            (_, CampaignContentType.Markdown) when isHtml => HtmlMarkdown.Of(body),
            _ => body,
        };
        return new BodyConversion(converted, string.IsNullOrWhiteSpace(body) || from == to ? [] : [.. Losses(body, from, to)]);
    }

    private static IEnumerable<string> Losses(string body, CampaignContentType from, CampaignContentType to)
    {
        if (from == CampaignContentType.Visual)
        {
            yield return "the blocks: the visual editor cannot open it again as it was";
        }

        if (to == CampaignContentType.Visual && IsHtml(from))
        {
            yield return "its layout and styles: headings, texts and pictures become blocks";
        }

        if (IsHtml(from) && !IsHtml(to))
        {
            foreach (var loss in HtmlLosses.Of(body, toPlain: to == CampaignContentType.Plain))
            {
                yield return loss;
            }
        }

        if (to == CampaignContentType.Richtext && HtmlLosses.HasCodeInTags(body))
        {
            yield return "expressions inside tags, such as <p {{ if … }}class=\"x\"{{ end }}>: the rich-text editor cannot hold them";
        }
    }

    private static string FromPlain(string text)
    {
        var paragraphs = text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(paragraph => $"<p>{ExpressionText.Encode(paragraph.Trim('\n')).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>");
        return string.Join('\n', paragraphs) + "\n";
    }
}

/// <summary>A converted body.</summary>
/// <param name="Body">In the new format.</param>
/// <param name="Losses">What the new format cannot hold, each to be read after "It loses"; empty when nothing is lost.</param>
public sealed record BodyConversion(string Body, IReadOnlyList<string> Losses)
{
    public bool IsLossless => Losses.Count == 0;
}
