using Listmonk.Core.Subscribers;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberLanguageTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"language":"de"}""", "de")]
    [InlineData("""{"lang":"zh-CN","city":"Pune"}""", "zh-CN")]
    [InlineData("""{"locale":"pt-BR"}""", "pt-BR")]
    [InlineData("""{"language":7}""", null)]
    [InlineData("""{"profile":{"language":"de"}}""", null)]
    [InlineData("""["language"]""", null)]
    public void Attributes_may_name_the_language(string attributes, string? expected) =>
        Assert.Equal(expected, SubscriberLanguage.Of(attributes));
}
