using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Tracking.Links;

public sealed class TextLinkRewriterTests
{
    private static readonly LinkPolicy Policy = new("https://mail.example.org");

    [Theory]
    [InlineData("https://a.example/b", "https://a.example/b")]
    [InlineData("see http://a.example/b. Then", "http://a.example/b")]
    [InlineData("(https://a.example/b), HTTPS://a.example/c!", "https://a.example/b HTTPS://a.example/c")]
    [InlineData("https://a.example/b_(c) and (https://a.example/b_(c))", "https://a.example/b_(c) https://a.example/b_(c)")]
    [InlineData("[x](https://a.example/b) [https://a.example/c] <https://a.example/d>", "https://a.example/b https://a.example/c https://a.example/d")]
    [InlineData("“https://a.example/b” 'https://a.example/c' `https://a.example/d`", "https://a.example/b https://a.example/c https://a.example/d")]
    [InlineData("**https://a.example/b** _https://a.example/c_ https://a.example/d_", "https://a.example/b https://a.example/c https://a.example/d_")]
    [InlineData("https://a.example/b... https://a.example/c…", "https://a.example/b https://a.example/c")]
    [InlineData("请看https://a.example/中。好", "https://a.example/中")]
    [InlineData("https://a.example/1\r\nhttps://a.example/2\nx", "https://a.example/1 https://a.example/2")]
    [InlineData("https://[2001:db8::1]/a", "https://[2001:db8::1]/a")]
    [InlineData("https://a.example/?b=1&amp;c", "https://a.example/?b=1&amp;c")]
    [InlineData("https://a.example/?b=https://c.example/", "https://a.example/?b=https://c.example/")]
    [InlineData("https://a.example/b@TrackLink.", "https://a.example/b")]
    [InlineData("x {{ TrackLink \"https://a.example/b\" . }} y", "https://a.example/b")]
    [InlineData("https://a.example/{{ index .A \"b c\" }}?d, x", "https://a.example/{{ index .A \"b c\" }}?d")]
    [InlineData("{{ if .A }}https://a.example/b{{ else }}https://a.example/c{{ end }}", "https://a.example/b https://a.example/c")]
    [InlineData("https://a.example/{{ if .A }}b{{ end }}/c", "https://a.example/{{ if .A }}b{{ end }}/c")]
    [InlineData("https://a.example/{{ if .A }} b{{ end }}", "https://a.example/")]
    [InlineData("xhttps://a.example/ git+https://a.example/ ftp://a.example/?b=https://a.example/ https:// ://", "")]
    [InlineData("{{ \"https://a.example/\" }} {{/* https://a.example/ */}}", "")]
    [InlineData("", "")]
    public void Addresses_end_where_a_reader_would_end_them(string text, string destinations)
    {
        var rewrite = TextLinkRewriter.Find(text, Policy);

        Assert.Equal(destinations, string.Join(' ', rewrite.Places.Where(place => place.IsTracked).Select(place => place.Destination)));
        Assert.Null(rewrite.PixelOffset);
        Assert.Equal(text, LinkRewriter.Splice(text, rewrite.Places, place => place.Raw));
    }

    [Theory]
    [InlineData("https://mail.example.org/subscription/a/b", LinkReason.Own)]
    [InlineData("https://a@b.example/", LinkReason.UserInformation)]
    [InlineData("https://a.example:x/", LinkReason.InvalidAddress)]
    public void An_address_left_alone_says_why(string text, LinkReason reason) =>
        Assert.Equal(reason, Assert.Single(TextLinkRewriter.Find(text, Policy).Places).Reason);

    [Fact]
    public void Nothing_is_tracked_when_tracking_is_off() =>
        Assert.Equal(LinkReason.TrackingOff, Assert.Single(TextLinkRewriter.Find("https://a.example/", Policy with { IsTrackingOff = true }).Places).Reason);
}
