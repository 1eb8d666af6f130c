using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Expressions;

public sealed class ShorthandTests
{
    [Theory]
    [InlineData("<a href=\"https://shop.example@TrackLink\">", "https://shop.example")]
    [InlineData("<a href=\"https://shop.example/?a=1&amp;b=2@TrackLink\">", "https://shop.example/?a=1&b=2")]
    [InlineData("<a href=\"https://shop.example/é/%20@TrackLink\">", "https://shop.example/é/%20")]
    [InlineData("<a href=\"{{ TrackLink \"https://shop.example\" }}\">", "https://shop.example")]
    [InlineData("<a href=\"{{ TrackLink \"https://shop.example\" . }}\">", "https://shop.example")]
    [InlineData("<a href=\"{{ printf \"https://shop.example/%d\" 5 | TrackLink }}\">", "https://shop.example/5")]
    [InlineData("<a href=\"https://shop.example/{{ .Subscriber.ID }}/{{- .Subscriber.Attribs.absent }}?t={{ .Subscriber.Attribs.quote | upper }}@TrackLink\">", "https://shop.example/5/?t=IT%27S%20%22SO%22")]
    public void Addresses_marked_for_tracking_are_handed_to_the_message(string source, string url)
    {
        var message = new Rendering.MessageProbe();

        Assert.Equal("<a href=\"https://m.example/l/1\">", Rendering.Html(source, message));
        Assert.Equal([url], message.Tracked);
    }

    [Theory]
    [InlineData("write to me@TrackLink")]
    [InlineData("https://shop.example/{{ if .x }}a{{ end }}@TrackLink")]
    [InlineData("https://shop.example/a b@TrackLink")]
    public void What_is_no_address_stays(string source) => Assert.Equal(source, TemplateShorthand.Expand(source));

    [Fact]
    public void Only_the_address_is_replaced()
        => Assert.Equal("[a]({{ TrackLink \"https://a.example\" }}) b", TemplateShorthand.Expand("[a](https://a.example@TrackLink) b"));

    [Fact]
    public void Links_inside_loops_belong_to_the_message()
    {
        var message = new Rendering.MessageProbe();

        Rendering.Html("{{ range .Subscriber.Attribs.buys }}{{ TrackLink (print \"https://s.example/\" .sku) }}{{ end }}", message);

        Assert.Equal(["https://s.example/K1", "https://s.example/K2"], message.Tracked);
    }
}
