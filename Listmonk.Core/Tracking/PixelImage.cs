namespace Listmonk.Core.Tracking;

/// <summary>The picture a mail shows to tell that it was opened: one transparent pixel, 43 bytes, the same for old and new addresses.</summary>
public static class PixelImage
{
    public const string ContentType = "image/gif";

    private static readonly byte[] Gif =
    [
        .. "GIF89a"u8,
        1, 0, 1, 0, 0x80, 0, 0, // one by one pixel, two colours
        0, 0, 0, 0xff, 0xff, 0xff, // black, white
        0x21, 0xf9, 4, 1, 0, 0, 0, 0, // the first colour is transparent
        0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, // the picture
        2, 2, 0x44, 1, 0,
        0x3b,
    ];

    public static ReadOnlyMemory<byte> Bytes => Gif;
}
