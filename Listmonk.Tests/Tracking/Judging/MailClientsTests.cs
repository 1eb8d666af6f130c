using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Tests.Tracking.Judging;

[Trait("Kind", "Unit")]
public sealed class MailClientsTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "Gmail")]
    [InlineData("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "Yahoo Mail")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)", "Apple Mail")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", "Apple Mail")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari")]
    [InlineData("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.17628; ms-office)", "Outlook")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0", "Thunderbird")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome")]
    [InlineData("Something/1.0", "Other")]
    public void The_everyday_name_is_found(string agent, string client) => Assert.Equal(client, MailClients.Of(agent));

    [Fact]
    public void Verdicts_carry_the_program_and_anonymous_hits_do_not()
    {
        using var judge = new HitJudge();
        var person = judge.Judge(new HitRequest(HitKind.Open, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0"));
        var privacy = judge.Judge(new HitRequest(HitKind.Open, "Mozilla/5.0"));

        Assert.Equal((HitVerdict.Human, "Thunderbird"), (person.Verdict, person.Client));
        Assert.Equal((HitVerdict.Machine, "Apple Mail"), (privacy.Verdict, privacy.Client));
        Assert.Equal("", new ReceivedHit { Judgement = person }.WithoutPerson().Judgement.Client);
    }
}
