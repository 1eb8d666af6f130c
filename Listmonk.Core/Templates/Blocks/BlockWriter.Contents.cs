namespace Listmonk.Core.Templates.Blocks;

// The blocks that hold no others.
internal sealed partial class BlockWriter
{
    private void WriteHeading(Block block, Surroundings around)
    {
        var level = block.Text("props.level") is "h1" or "h3" ? block.Text("props.level")! : "h2";
        var size = Number(block, "style.fontSize", level switch { "h1" => 32, "h3" => 20, _ => 24 });
        var weight = block.Text("style.fontWeight") == "normal" ? "normal" : "bold";
        Open(block, around, out var inside);
        var color = TextColor(block, inside);
        _html.Append(Culture, $"<{level}{Class(level == "h1" ? "heading-1" : "", Foreground(color, inside))} style=\"margin:0;font-size:{Px(size)};line-height:1.25;font-weight:{weight};color:{color.Hex};{Family(block)}\">")
            .Append(Lines(block.Text("props.text") ?? (isCanvas ? "Heading" : ""))).Append(Culture, $"</{level}>");
        Close();
    }

    private void WriteText(Block block, Surroundings around)
    {
        var text = block.Text("props.text") ?? "";
        Open(block, around, out var inside, TextStyle(block));
        if (text.Length == 0)
        {
            _html.Append(isCanvas ? Hint("Text") : "&nbsp;");
        }
        else if (block.Flag("props.markdown") == true)
        {
            _html.Append(BlockMarkdown.ToHtml(text, LinkColor(block)?.Hex, isCanvas));
        }
        else
        {
            _html.Append(Lines(text));
        }

        Close();
    }

    private void WriteImage(Block block, Surroundings around)
    {
        Open(block, around, out var inside);
        var address = BlockAddress.Picture(block.Text("props.url"));
        if (address is null && isCanvas)
        {
            _html.Append(Hint("Image"));
        }
        else if (address is not null)
        {
            var width = block.Number("props.width") is > 0 and var asked ? (int)Math.Min(asked, inside.Width) : (int?)null;
            var vertical = block.Text("props.contentAlignment") is "top" or "bottom" ? block.Text("props.contentAlignment") : "middle";

            // Outlook goes by the attribute alone and would show a large picture in its full size.
            var picture = $"<img src=\"{Encoded(address)}\" alt=\"{Encoded(block.Text("props.alt") ?? "")}\" width=\"{width ?? inside.Width}\"{(block.Flag("props.embed") == true ? " data-embed" : "")} style=\"display:inline-block;vertical-align:{vertical};width:{(width is null ? "auto" : $"{width}px")};max-width:100%;height:auto;border:0;{Radius(block)}\">";
            _html.Append(Linked(block.Text("props.linkHref"), picture));
        }

        Close();
    }

    private void WriteAvatar(Block block, Surroundings around)
    {
        var size = (int)Math.Max(1, Math.Min(Number(block, "props.size", 64), around.Width));
        var radius = block.Text("props.shape") switch { "circle" => size, "rounded" => size / 8, _ => 0 };
        Open(block, around, out var inside);
        if (BlockAddress.Picture(block.Text("props.imageUrl")) is { } address)
        {
            var picture = $"<img src=\"{Encoded(address)}\" alt=\"{Encoded(block.Text("props.alt") ?? "")}\" width=\"{size}\" height=\"{size}\" style=\"display:inline-block;vertical-align:middle;width:{size}px;height:{size}px;max-width:100%;object-fit:cover;border:0;{(radius > 0 ? $"border-radius:{radius}px;" : "")}\">";
            _html.Append(Linked(block.Text("props.linkHref"), picture));
        }
        else if (isCanvas)
        {
            _html.Append(Hint("Avatar"));
        }

        Close();
    }

    /// <summary>The cell carries colour and padding for Outlook, which gives links neither; everywhere else the link fills the cell.</summary>
    private void WriteButton(Block block, Surroundings around)
    {
        var fill = Color(block, "props.buttonBackgroundColor") ?? BlockColor.Parse("#999999")!.Value;
        var color = Color(block, "props.buttonTextColor") ?? BlockColor.Parse("#FFFFFF")!.Value;
        var isWide = block.Flag("props.fullWidth") == true;
        var (vertical, horizontal) = block.Text("props.size") switch { "x-small" => (4, 8), "small" => (8, 12), "large" => (16, 32), _ => (12, 20) };
        var radius = block.Text("props.buttonStyle") switch { "rectangle" => 0, "pill" => 64, _ => 4 };
        var corners = radius > 0 ? $"border-radius:{radius}px;" : "";
        var weight = block.Text("style.fontWeight") == "normal" ? "normal" : "bold";
        var address = BlockAddress.Link(block.Text("props.url"));
        Open(block, around, out var inside, isAligned: false);
        var margin = Alignment(block) switch { "center" => "margin:0 auto;", "right" => "margin:0 0 0 auto;", _ => "" };
        _html.Append(Culture, $"<table {Cells}{(isWide ? " width=\"100%\"" : "")} align=\"{Alignment(block) ?? "left"}\" style=\"border-collapse:separate;{(isWide ? "width:100%;" : margin + "float:none;")}\"><tr>")
            .Append(Culture, $"<td align=\"center\" bgcolor=\"{fill.Hex}\" style=\"{corners}background-color:{fill.Hex};mso-padding-alt:{vertical}px {horizontal}px;text-align:center;\">")
            .Append(Culture, $"<a{(address is null ? "" : $" href=\"{Encoded(address)}\"")} target=\"_blank\" style=\"display:{(isWide ? "block" : "inline-block")};padding:{vertical}px {horizontal}px;color:{color.Hex};font-size:{Px(Number(block, "style.fontSize", 16))};{Family(block)}font-weight:{weight};line-height:1.4;text-decoration:none;{corners}mso-padding-alt:0;\">")
            .Append(Encoded(block.Text("props.text") ?? (isCanvas ? "Button" : ""))).Append("</a></td></tr></table>");
        Close();
    }

    private void WriteDivider(Block block, Surroundings around)
    {
        Open(block, around, out var inside);
        var line = Color(block, "props.lineColor") ?? BlockColor.Parse("#333333")!.Value;
        var height = Math.Max(1, Number(block, "props.lineHeight", 1));
        var name = inside.IsDarkened ? Rule($"line-{line.Hex[1..]}", $"border-top-color: {Divided(line).Hex} !important;") : "";
        _html.Append(Culture, $"<table {Cells} width=\"100%\"><tr><td{Class(name)} height=\"1\" style=\"border-top:{Px(height)} solid {line.Hex};height:1px;font-size:1px;line-height:1px;\">&nbsp;</td></tr></table>");
        Close();
    }
}
