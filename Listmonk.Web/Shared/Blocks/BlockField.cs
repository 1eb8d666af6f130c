using Listmonk.Core.Templates.Blocks;

namespace Listmonk.Web.Shared.Blocks;

/// <summary>One value of a block that the inspector can change.</summary>
/// <param name="Path">Inside the block's data.</param>
internal sealed record BlockField(string Path, string Label, BlockFieldKind Kind)
{
    public string? Hint { get; init; }

    /// <summary>Of a choice: value and text; the first is what an absent value means.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    public int Min { get; init; }

    public int Max { get; init; } = 600;

    /// <summary>What is drawn where the document says nothing.</summary>
    public string Fallback { get; init; } = "";

    private static readonly KeyValuePair<string, string>[] Sides = [KeyValuePair.Create("left", "Left"), KeyValuePair.Create("center", "Centre"), KeyValuePair.Create("right", "Right")];

    /// <summary>Groups of fields for a kind of block, by their headings.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<BlockField> Fields)> Of(string type) => type switch
    {
        BlockTypes.Page =>
        [
            ("Inbox", [
                new("preheader", "Preview line", BlockFieldKind.Line) { Hint = "Inboxes show it behind the subject." },
                new("language", "Language", BlockFieldKind.Word) { Hint = "Such as en or pt-BR; for screen readers and the direction of the text." },
            ]),
            ("Page", [
                Color("backdropColor", "Backdrop", "#F5F5F5"),
                Color("canvasColor", "Mail", "#FFFFFF"),
                Color("textColor", "Text", "#262626"),
                Color("linkColor", "Links", ""),
                Font("fontFamily"),
                Color("borderColor", "Border", ""),
                Number("borderRadius", "Rounded corners", 0, 48, "0"),
            ]),
        ],
        BlockTypes.Heading =>
        [
            ("Heading", [
                new("props.text", "Text", BlockFieldKind.Lines),
                Choice("props.level", "Size", ("h2", "Medium"), ("h1", "Large"), ("h3", "Small")),
                Align(), Color("style.color", "Colour", ""), Font("style.fontFamily"),
                Choice("style.fontWeight", "Weight", ("bold", "Bold"), ("normal", "Normal")),
            ]),
            Box(),
        ],
        BlockTypes.Text =>
        [
            ("Text", [
                new("props.text", "Text", BlockFieldKind.Writing),
                new("props.markdown", "Markdown formatting", BlockFieldKind.Flag),
                Number("style.fontSize", "Size", 8, 72, "16"), Align(), Color("style.color", "Colour", ""), Color("style.linkColor", "Links", ""), Font("style.fontFamily"),
                Choice("style.fontWeight", "Weight", ("normal", "Normal"), ("bold", "Bold")),
            ]),
            Box(),
        ],
        BlockTypes.Image =>
        [
            ("Image", [
                new("props.url", "Picture", BlockFieldKind.Picture),
                new("props.alt", "Description", BlockFieldKind.Line) { Hint = "Read aloud, and shown while pictures are blocked. Leave it empty for decoration." },
                new("props.linkHref", "Link", BlockFieldKind.Address),
                Number("props.width", "Width", 16, 600, ""), Align("center"),
                Number("style.borderRadius", "Rounded corners", 0, 64, "0"),
                new("props.embed", "Send along inside the mail", BlockFieldKind.Flag) { Hint = "For pictures of the media library; makes the mail larger, shows without loading." },
            ]),
            Box(),
        ],
        BlockTypes.Button =>
        [
            ("Button", [
                new("props.text", "Text", BlockFieldKind.Line),
                new("props.url", "Link", BlockFieldKind.Address),
                Color("props.buttonBackgroundColor", "Button", "#999999"), Color("props.buttonTextColor", "Text", "#FFFFFF"),
                Choice("props.size", "Size", ("medium", "Medium"), ("x-small", "Tiny"), ("small", "Small"), ("large", "Large")),
                Choice("props.buttonStyle", "Corners", ("rounded", "Rounded"), ("rectangle", "Square"), ("pill", "Pill")),
                new("props.fullWidth", "Full width", BlockFieldKind.Flag),
                Align(), Number("style.fontSize", "Text size", 8, 48, "16"), Font("style.fontFamily"),
            ]),
            Box(),
        ],
        BlockTypes.Columns =>
        [
            ("Columns", [
                Choice("props.columnsCount", "Number", ("2", "2"), ("3", "3"), ("4", "4")),
                Number("props.columnsGap", "Gap", 0, 80, "0"),
                Choice("props.contentAlignment", "Content stands", ("middle", "Middle"), ("top", "Top"), ("bottom", "Bottom")),
                new("props.fixedWidths", "Widths", BlockFieldKind.Widths) { Hint = "Empty columns share what is left." },
                new("props.stackOnPhones", "Below each other on phones", BlockFieldKind.Flag) { Fallback = "true" },
            ]),
            Box(),
        ],
        BlockTypes.Divider => [("Divider", [Color("props.lineColor", "Line", "#333333"), Number("props.lineHeight", "Thickness", 1, 24, "1")]), Box()],
        BlockTypes.Spacer => [("Spacer", [Number("props.height", "Height", 1, 200, "16")])],
        BlockTypes.Avatar =>
        [
            ("Avatar", [
                new("props.imageUrl", "Picture", BlockFieldKind.Picture),
                new("props.alt", "Description", BlockFieldKind.Line),
                Number("props.size", "Size", 16, 300, "64"),
                Choice("props.shape", "Shape", ("square", "Square"), ("circle", "Circle"), ("rounded", "Rounded")), Align(),
            ]),
            Box(),
        ],
        BlockTypes.Html => [("HTML", [new("props.contents", "Source", BlockFieldKind.Code) { Hint = "Goes into the mail as it is." }, Number("style.fontSize", "Text size", 8, 72, "16"), Align(), Color("style.color", "Colour", ""), Font("style.fontFamily")]), Box()],
        BlockTypes.SocialLinks =>
        [
            ("Social links", [
                new("props.links", "Links", BlockFieldKind.Links),
                Choice("props.appearance", "Show", ("badges", "Badges"), ("text", "Names")),
                Choice("props.shape", "Shape", ("circle", "Circle"), ("rounded", "Rounded"), ("square", "Square")),
                Number("props.size", "Size", 24, 64, "32"), Color("props.color", "One colour for all", ""), Align("center"),
            ]),
            Box(),
        ],
        BlockTypes.Section => [("Section", [Color("style.backgroundColor", "Background", ""), Color("style.color", "Text", ""), Color("style.borderColor", "Border", ""), Number("style.borderRadius", "Rounded corners", 0, 64, "0"), Padding()])],
        _ => [],
    };

    private static (string Title, IReadOnlyList<BlockField> Fields) Box() => ("Box", [Color("style.backgroundColor", "Background", ""), Padding()]);

    private static BlockField Padding() => new("style.padding", "Padding", BlockFieldKind.Padding) { Max = 200 };

    private static BlockField Color(string path, string label, string fallback) => new(path, label, BlockFieldKind.Color) { Fallback = fallback };

    private static BlockField Number(string path, string label, int min, int max, string fallback) => new(path, label, BlockFieldKind.Number) { Min = min, Max = max, Fallback = fallback };

    private static BlockField Align(string fallback = "left") => new("style.textAlign", "Align", BlockFieldKind.Choice)
    {
        Options = [.. Sides.OrderBy(side => side.Key == fallback ? 0 : 1)],
    };

    private static BlockField Font(string path) => new(path, "Font", BlockFieldKind.Font);

    private static BlockField Choice(string path, string label, params (string Value, string Text)[] options) =>
        new(path, label, BlockFieldKind.Choice) { Options = [.. options.Select(option => KeyValuePair.Create(option.Value, option.Text))] };
}

/// <summary>How a value is edited.</summary>
internal enum BlockFieldKind
{
    /// <summary>A line without expressions.</summary>
    Word,
    Line,
    Lines,

    /// <summary>Text with the marks of Markdown at hand.</summary>
    Writing,
    Code,
    Address,
    Picture,
    Color,
    Number,
    Choice,
    Flag,
    Font,
    Padding,
    Widths,
    Links,
}
