using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Tracking.Links;

public sealed class RedirectRulesTests
{
    [Theory]
    [InlineData("https://a.example/b?c#d", true)]
    [InlineData("HTTP://a.example", true)]
    [InlineData("https://münchen.example/ü", true)]
    [InlineData("", false)]
    [InlineData("/b", false)]
    [InlineData("//a.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("https:a.example", false)]
    [InlineData("https://", false)]
    [InlineData("https://a@b.example/", false)]
    [InlineData("https://a.example/\r\nSet-Cookie: b", false)]
    public void A_redirect_goes_to_whole_web_addresses_only(string destination, bool expected) =>
        Assert.Equal(expected, RedirectRules.IsAllowed(destination));

    [Theory]
    [InlineData("https://a.example/b%20c?d=%2f&e=1#f", "https://a.example/b%20c?d=%2f&e=1#f")]
    [InlineData("https://A.example/[b]|{c}^`'~", "https://A.example/[b]|{c}^`'~")]
    [InlineData("https://a.example/b c?\"<>", "https://a.example/b%20c?%22%3C%3E")]
    [InlineData("https://München.example:8080/ü?😀", "https://xn--mnchen-3ya.example:8080/%C3%BC?%F0%9F%98%80")]
    public void A_location_is_ascii_and_otherwise_as_written(string destination, string location) =>
        Assert.Equal(location, RedirectRules.ToLocation(destination));
}
