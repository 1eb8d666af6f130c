using System.Text.Json.Nodes;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>What the palette of the editor offers: blocks with sensible content, ready to be changed.</summary>
public static class BlockPresets
{
    public const string Columns2 = "Columns2";
    public const string Columns3 = "Columns3";
    public const string Footer = "Footer";
    private const string First = "b1";
    private const string Accent = "#1552C0";

    /// <summary>The names of all presets, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        BlockTypes.Heading, BlockTypes.Text, BlockTypes.Image, BlockTypes.Button, BlockTypes.Section, Columns2, Columns3,
        BlockTypes.Divider, BlockTypes.Spacer, BlockTypes.SocialLinks, BlockTypes.Avatar, BlockTypes.Html, Footer,
    ];

    public static string Name(string preset) => preset switch
    {
        Columns2 => "2 columns",
        Columns3 => "3 columns",
        Footer => "Footer",
        _ => BlockTypes.Name(preset),
    };

    /// <summary>Null for a name that is not offered.</summary>
    public static BlockFragment? Create(string preset) => preset switch
    {
        BlockTypes.Heading => Single(BlockTypes.Heading, new() { ["text"] = "A heading", ["level"] = "h2" }, Padded(16, 8)),
        BlockTypes.Text => Text("Write your text here.", Padded(8, 16)),
        BlockTypes.Image => Single(BlockTypes.Image, new() { ["url"] = "", ["alt"] = "" }, Padded(16, 16)),
        BlockTypes.Button => Single(
            BlockTypes.Button,
            new() { ["text"] = "Read more", ["url"] = "https://", ["buttonBackgroundColor"] = Accent, ["buttonTextColor"] = "#FFFFFF" },
            Padded(8, 24)),
        BlockTypes.Section => Single(BlockTypes.Section, new() { ["childrenIds"] = new JsonArray() }, With(Padded(16, 16, 0), "backgroundColor", "#F5F7FA")),
        Columns2 => Columns(2),
        Columns3 => Columns(3),
        BlockTypes.Divider => Single(BlockTypes.Divider, new() { ["lineColor"] = "#D5DAE1", ["lineHeight"] = 1 }, Padded(16, 16)),
        BlockTypes.Spacer => Single(BlockTypes.Spacer, new() { ["height"] = 24 }, null),
        BlockTypes.SocialLinks => Single(
            BlockTypes.SocialLinks,
            new()
            {
                ["links"] = new JsonArray(
                    new JsonObject { ["network"] = "website", ["url"] = "https://" },
                    new JsonObject { ["network"] = "instagram", ["url"] = "https://instagram.com/" },
                    new JsonObject { ["network"] = "linkedin", ["url"] = "https://linkedin.com/" }),
            },
            With(Padded(16, 16), "textAlign", "center")),
        BlockTypes.Avatar => Single(BlockTypes.Avatar, new() { ["imageUrl"] = "", ["alt"] = "", ["size"] = 64, ["shape"] = "circle" }, Padded(16, 16)),
        BlockTypes.Html => Single(BlockTypes.Html, new() { ["contents"] = "<p>Your HTML</p>" }, Padded(16, 16)),
        Footer => Text(
            "You get this mail at {{ .Subscriber.Email }}. [Unsubscribe]({{ UnsubscribeURL }}) · [View in your browser]({{ MessageURL }})",
            With(With(With(Padded(16, 24), "fontSize", 13), "color", "#5F6C7B"), "textAlign", "center")),
        _ => null,
    };

    internal static BlockFragment Text(string markdown, JsonObject style) => Single(BlockTypes.Text, new() { ["text"] = markdown, ["markdown"] = true }, style);

    internal static BlockFragment Single(string type, JsonObject props, JsonObject? style)
    {
        var data = new JsonObject();
        if (style is not null)
        {
            data["style"] = style;
        }

        data["props"] = props;
        return new BlockFragment(First, new JsonObject { [First] = new JsonObject { ["type"] = type, ["data"] = data } });
    }

    internal static JsonObject Padded(int top, int bottom, int sides = 24) =>
        new() { ["padding"] = new JsonObject { ["top"] = top, ["bottom"] = bottom, ["right"] = sides, ["left"] = sides } };

    private static JsonObject With(JsonObject style, string name, JsonNode value)
    {
        style[name] = value;
        return style;
    }

    /// <summary>listmonk's editor expects three lists, whatever the number of columns that are shown.</summary>
    private static BlockFragment Columns(int count)
    {
        var blocks = new JsonObject();
        var columns = new JsonArray();
        for (var column = 0; column < 3; column++)
        {
            var ids = new JsonArray();
            if (column < count)
            {
                var text = Text("A column of text.", Padded(8, 8, 0));
                ids.Add($"text{column}");
                blocks[$"text{column}"] = text.Blocks[text.Id]!.DeepClone();
            }

            columns.Add(new JsonObject { ["childrenIds"] = ids });
        }

        var container = Single(
            BlockTypes.Columns, new() { ["columnsCount"] = count, ["columnsGap"] = 16, ["contentAlignment"] = "top", ["columns"] = columns }, Padded(16, 16));
        blocks[First] = container.Blocks[First]!.DeepClone();
        return new BlockFragment(First, blocks);
    }
}
