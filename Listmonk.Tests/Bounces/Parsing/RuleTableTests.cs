using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Tests.Bounces.Parsing;

/// <summary>The tables of rules hold together, and the way phrases match.</summary>
[Trait("Kind", "Unit")]
public sealed class RuleTableTests
{
    [Fact]
    public void Every_rule_leads_to_a_reason_of_the_catalogue()
    {
        // Reading the tables checks each line; a wrong one throws.
        Assert.NotNull(BounceRules.ByWords("user unknown", "", null, null, weak: false));
        Assert.Equal("mailbox-full", BounceRules.ByStatus("5.2.2"));
        Assert.All(BounceReasons.All, reason => Assert.True(reason is { Title.Length: > 0, Explanation.Length: > 0, Advice.Length: > 0 }));
    }

    [Theory]
    [InlineData("5.7.25", "reverse-dns")]
    [InlineData("4.7.23", "authentication")]
    [InlineData("5.7.606", "blocked")]
    [InlineData("5.7.515", "authentication")]
    [InlineData("5.1.351", "user-unknown")]
    [InlineData("5.0.0", null)]
    [InlineData("nonsense", null)]
    public void Codes_lead_to_reasons_by_ranges(string status, string? reason) => Assert.Equal(reason, BounceRules.ByStatus(status));

    [Theory]
    [InlineData("quota*exceeded", "the quota of this mailbox is exceeded", true)]
    [InlineData("quota*exceeded", "exceeded the quota", false)]
    [InlineData("fault", "by default", false)]
    [InlineData("*fault", "by default", true)]
    [InlineData("^user", "user unknown", true)]
    [InlineData("^user", "the user", false)]
    public void A_phrase_begins_at_a_word_and_its_gaps_are_bounded(string phrase, string text, bool expected) =>
        Assert.Equal(expected, Phrase.ParseAll(phrase)[0].Matches(text));

    [Fact]
    public void A_gap_does_not_reach_across_a_whole_mail() =>
        Assert.False(Phrase.ParseAll("quota*exceeded")[0].Matches("quota " + new string('x', 150) + " exceeded"));

    [Theory]
    [InlineData("smtp; 550-5.1.1 The account <pat@reader.test>\r\n 550 5.1.1 does not exist", "the account @ does not exist")]
    [InlineData("554 Blocked: [192.0.2.1] or 2001:db8::1:2:3", "blocked: ¤ or ¤")]
    public void Texts_are_made_comparable(string raw, string expected) => Assert.Equal(expected, ReplyText.Normalize(raw));
}
