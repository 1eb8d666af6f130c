using Listmonk.Core.Campaigns;

namespace Listmonk.Tests.Campaigns;

[Trait("Kind", "Unit")]
public sealed class CampaignRulesTests
{
    [Theory]
    [InlineData("Spring  Sale!", "spring-sale")]
    [InlineData("  Über uns  ", "über-uns")]
    [InlineData("हिन्दी समाचार", "हिन्दी-समाचार")]
    [InlineData("--a--b--", "a-b")]
    [InlineData("!?", null)]
    [InlineData(null, null)]
    public void A_slug_keeps_letters_marks_and_digits(string? text, string? slug) => Assert.Equal(slug, CampaignRules.Slug(text));

    [Fact]
    public void Text_made_of_a_page_has_lines_and_the_addresses_of_its_links()
    {
        var text = CampaignBodyConversion.Convert(
            "<html><head><title>T</title><style>p{}</style></head><body><h1>News</h1><p>Read <a href=\"https://example.com/a?x=1&amp;y=2\">this</a>.</p><ul><li>One</li><li>Two &amp; three</li></ul></body></html>",
            CampaignContentType.Html, CampaignContentType.Plain);

        Assert.Equal("News\n\nRead this (https://example.com/a?x=1&y=2).\n\n- One\n- Two & three\n", text);
    }

    [Fact]
    public void Plain_text_becomes_paragraphs_and_its_expressions_stay_code() =>
        Assert.Equal(
            "<p>Dear {{ .Subscriber.Name | default \"you\" }},</p>\n<p>1 &lt; 2<br>\nBye</p>\n",
            CampaignBodyConversion.Convert("Dear {{ .Subscriber.Name | default \"you\" }},\n\n1 < 2\nBye\n", CampaignContentType.Plain, CampaignContentType.Html));

    [Fact]
    public void Formats_that_hold_the_same_text_leave_it_alone() =>
        Assert.Equal("<p>x</p>", CampaignBodyConversion.Convert("<p>x</p>", CampaignContentType.Html, CampaignContentType.Richtext));
}
