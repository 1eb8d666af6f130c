using System.Collections.Frozen;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>The font names of block documents. Mails cannot rely on loaded fonts, so each is a list of what systems bring along.</summary>
public static class BlockFonts
{
    public const string Default = "MODERN_SANS";

    /// <summary>By name, in the order in which they are offered.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Names { get; } =
    [
        KeyValuePair.Create(Default, "Modern sans"),
        KeyValuePair.Create("BOOK_SANS", "Book sans"),
        KeyValuePair.Create("ORGANIC_SANS", "Organic sans"),
        KeyValuePair.Create("GEOMETRIC_SANS", "Geometric sans"),
        KeyValuePair.Create("HEAVY_SANS", "Heavy sans"),
        KeyValuePair.Create("ROUNDED_SANS", "Rounded sans"),
        KeyValuePair.Create("MODERN_SERIF", "Modern serif"),
        KeyValuePair.Create("BOOK_SERIF", "Book serif"),
        KeyValuePair.Create("MONOSPACE", "Monospace"),
    ];

    private static readonly FrozenDictionary<string, string> Families = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Default] = "'Helvetica Neue', 'Arial Nova', 'Nimbus Sans', Arial, sans-serif",
        ["BOOK_SANS"] = "Optima, Candara, 'Noto Sans', source-sans-pro, sans-serif",
        ["ORGANIC_SANS"] = "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', sans-serif",
        ["GEOMETRIC_SANS"] = "Avenir, 'Avenir Next LT Pro', Montserrat, Corbel, 'URW Gothic', sans-serif",
        ["HEAVY_SANS"] = "Bahnschrift, 'DIN Alternate', 'Franklin Gothic Medium', 'Nimbus Sans Narrow', sans-serif",
        ["ROUNDED_SANS"] = "ui-rounded, 'Hiragino Maru Gothic ProN', Quicksand, Comfortaa, 'Arial Rounded MT Bold', Calibri, sans-serif",
        ["MODERN_SERIF"] = "Charter, 'Bitstream Charter', 'Sitka Text', Cambria, serif",
        ["BOOK_SERIF"] = "'Iowan Old Style', 'Palatino Linotype', 'URW Palladio L', P052, serif",
        ["MONOSPACE"] = "'Nimbus Mono PS', 'Courier New', 'Cutive Mono', monospace",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A CSS font list with single quotes; null for a name that is not known.</summary>
    internal static string? Family(string? name) => name is not null && Families.TryGetValue(name, out var family) ? family : null;
}
