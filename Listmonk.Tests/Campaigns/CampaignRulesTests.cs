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
}
