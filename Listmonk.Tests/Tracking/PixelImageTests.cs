using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Tracking;

public sealed class PixelImageTests
{
    [Fact]
    public void It_is_a_whole_gif_of_one_pixel()
    {
        var gif = PixelImage.Bytes.Span;

        Assert.Equal(43, gif.Length);
        Assert.True(gif.StartsWith("GIF89a"u8));
        Assert.Equal([1, 0, 1, 0], gif.Slice(6, 4).ToArray());
        Assert.Equal(0x3b, gif[^1]);
    }
}
