using SkiaSharp;

namespace Listmonk.Core.Media;

/// <summary>Reads the size of pictures and makes small copies of them.</summary>
internal static class Thumbnails
{
    /// <summary>Width of every thumbnail, in pixels; small pictures are enlarged.</summary>
    public const int Width = 250;

    /// <summary>Pictures beyond this many pixels are refused before a byte of them is decoded, because four bytes each must fit in memory.</summary>
    public const long MaxPixels = 50_000_000;

    private const int MaxThumbnailHeight = 4 * Width;
    private const int PngQuality = 100;

    /// <summary>Null when the content is no picture, is damaged, or is too large to decode.</summary>
    public static Thumbnail? Create(ReadOnlyMemory<byte> content)
    {
        using var data = SKData.CreateCopy(content.Span);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.Info.Width < 1 || codec.Info.Height < 1 || (long)codec.Info.Width * codec.Info.Height > MaxPixels)
        {
            return null;
        }

        using var picture = SKBitmap.Decode(codec);
        if (picture is null)
        {
            return null;
        }

        var height = Math.Clamp((int)Math.Round((double)Width * picture.Height / picture.Width), 1, MaxThumbnailHeight);
        using var small = picture.Resize(new SKImageInfo(Width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var image = SKImage.FromBitmap(small);
        using var png = image.Encode(SKEncodedImageFormat.Png, PngQuality);
        return new Thumbnail(png.ToArray(), codec.Info.Width, codec.Info.Height);
    }
}

/// <summary>A PNG, and the size of the picture it was made from.</summary>
internal sealed record Thumbnail(byte[] Png, int OriginalWidth, int OriginalHeight);
