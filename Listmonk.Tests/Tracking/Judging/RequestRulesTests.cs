using System.Net;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Tests.Tracking.Judging;

public sealed class RequestRulesTests
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    [Theory]
    [InlineData("", HitReasons.NoAgent)]
    [InlineData("   ", HitReasons.NoAgent)]
    [InlineData("Mozilla/5.0", HitReasons.ApplePrivacy)]
    [InlineData("curl/8.9.1", HitReasons.ScannerAgent)]
    [InlineData("python-requests/2.32", HitReasons.ScannerAgent)]
    [InlineData("Java/21.0.4", HitReasons.ScannerAgent)]
    [InlineData("Mozilla/5.0 (compatible; Somebot/2.1; +http://www.somebot.test/bot.html)", HitReasons.ScannerAgent)]
    [InlineData("SiteExplorer (+https://explorer.test/about)", HitReasons.ScannerAgent)]
    [InlineData("audit/1 (contact ops@audit.test)", HitReasons.ScannerAgent)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36", HitReasons.ScannerAgent)]
    [InlineData("BarracudaCentral/2", HitReasons.ScannerAgent)]
    [InlineData("Mimecast-Something", HitReasons.ScannerAgent)]
    [InlineData("facebookexternalhit/1.1", HitReasons.ScannerAgent)]
    public void Software_is_recognised(string agent, string reason) =>
        Assert.Equal((HitVerdict.Machine, reason), Verdict(new HitRequest(HitKind.Open, agent)));

    [Theory]
    [InlineData(Browser, "desktop")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "mobile")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15", "tablet")]
    [InlineData("Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Mobile Safari/537.36", "mobile")]
    [InlineData("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "proxy")]
    [InlineData("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "proxy")]
    [InlineData("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", "other")]
    [InlineData("Microsoft Office/16.0 (Microsoft Outlook 16.0.5000; Pro)", "desktop")]
    [InlineData("Mozilla/5.0 (Windows NT 6.1; WOW64; rv:45.0; javascript) Gecko/20100101 Firefox/45.0", "desktop")]
    [InlineData("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; Embedded Web Browser from: http://bsalsa.com/)", "desktop")]
    [InlineData("Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1", "other")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile Safari/537.36 (Ecosia android@119)", "mobile")]
    [InlineData("Something", "other")]
    public void People_are_let_through_with_the_class_of_their_client(string agent, string agentClass)
    {
        var judgement = RequestRules.Judge(new HitRequest(HitKind.Open, agent), HitKnowledge.Default);

        Assert.Equal((HitVerdict.Human, "", agentClass), (judgement.Verdict, judgement.Reason, judgement.AgentClass));
    }

    [Fact]
    public void Gmail_loads_pictures_ahead_under_an_old_name_and_nobody_clicks_under_it()
    {
        const string edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246";

        Assert.Equal((HitVerdict.Machine, HitReasons.GmailPrefetch), Verdict(new HitRequest(HitKind.Open, edge + " Mozilla/5.0")));
        Assert.Equal((HitVerdict.Human, ""), Verdict(new HitRequest(HitKind.Open, edge)));
    }

    [Theory]
    [InlineData("prefetch", true)]
    [InlineData("prefetch;prerender", true)]
    [InlineData("Prerender", true)]
    [InlineData("preview", true)]
    [InlineData("", false)]
    [InlineData("document", false)]
    public void A_purpose_may_say_that_the_browser_fetches_ahead(string purpose, bool expected) => Assert.Equal(expected, RequestRules.IsPrefetch(purpose));

    [Theory]
    [InlineData("40.93.1.2", true)]
    [InlineData("::ffff:40.107.9.9", true)]
    [InlineData("2a01:111:f400::1", true)]
    [InlineData("104.47.127.255", true)]
    [InlineData("104.47.128.0", false)]
    [InlineData("40.94.0.0", false)]
    [InlineData("203.0.113.7", false)]
    public void Networks_of_gateways_are_machines_whatever_they_call_themselves(string address, bool isMachine) => Assert.Equal(
        isMachine ? (HitVerdict.Machine, HitReasons.ScannerNetwork) : (HitVerdict.Human, ""),
        Verdict(new HitRequest(HitKind.Click, Browser, Address: IPAddress.Parse(address))));

    [Fact]
    public void The_first_rule_that_applies_names_the_reason()
    {
        var gateway = IPAddress.Parse("40.92.0.1");

        Assert.Equal(HitReasons.Head, Verdict(new HitRequest(HitKind.Click, "curl/8", IsHead: true, IsPrefetch: true, gateway)).Reason);
        Assert.Equal(HitReasons.Prefetch, Verdict(new HitRequest(HitKind.Click, "curl/8", IsPrefetch: true, Address: gateway)).Reason);
        Assert.Equal(HitReasons.ScannerAgent, Verdict(new HitRequest(HitKind.Click, "curl/8", Address: gateway)).Reason);
    }

    [Fact]
    public void What_the_operator_adds_and_excepts_wins_over_the_lists()
    {
        var knowledge = new HitKnowledge(new TrackingSettings
        {
            ScannerAgents = ["InHouseGateway"],
            ScannerNetworks = ["198.51.100.0/28"],
            PeopleAgents = ["curl/"],
            PeopleNetworks = ["40.92.7.0/24"],
        });
        HitVerdict Judge(string agent, string address) => RequestRules.Judge(new HitRequest(HitKind.Click, agent, Address: IPAddress.Parse(address)), knowledge).Verdict;

        Assert.Equal(HitVerdict.Machine, Judge("Mozilla/5.0 (InHouseGateway)", "203.0.113.1"));
        Assert.Equal(HitVerdict.Machine, Judge(Browser, "198.51.100.15"));
        Assert.Equal(HitVerdict.Human, Judge(Browser, "198.51.100.16"));
        Assert.Equal(HitVerdict.Human, Judge("curl/8", "203.0.113.1"));
        Assert.Equal(HitVerdict.Human, Judge(Browser, "40.92.7.200"));
        Assert.Equal(HitVerdict.Machine, Judge(Browser, "40.92.8.200"));
    }

    private static (HitVerdict Verdict, string Reason) Verdict(HitRequest request)
    {
        var judgement = RequestRules.Judge(request, HitKnowledge.Default);
        return (judgement.Verdict, judgement.Reason);
    }
}
