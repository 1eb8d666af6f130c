using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Messengers.Dkim;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class DomainRulesTests
{
    private static readonly DomainRecords Sound = new() { Domain = "press.test", Spf = ["v=spf1 include:_spf.mail.test -all"], DkimSelectors = ["s1"], Dmarc = "v=DMARC1; p=reject" };

    [Fact]
    public void A_domain_with_all_records_has_no_finding() => Assert.Empty(DomainRules.Judge("press.test", Sound, []));

    [Fact]
    public void Silence_of_the_name_servers_is_said_and_nothing_is_claimed()
    {
        var finding = Assert.Single(DomainRules.Judge("press.test", null, []));
        Assert.Equal((PreflightCheck.Sender, PreflightSeverity.Info), (finding.Check, finding.Severity));
        Assert.Contains("could not be looked up", finding.Title, StringComparison.Ordinal);
    }

    public static TheoryData<string, PreflightSeverity, DomainRecords> Faults => new()
    {
        { "does not exist", PreflightSeverity.Warning, Sound with { Exists = false } },
        { "no SPF record", PreflightSeverity.Warning, Sound with { Spf = [] } },
        { "2 SPF records", PreflightSeverity.Warning, Sound with { Spf = ["v=spf1 a -all", "v=spf1 mx -all"] } },
        { "lets everybody send", PreflightSeverity.Warning, Sound with { Spf = ["v=spf1 +all"] } },
        { "No DKIM key", PreflightSeverity.Info, Sound with { DkimSelectors = [] } },
        { "no DMARC record", PreflightSeverity.Warning, Sound with { Dmarc = null } },
        { "only watches", PreflightSeverity.Info, Sound with { Dmarc = "v=DMARC1; p = none; rua=mailto:x@press.test" } },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Missing_and_wrong_records_are_found(string title, PreflightSeverity severity, DomainRecords records)
    {
        var finding = Assert.Single(DomainRules.Judge("press.test", records, []));
        Assert.Contains(title, finding.Title, StringComparison.Ordinal);
        Assert.Equal(severity, finding.Severity);
    }

    [Theory]
    [InlineData(DkimRecordState.Missing, "no record for our DKIM key, lm1._domainkey.press.test")]
    [InlineData(DkimRecordState.Different, "another key under lm1._domainkey.press.test")]
    [InlineData(DkimRecordState.Published, null)]
    [InlineData(DkimRecordState.Unknown, null)]
    public void An_own_key_must_be_published_and_makes_the_usual_names_needless(DkimRecordState state, string? title)
    {
        var findings = DomainRules.Judge("press.test", Sound with { DkimSelectors = [] }, [new OwnKey("lm1._domainkey.press.test", state)]).ToList();

        Assert.Equal(title is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Equal(PreflightSeverity.Warning, finding.Severity));
        Assert.All(findings, finding => Assert.Contains(title!, finding.Title, StringComparison.Ordinal));
    }
}
