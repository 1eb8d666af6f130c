using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberRulesTests
{
    [Theory]
    [InlineData("john.doe@x.org", "John Doe")]
    [InlineData("ann@x.org", "Ann")]
    [InlineData("a..b@x.org", "A B")]
    public void A_missing_name_comes_from_the_address(string email, string name) => Assert.Equal(name, SubscriberRules.DeriveName(email));

    [Theory]
    [InlineData("a@example.com", false)]
    [InlineData("a@sub.example.com", true)]
    [InlineData("a@wild.org", false)]
    [InlineData("a@deep.below.wild.org", false)]
    [InlineData("a@notwild.org", true)]
    [InlineData("a@bücher.example", false)]
    [InlineData("a@xn--bcher-kva.example", false)]
    public void Blocked_domains_cover_wildcards_at_every_level(string email, bool isAllowed) =>
        Assert.Equal(isAllowed, SubscriberRules.AllowsDomain(email, new PrivacySettings { DomainBlocklist = ["example.com", "*.wild.org", "bücher.example"] }));

    [Fact]
    public void The_allow_list_wins_over_the_block_list()
    {
        var privacy = new PrivacySettings { DomainAllowlist = ["good.org"], DomainBlocklist = ["good.org"] };
        Assert.True(SubscriberRules.AllowsDomain("a@good.org", privacy));
        Assert.False(SubscriberRules.AllowsDomain("a@other.org", privacy));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{\"a\":{\"b\":[1,null]}}", true)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData("{\"a\":", false)]
    [InlineData("{\"a\":\"\\u0000\"}", false)]
    public void Attributes_are_a_json_object(string json, bool isValid) => Assert.Equal(isValid, SubscriberRules.CheckAttributes(json) is null);

    [Fact]
    public void Merging_replaces_members_of_the_first_level_only() =>
        Assert.Equal("""{"a":1,"b":{"y":2},"c":null}""", SubscriberRules.MergeAttributes("""{"a":1,"b":{"x":1},"c":3}""", """{"b":{"y":2},"c":null}"""));
}
