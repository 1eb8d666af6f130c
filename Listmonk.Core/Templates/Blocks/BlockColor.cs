using System.Buffers;
using System.Globalization;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// A colour of a document. Only the hexadecimal forms are colours; anything else reads as none, so a value can never leave the style
/// attribute it is written into.
/// </summary>
internal readonly record struct BlockColor
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private BlockColor(string hex) => Hex = hex;

    /// <summary><c>#RRGGBB</c>, upper case.</summary>
    public string Hex { get; }

    /// <summary>Light and not strongly coloured: what a dark look turns dark.</summary>
    public bool IsPaper
    {
        get
        {
            var (_, saturation, lightness) = Hsl();
            return lightness > 0.88 || (lightness > 0.7 && saturation < 0.45);
        }
    }

    public static BlockColor? Parse(string? text)
    {
        if (text is null || text.Length is not (4 or 7) || text[0] != '#' || text.AsSpan(1).ContainsAnyExcept(HexDigits))
        {
            return null;
        }

        var hex = text.Length == 7 ? text : string.Create(7, text, static (full, part) =>
        {
            full[0] = '#';
            for (var at = 1; at < 4; at++)
            {
                full[(at * 2) - 1] = full[at * 2] = part[at];
            }
        });
        return new BlockColor(hex.ToUpperInvariant());
    }

    /// <summary>The colour of paper in a dark look: as dark as it was light, with less colour.</summary>
    public BlockColor Darkened()
    {
        var (hue, saturation, lightness) = Hsl();
        return FromHsl(hue, Math.Min(saturation, 0.3), 0.09 + ((1 - lightness) * 0.8));
    }

    /// <summary>The colour of text on darkened paper: dark becomes light, light stays.</summary>
    public BlockColor Lightened()
    {
        var (hue, saturation, lightness) = Hsl();
        return lightness >= 0.65 ? this : FromHsl(hue, saturation < 0.45 ? Math.Min(saturation, 0.15) : Math.Min(saturation, 0.85), 0.92 - (lightness * 0.35));
    }

    private (double Hue, double Saturation, double Lightness) Hsl()
    {
        double red = Channel(1), green = Channel(3), blue = Channel(5);
        var max = Math.Max(red, Math.Max(green, blue));
        var min = Math.Min(red, Math.Min(green, blue));
        var lightness = (max + min) / 2;
        var spread = max - min;
        if (spread == 0)
        {
            return (0, 0, lightness);
        }

        var saturation = spread / (1 - Math.Abs((2 * lightness) - 1));
        var hue = max == red ? ((green - blue) / spread) % 6 : max == green ? ((blue - red) / spread) + 2 : ((red - green) / spread) + 4;
        return (((hue * 60) + 360) % 360, saturation, lightness);
    }

    private double Channel(int at) => int.Parse(Hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;

    private static BlockColor FromHsl(double hue, double saturation, double lightness)
    {
        var reach = saturation * Math.Min(lightness, 1 - lightness);
        int At(double offset)
        {
            var step = (offset + (hue / 30)) % 12;
            return (int)Math.Round((lightness - (reach * Math.Max(-1, Math.Min(Math.Min(step - 3, 9 - step), 1)))) * 255);
        }

        return new BlockColor(string.Create(CultureInfo.InvariantCulture, $"#{At(0):X2}{At(8):X2}{At(4):X2}"));
    }
}
