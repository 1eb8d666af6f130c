using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Listmonk.Core.Templates.Blocks;

// Styles, colours and marks of single elements.
internal sealed partial class BlockWriter
{
    private static string TextStyle(Block block)
    {
        var size = block.Number("style.fontSize") is null ? "" : $"font-size:{Px(Number(block, "style.fontSize", 16))};";
        var weight = block.Text("style.fontWeight") is "bold" or "normal" ? $"font-weight:{block.Text("style.fontWeight")};" : "";
        return size + Family(block) + weight;
    }

    private static string Family(Block block) => BlockFonts.Family(block.Text("style.fontFamily")) is { } family ? $"font-family:{family};" : "";

    private BlockColor? LinkColor(Block block) => Color(block, "style.linkColor") ?? Color(document.Page, "linkColor");

    private static BlockColor TextColor(Block block, Surroundings inside) => Color(block, "style.color") ?? inside.Text;

    private static BlockColor? Color(Block block, string path) => BlockColor.Parse(block.Text(path));

    private static string? Alignment(Block block) => block.Text("style.textAlign") is "left" or "center" or "right"
        ? block.Text("style.textAlign")
        : block.Type is BlockTypes.Image or BlockTypes.SocialLinks ? "center" : null;

    private static double Number(Block block, string path, double fallback) => Math.Clamp(block.Number(path) ?? fallback, 0, LargestNumber);

    private static Edges Padding(Block block)
    {
        int Side(string side) => (int)Math.Min(Number(block, $"style.padding.{side}", 0), 300);
        return new Edges(Side("top"), Side("right"), Side("bottom"), Side("left"));
    }

    private static string Radius(Block block) => Number(block, "style.borderRadius", 0) is > 0 and var radius ? $"border-radius:{Px(radius)};" : "";

    private static string Px(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.##}px");

    private string Background(BlockColor color) => color.IsPaper ? Rule($"bg-{color.Hex[1..]}", $"background-color: {color.Darkened().Hex} !important;") : "";

    private string Foreground(BlockColor color, Surroundings around) =>
        around.IsDarkened ? Rule($"fg-{color.Hex[1..]}", $"color: {color.Lightened().Hex} !important;") : "";

    private string Border(BlockColor color, Surroundings around) =>
        around.IsDarkened ? Rule($"bd-{color.Hex[1..]}", $"border-color: {Divided(color).Hex} !important;") : "";

    private static BlockColor Divided(BlockColor line) => line.IsPaper ? BlockColor.Parse("#3A414D")!.Value : line.Lightened();

    private string Rule(string name, string rule)
    {
        _darkRules[name] = rule;
        return name;
    }

    private static string Class(params string[] names)
    {
        var joined = string.Join(' ', names.Where(name => name.Length > 0));
        return joined.Length == 0 ? "" : $" class=\"{joined}\"";
    }

    private string Outlook(string html) => isCanvas ? "" : $"<!--[if mso]>{html}<![endif]-->";

    private string Mark(Block block) => isCanvas ? $" data-block=\"{WebUtility.HtmlEncode(block.Id)}\"" : "";

    private string Mark(BlockSlot slot) => isCanvas ? $" data-slot=\"{WebUtility.HtmlEncode(slot.ParentId)}\" data-column=\"{slot.Column}\"" : "";

    private static string Hint(string text) =>
        $"<span style=\"display:block;padding:16px 8px;border:1px dashed #9AA3B2;border-radius:6px;color:#6B7484;font:13px/1.4 sans-serif;text-align:center;\">{WebUtility.HtmlEncode(text)}</span>";

    private string Linked(string? link, string content) =>
        BlockAddress.Link(link) is { } address ? $"<a href=\"{Encoded(address)}\" target=\"_blank\" style=\"text-decoration:none;\">{content}</a>" : content;

    private string Encoded(string text) => isCanvas ? WebUtility.HtmlEncode(text) : ExpressionText.Encode(text);

    private string Lines(string text) => ExpressionText.Transform(
        text.ReplaceLineEndings("\n"),
        static part => WebUtility.HtmlEncode(part).Replace("\n", "<br>", StringComparison.Ordinal),
        expression => isCanvas ? WebUtility.HtmlEncode(expression) : expression);

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
