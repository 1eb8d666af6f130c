using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// Writes one document as HTML for mail programs (decision 0014).
///
/// - Tables carry the layout, one for each block; widths in pixels are handed down so that Outlook, which knows no max-width, gets its
///   own fixed tables in conditional comments. Each such comment opens and closes within one method, so they always balance.
/// - Columns are boxes that stand side by side while there is room (inline-block with max-width) and wrap by themselves where there is
///   none; a media query then gives them the full width. Programs without media queries still get readable columns.
/// - Styles are written to the elements, as some programs drop the sheet. The sheet holds only what cannot be inline: the narrow
///   screen, and the dark look.
/// - Dark look: light backgrounds and the dark text on them get a counterpart by computing; coloured and dark areas stay as designed.
///   A text knows which background it stands on because that is handed down, too.
/// - Values are encoded or checked at the place where they are written. Expressions pass unchanged; only HTML blocks pass whole.
/// </summary>
internal sealed partial class BlockWriter(BlockDocument document, bool isCanvas, bool isDark)
{
    private const int PageWidth = 600;
    private const int SmallestColumn = 40;
    private const double LargestNumber = 2000;
    private const string Cells = "role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"";

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly string[] RightToLeft = ["ar", "fa", "he", "ur", "yi", "dv", "ps"];

    private readonly StringBuilder _html = new(16 * 1024);
    private readonly SortedDictionary<string, string> _darkRules = new(StringComparer.Ordinal);

    private readonly record struct Surroundings(int Width, BlockColor Text, bool IsDarkened);

    private sealed record Edges(int Top, int Right, int Bottom, int Left)
    {
        public int Sides => Left + Right;

        public string Css => $"padding:{Top}px {Right}px {Bottom}px {Left}px;";
    }

    public string Write()
    {
        var page = document.Page;
        WriteBody(page);
        var body = _html.ToString();
        _html.Clear();
        WriteHead(page);
        return _html.Append(body).Append("</html>\n").ToString();
    }

    private void WriteHead(Block page)
    {
        var language = page.Text("language") is { Length: > 0 } tag && tag.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? tag : null;
        var direction = language is not null && RightToLeft.Contains(language.Split('-')[0], StringComparer.OrdinalIgnoreCase) ? " dir=\"rtl\"" : "";
        _html.Append("<!doctype html>\n<html").Append(language is null ? "" : $" lang=\"{language}\"").Append(direction)
            .Append(" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n<head>\n")
            .Append("<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"x-apple-disable-message-reformatting\">\n")
            .Append("<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no, url=no\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n");
        if (!isCanvas)
        {
            _html.Append("<title>{{ .Campaign.Subject }}</title>\n")
                .Append("<!--[if mso]><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->\n");
        }

        _html.Append("<style>\n")
            .Append(isDark ? ":root { color-scheme: dark; }\n" : ":root { color-scheme: light dark; }\n")
            .Append("body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; -ms-text-size-adjust: 100%; }\n")
            .Append("table, td { mso-table-lspace: 0pt; mso-table-rspace: 0pt; }\n")
            .Append("img { border: 0; line-height: 100%; outline: none; text-decoration: none; -ms-interpolation-mode: bicubic; }\n")
            .Append("@media only screen and (max-width: 599px) {\n")
            .Append("  .page { padding: 0 !important; }\n")
            .Append("  .column { display: block !important; width: 100% !important; max-width: 100% !important; }\n")
            .Append("  .column-inner { padding-left: 0 !important; padding-right: 0 !important; }\n")
            .Append("  .column-next { padding-top: 16px !important; }\n")
            .Append("  .heading-1 { font-size: 28px !important; }\n}\n");
        if (_darkRules.Count > 0 && (isDark || !isCanvas))
        {
            _html.Append(isDark ? "" : "@media (prefers-color-scheme: dark) {\n");
            foreach (var (name, rule) in _darkRules)
            {
                _html.Append("  .").Append(name).Append(" { ").Append(rule).Append(" }\n");
            }

            _html.Append(isDark ? "" : "}\n");
        }

        _html.Append("</style>\n</head>\n");
    }

    private void WriteBody(Block page)
    {
        var backdrop = Color(page, "backdropColor") ?? BlockColor.Parse("#F5F5F5")!.Value;
        var canvas = Color(page, "canvasColor") ?? BlockColor.Parse("#FFFFFF")!.Value;
        var text = Color(page, "textColor") ?? BlockColor.Parse("#262626")!.Value;
        var family = BlockFonts.Family(page.Text("fontFamily")) ?? BlockFonts.Family(BlockFonts.Default)!;
        var border = Color(page, "borderColor") is { } line ? $"border:1px solid {line.Hex};" : "";
        var around = new Surroundings(PageWidth - (border.Length > 0 ? 2 : 0), text, canvas.IsPaper);
        var radius = Number(page, "borderRadius", 0) is > 0 and var corner ? $"border-radius:{Px(corner)};" : "";

        _html.Append("<body").Append(Class(Background(backdrop))).Append(Culture, $" style=\"margin:0;padding:0;background-color:{backdrop.Hex};\">\n");
        WritePreheader(page);
        _html.Append(Culture, $"<table {Cells} width=\"100%\" bgcolor=\"{backdrop.Hex}\"").Append(Class(Background(backdrop))).Append(Culture, $" style=\"background-color:{backdrop.Hex};\"><tr><td align=\"center\" class=\"page\" style=\"padding:32px 0;\">\n")
            .Append(Outlook($"<table {Cells} align=\"center\" width=\"{PageWidth}\"><tr><td>"))
            .Append(Culture, $"<table {Cells} align=\"center\" width=\"100%\" bgcolor=\"{canvas.Hex}\"").Append(Class(Background(canvas), Color(page, "borderColor") is { } edge ? Border(edge, around) : ""))
            .Append(Culture, $" style=\"max-width:{PageWidth}px;margin:0 auto;background-color:{canvas.Hex};{border}{radius}\"><tr><td").Append(Class(Foreground(text, around)))
            .Append(Mark(new BlockSlot(page.Id))).Append(Culture, $" style=\"font-family:{family};font-size:16px;line-height:1.5;color:{text.Hex};text-align:{(IsRightToLeft(page) ? "right" : "left")};\">\n");
        WriteChildren(new BlockSlot(page.Id), around);
        _html.Append("</td></tr></table>\n").Append(Outlook("</td></tr></table>")).Append("</td></tr></table>\n");
        if (!isCanvas && !HasTrackView())
        {
            _html.Append("{{ TrackView }}\n");
        }

        _html.Append("</body>\n");
    }

    private static bool IsRightToLeft(Block page) => page.Text("language") is { } tag && RightToLeft.Contains(tag.Split('-')[0], StringComparer.OrdinalIgnoreCase);

    private bool HasTrackView() => document.Walk().Any(entry => (entry.Block.Text("props.contents") ?? entry.Block.Text("props.text"))?.Contains("TrackView", StringComparison.Ordinal) == true);

    /// <summary>The line that inboxes show behind the subject; the blanks keep the first words of the mail out of it.</summary>
    private void WritePreheader(Block page)
    {
        if (!isCanvas && page.Text("preheader") is { Length: > 0 } text)
        {
            _html.Append("<div style=\"display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all;\">").Append(Encoded(text));
            for (var blank = 0; blank < 60; blank++)
            {
                _html.Append("&#847;&zwnj;&nbsp;");
            }

            _html.Append("</div>\n");
        }
    }

    private void WriteChildren(BlockSlot slot, Surroundings around)
    {
        var children = document.Children(slot);
        foreach (var child in children)
        {
            WriteBlock(child, around);
        }

        if (children.Count == 0 && isCanvas)
        {
            _html.Append("<div style=\"margin:8px;padding:20px 8px;border:1px dashed #9AA3B2;border-radius:6px;color:#6B7484;font:13px/1.4 sans-serif;text-align:center;\">Drag a block here</div>");
        }
    }

    private void WriteBlock(Block block, Surroundings around)
    {
        switch (block.Type)
        {
            case BlockTypes.Heading:
                WriteHeading(block, around);
                break;
            case BlockTypes.Text:
                WriteText(block, around);
                break;
            case BlockTypes.Html:
                Open(block, around, out var inside, TextStyle(block));
                _html.Append(isCanvas ? block.Text("props.contents") is { Length: > 0 } contents ? contents : Hint("HTML") : block.Text("props.contents"));
                Close();
                break;
            case BlockTypes.Image:
                WriteImage(block, around);
                break;
            case BlockTypes.Avatar:
                WriteAvatar(block, around);
                break;
            case BlockTypes.Button:
                WriteButton(block, around);
                break;
            case BlockTypes.Divider:
                WriteDivider(block, around);
                break;
            case BlockTypes.Spacer:
                var height = Px(Number(block, "props.height", 16));
                _html.Append(Culture, $"<table {Cells} width=\"100%\"{Mark(block)}><tr><td height=\"{height[..^2]}\" style=\"height:{height};font-size:1px;line-height:{height};\">&nbsp;</td></tr></table>\n");
                break;
            case BlockTypes.Columns:
                WriteColumns(block, around);
                break;
            case BlockTypes.SocialLinks:
                WriteSocialLinks(block, around);
                break;
            default:
                WriteSection(block, around);
                break;
        }
    }

    private void WriteSection(Block block, Surroundings around)
    {
        var slots = BlockDocument.Slots(block);
        if (slots.Count == 0)
        {
            // A kind that this program does not know; the document keeps it.
            if (isCanvas)
            {
                _html.Append(Culture, $"<div{Mark(block)}>").Append(Hint($"'{block.Type}' is not known here; it is kept, but not shown")).Append("</div>\n");
            }

            return;
        }

        Open(block, around, out var inside, slot: slots[0], hasBorder: true);
        WriteChildren(slots[0], inside);
        Close();
    }

    private void WriteColumns(Block block, Surroundings around)
    {
        Open(block, around, out var inside, "font-size:0;", isAligned: false);
        var count = BlockDocument.ColumnCount(block);
        var gap = (int)Math.Min(Number(block, "props.columnsGap", 0), inside.Width / (double)count);
        var widths = ColumnWidths(block, count, gap, inside.Width);
        var align = block.Text("props.contentAlignment") is "top" or "bottom" ? block.Text("props.contentAlignment")! : "middle";
        var stacks = block.Flag("props.stackOnPhones") != false;
        var family = BlockFonts.Family(document.Page.Text("fontFamily")) ?? BlockFonts.Family(BlockFonts.Default)!;
        var total = widths.Sum() + (gap * (count - 1));
        if (!stacks)
        {
            _html.Append(Culture, $"<table {Cells} width=\"100%\"><tr>");
        }
        else
        {
            _html.Append(Outlook($"<table {Cells} width=\"{total}\"><tr>"));
        }

        for (var column = 0; column < count; column++)
        {
            // Gaps are shared out so that every column keeps the same inner width.
            var before = gap * column / count;
            var after = gap * (count - 1 - column) / count;
            var box = widths[column] + before + after;
            var slot = new BlockSlot(block.Id, column);
            var style = $"padding:0 {after}px 0 {before}px;font-size:16px;line-height:1.5;text-align:left;font-family:{family};";
            if (stacks)
            {
                _html.Append(Outlook($"<td width=\"{box}\" valign=\"{align}\">"))
                    .Append(Culture, $"<div class=\"column\" style=\"display:inline-block;width:100%;max-width:{box}px;vertical-align:{align};\">")
                    .Append(Culture, $"<table {Cells} width=\"100%\"><tr><td class=\"column-inner{(column > 0 ? " column-next" : "")}\"{Mark(slot)} style=\"{style}\">");
            }
            else
            {
                _html.Append(Culture, $"<td width=\"{100 * box / (double)Math.Max(1, total):0.##}%\" valign=\"{align}\"{Mark(slot)} style=\"{style}vertical-align:{align};\">");
            }

            WriteChildren(slot, inside with { Width = Math.Max(SmallestColumn, widths[column]) });
            _html.Append(stacks ? "</td></tr></table></div>" + Outlook("</td>") : "</td>");
        }

        _html.Append(stacks ? Outlook("</tr></table>") : "</tr></table>");
        Close();
    }

    /// <summary>Widths that are fixed are kept while they fit; the others share what is left.</summary>
    private static int[] ColumnWidths(Block block, int count, int gap, int width)
    {
        var room = Math.Max(count * SmallestColumn, width - (gap * (count - 1)));
        var items = block.Items("props.fixedWidths");
        var widths = new int[count];
        for (var column = 0; column < count; column++)
        {
            widths[column] = items is not null && column < items.Count && items[column] is JsonValue value && value.TryGetValue<double>(out var number) && number > 0
                ? (int)Math.Clamp(number, SmallestColumn, LargestNumber)
                : 0;
        }

        var free = widths.Count(fixedWidth => fixedWidth == 0);
        var taken = widths.Sum();
        if (taken + (free * SmallestColumn) > room)
        {
            var share = (room - (free * SmallestColumn)) / (double)Math.Max(1, taken);
            widths = [.. widths.Select(fixedWidth => fixedWidth == 0 ? 0 : Math.Max(1, (int)(fixedWidth * share)))];
            taken = widths.Sum();
        }

        return [.. widths.Select(fixedWidth => fixedWidth == 0 ? (room - taken) / free : fixedWidth)];
    }

    private void WriteSocialLinks(Block block, Surroundings around)
    {
        var links = block.Items("props.links")?.OfType<JsonObject>()
            .Select(link => (Network: SocialNetwork.Of(TextOf(link["network"])), Address: BlockAddress.Link(TextOf(link["url"]))))
            .Where(link => isCanvas || link.Address is not null).ToList() ?? [];
        Open(block, around, out var inside, isAligned: block.Text("props.appearance") == "text");
        if (links.Count == 0)
        {
            _html.Append(isCanvas ? Hint("Social links") : "");
        }
        else if (block.Text("props.appearance") == "text")
        {
            var color = TextColor(block, inside);
            for (var at = 0; at < links.Count; at++)
            {
                _html.Append(at > 0 ? "<span style=\"padding:0 8px;\">·</span>" : "")
                    .Append(Culture, $"<a{Class(Foreground(color, inside))}{(links[at].Address is { } url ? $" href=\"{Encoded(url)}\"" : "")} target=\"_blank\" style=\"color:{color.Hex};font-size:{Px(Number(block, "style.fontSize", 14))};text-decoration:underline;\">{Encoded(links[at].Network.Name)}</a>");
            }
        }
        else
        {
            WriteBadges(block, links);
        }

        Close();
    }

    private void WriteBadges(Block block, List<(SocialNetwork Network, string? Address)> links)
    {
        var size = (int)Math.Clamp(Number(block, "props.size", 32), 24, 64);
        var own = Color(block, "props.color");
        var radius = block.Text("props.shape") switch { "square" => 0, "rounded" => size / 5, _ => size };
        var margin = Alignment(block) switch { "right" => "margin:0 0 0 auto;", "left" => "", _ => "margin:0 auto;" };
        _html.Append(Culture, $"<table {Cells} align=\"{Alignment(block) ?? "center"}\" style=\"border-collapse:separate;float:none;{margin}\"><tr>");
        for (var at = 0; at < links.Count; at++)
        {
            var (network, address) = links[at];
            var fill = own?.Hex ?? network.Color;
            _html.Append(at > 0 ? "<td width=\"8\" style=\"width:8px;font-size:1px;\">&nbsp;</td>" : "")
                .Append(Culture, $"<td width=\"{size}\" height=\"{size}\" align=\"center\" valign=\"middle\" bgcolor=\"{fill}\" style=\"width:{size}px;height:{size}px;background-color:{fill};border-radius:{radius}px;text-align:center;\">")
                .Append(Culture, $"<a{(address is null ? "" : $" href=\"{Encoded(address)}\"")} target=\"_blank\" title=\"{Encoded(network.Name)}\" aria-label=\"{Encoded(network.Name)}\" style=\"display:block;color:#FFFFFF;font-family:Arial,sans-serif;font-size:{size * 13 / 32}px;font-weight:bold;line-height:{size}px;text-decoration:none;\">{Encoded(network.Letters)}</a></td>");
        }

        _html.Append("</tr></table>");
    }

    /// <summary>Opens the table of a block and its padded, coloured cell; <paramref name="inside"/> is what its content stands in.</summary>
    private void Open(Block block, Surroundings around, out Surroundings inside, string style = "", BlockSlot? slot = null, bool hasBorder = false, bool isAligned = true)
    {
        var padding = Padding(block);
        var fill = Color(block, "style.backgroundColor");
        var border = hasBorder ? Color(block, "style.borderColor") : null;
        inside = new Surroundings(
            Math.Max(SmallestColumn, around.Width - padding.Sides - (border is null ? 0 : 2)),
            Color(block, "style.color") ?? around.Text,
            fill?.IsPaper ?? around.IsDarkened);
        var names = new List<string>();
        var css = new StringBuilder(padding.Css);
        var attributes = "";
        if (fill is { } color)
        {
            names.Add(Background(color));
            attributes = $" bgcolor=\"{color.Hex}\"";
            css.Append(Culture, $"background-color:{color.Hex};");
        }

        if (border is { } line)
        {
            names.Add(Border(line, around));
            css.Append(Culture, $"border:1px solid {line.Hex};");
        }

        if (hasBorder)
        {
            css.Append(Radius(block));
        }

        // Text on another kind of background must not take over what the dark look made of the text around it.
        var hasTextColor = block.Type is not (BlockTypes.Heading or BlockTypes.SocialLinks) && Color(block, "style.color") is not null;
        if (hasTextColor || inside.IsDarkened != around.IsDarkened)
        {
            names.Add(Foreground(inside.Text, inside));
            css.Append(Culture, $"color:{inside.Text.Hex};");
        }

        if (LinkColor(block) is { } link && block.Type == BlockTypes.Text && inside.IsDarkened)
        {
            _darkRules[$"lk-{link.Hex[1..]} a"] = $"color: {link.Lightened().Hex} !important;";
            names.Add($"lk-{link.Hex[1..]}");
        }

        if (Alignment(block) is { } align)
        {
            attributes += $" align=\"{align}\"";
            css.Append(isAligned ? $"text-align:{align};" : "");
        }

        _html.Append(Culture, $"<table {Cells} width=\"100%\"{Mark(block)} style=\"{(hasBorder && (border is not null || Number(block, "style.borderRadius", 0) > 0) ? "border-collapse:separate;" : "")}\"><tr><td{attributes}{Class([.. names])}{(slot is { } list ? Mark(list) : "")} style=\"{css}{style}\">");
    }

    private void Close() => _html.Append("</td></tr></table>\n");
}
