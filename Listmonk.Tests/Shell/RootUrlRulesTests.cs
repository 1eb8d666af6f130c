using Listmonk.Web.Shell;

namespace Listmonk.Tests.Shell;

public sealed class RootUrlRulesTests
{
    [Theory]
    [InlineData("http://localhost:9000", "http://localhost:9000/")]
    [InlineData("http://localhost:9000", "http://127.0.0.1:9000/")]
    [InlineData("https://news.example.com", "https://news.example.com/")]
    [InlineData("https://news.example.com/mail", "https://news.example.com/mail/")]
    [InlineData("https://news.example.com", "http://news.example.com/")]
    public void An_address_that_leads_here_is_fine(string rootUrl, string browser) => Assert.Null(RootUrlRules.Fault(rootUrl, browser));

    [Theory]
    [InlineData("http://localhost:9000", "https://news.example.com/", "only this server itself")]
    [InlineData("http://localhost:9000", "http://localhost:5000/", "http://localhost:5000")]
    [InlineData("https://news.example.com", "https://other.example.com/", "https://other.example.com")]
    [InlineData("https://news.example.com/mail", "https://news.example.com/", "https://news.example.com/mail")]
    [InlineData("nonsense", "https://news.example.com/", "no address")]
    public void An_address_that_does_not_is_explained(string rootUrl, string browser, string part) =>
        Assert.Contains(part, RootUrlRules.Fault(rootUrl, browser), StringComparison.Ordinal);
}
