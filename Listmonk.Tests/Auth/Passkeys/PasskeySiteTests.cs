using Listmonk.Core.Auth;

namespace Listmonk.Tests.Auth.Passkeys;

[Trait("Kind", "Unit")]
public sealed class PasskeySiteTests
{
    [Theory]
    [InlineData("https://News.example.com/mail", "news.example.com", "https://news.example.com")]
    [InlineData("https://news.example.com:8443", "news.example.com", "https://news.example.com:8443")]
    [InlineData("http://localhost:9000", "localhost", "http://localhost:9000")]
    [InlineData("https://müller.example", "xn--mller-kva.example", "https://xn--mller-kva.example")]
    public void Host_and_origin_are_those_of_the_root_URL_as_browsers_write_them(string root, string host, string origin)
    {
        var site = new PasskeySite(root);
        Assert.Equal((host, origin, null), (site.Host, site.Origin, site.Fault));
    }

    [Theory]
    [InlineData("http://news.example.com", "need https")]
    [InlineData("https://192.0.2.7", "need a host name")]
    [InlineData("https://[2001:db8::1]:9000", "need a host name")]
    [InlineData("news", "not complete")]
    public void A_root_URL_on_which_no_browser_makes_one_is_told(string root, string reason) =>
        Assert.Contains(reason, new PasskeySite(root).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://news.example.com/mail/admin/user/profile", null)]
    [InlineData("http://news.example.com/mail/admin", "opened at http://news.example.com.")]
    [InlineData("http://localhost:9000/admin", "opened at http://localhost:9000.")]
    public void A_page_at_another_address_is_told_which_is_right(string page, string? reason)
    {
        var fault = new PasskeySite("https://news.example.com/mail").FaultOn(new Uri(page));
        Assert.Equal(reason is null, fault is null);
        Assert.EndsWith(reason ?? "", fault ?? "", StringComparison.Ordinal);
    }
}
