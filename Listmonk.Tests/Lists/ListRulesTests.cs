using Listmonk.Core.Lists;

namespace Listmonk.Tests.Lists;

public sealed class ListRulesTests
{
    [Fact]
    public void Tags_are_trimmed_hyphenated_and_kept_once() =>
        Assert.Equal(["a", "two-words", "b"], ListRules.CleanTags([" a ", "two  words", "", null, "b", "a"]));

    [Theory]
    [InlineData("", false)]
    [InlineData("   ", false)]
    [InlineData("News", true)]
    public void A_list_needs_a_name(string name, bool isValid) =>
        Assert.Equal(isValid, ListRules.Check(new ListDraft { Name = name }).Count == 0);

    [Fact]
    public void The_name_is_limited_in_bytes_not_characters()
    {
        Assert.Empty(ListRules.Check(new ListDraft { Name = new string('x', 2000) }));
        Assert.Equal("name", Assert.Single(ListRules.Check(new ListDraft { Name = new string('é', 1001) })).Field);
    }
}
