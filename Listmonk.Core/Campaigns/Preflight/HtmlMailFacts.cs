using System.Net;
using HtmlAgilityPack;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>What the pre-flight rules want to know about a rendered HTML body.</summary>
internal sealed record HtmlMailFacts
{
    /// <summary>Elements that mail programs remove, or that make them distrust the mail.</summary>
    private static readonly string[] ActiveElements = ["script", "iframe", "object", "embed", "form", "input", "video", "audio"];

    public IReadOnlyList<string> ImagesWithoutAlt { get; private init; } = [];

    public IReadOnlyList<string> InsecureImages { get; private init; } = [];

    /// <summary>Pictures whose address is no complete web address.</summary>
    public IReadOnlyList<string> UnreachableImages { get; private init; } = [];

    /// <summary>Pictures written into the HTML itself as <c>data:</c>.</summary>
    public int DataImageCount { get; private init; }

    public int ImageCount { get; private init; }

    /// <summary>The names of elements that will not work in a mail.</summary>
    public IReadOnlyList<string> Active { get; private init; } = [];

    /// <summary>The visible text, white space folded.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Each link's address and visible text.</summary>
    public IReadOnlyList<(string Address, string Text)> Anchors { get; private init; } = [];

    public static HtmlMailFacts Read(string html)
    {
        var document = new HtmlDocument { OptionMaxNestedChildNodes = 10_000 };
        document.LoadHtml(html);
        var elements = document.DocumentNode.Descendants().Where(node => node.NodeType == HtmlNodeType.Element).ToList();
        var images = elements.Where(element => element.Name == "img" && !IsPixel(element)).ToList();
        var anchors = elements.Where(element => element.Name == "a" && Value(element, "href").Length > 0).ToList();
        return new HtmlMailFacts
        {
            ImageCount = images.Count,
            ImagesWithoutAlt = [.. images.Where(IsMute).Select(image => Shorten(Value(image, "src")))],
            InsecureImages = [.. images.Select(image => Value(image, "src")).Where(source => source.StartsWith("http://", StringComparison.OrdinalIgnoreCase)).Select(Shorten)],
            UnreachableImages = [.. images.Select(image => Value(image, "src")).Where(IsIncomplete).Select(Shorten)],
            DataImageCount = images.Count(image => Value(image, "src").StartsWith("data:", StringComparison.OrdinalIgnoreCase)),
            Active = [.. elements.Select(element => element.Name).Where(ActiveElements.Contains).Distinct(StringComparer.Ordinal).Select(name => $"<{name}>")],
            Text = VisibleText(document.DocumentNode),
            Anchors = [.. anchors.Select(anchor => (Value(anchor, "href"), VisibleText(anchor)))],
        };
    }

    /// <summary>An empty alternative text marks decoration, which is fine unless the picture is all there is of a link.</summary>
    private static bool IsMute(HtmlNode image) =>
        image.Attributes["alt"] is not { } alt
        || (string.IsNullOrWhiteSpace(alt.Value) && image.Ancestors("a").FirstOrDefault() is { } anchor && VisibleText(anchor).Length == 0
            && anchor.Descendants("img").All(other => (other.Attributes["alt"]?.Value ?? "").Trim().Length == 0));

    private static bool IsPixel(HtmlNode image) => Value(image, "width") is "0" or "1" && Value(image, "height") is "0" or "1";

    private static bool IsIncomplete(string source) =>
        source.Length == 0 || !(source.Contains("://", StringComparison.Ordinal) || source.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("cid:", StringComparison.OrdinalIgnoreCase));

    private static string Value(HtmlNode element, string name) => WebUtility.HtmlDecode(element.GetAttributeValue(name, "")).Trim();

    private static string VisibleText(HtmlNode node)
    {
        var texts = node.DescendantsAndSelf()
            .Where(one => one.NodeType == HtmlNodeType.Text && one.ParentNode?.Name is not ("style" or "script" or "title" or "head"))
            .Select(one => WebUtility.HtmlDecode(one.InnerText));
        return string.Join(' ', string.Join(' ', texts).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Shorten(string source) => source.Length == 0 ? "(no address)" : source.Length > 120 ? source[..119] + "…" : source;
}
