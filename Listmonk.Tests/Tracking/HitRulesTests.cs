using Listmonk.Core.Tracking;

namespace Listmonk.Tests.Tracking;

public sealed class HitRulesTests
{
    [Theory]
    [InlineData("", "no_agent")]
    [InlineData("   ", "no_agent")]
    [InlineData("Mozilla/5.0", "apple_privacy")]
    [InlineData("curl/8.5.0", "library")]
    [InlineData("python-requests/2.31", "library")]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", "library")]
    [InlineData("BarracudaCentral", "scanner")]
    [InlineData("facebookexternalhit/1.1", "crawler")]
    public void Software_is_recognised(string agent, string reason)
    {
        var judgement = HitRules.Judge(agent, "");

        Assert.Equal((HitVerdict.Machine, reason), (judgement.Verdict, judgement.Reason));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "desktop")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "mobile")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15", "tablet")]
    [InlineData("Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Mobile Safari/537.36", "mobile")]
    [InlineData("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "proxy")]
    [InlineData("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "proxy")]
    [InlineData("Microsoft Office/16.0 (Microsoft Outlook 16.0.5000; Pro)", "desktop")]
    [InlineData("Something", "other")]
    public void People_are_let_through_with_the_class_of_their_client(string agent, string agentClass)
    {
        var judgement = HitRules.Judge(agent, "");

        Assert.Equal((HitVerdict.Human, "", agentClass), (judgement.Verdict, judgement.Reason, judgement.AgentClass));
    }

    [Theory]
    [InlineData("prefetch")]
    [InlineData("prefetch;prerender")]
    [InlineData("preview")]
    public void A_browser_that_fetches_ahead_is_no_person(string purpose)
    {
        Assert.Equal(HitVerdict.Machine, HitRules.Judge("Mozilla/5.0 (Windows NT 10.0) Chrome/120", purpose).Verdict);
    }
}
