using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Blocks;
using Listmonk.Tests.Templates.Blocks;

namespace Listmonk.Tests.Templates;

public sealed class StarterTemplatesTests
{
    public static TheoryData<string> Keys => [.. StarterTemplates.All.Select(starter => starter.Key)];

    [Fact]
    public void There_are_five_of_them() => Assert.Equal(5, StarterTemplates.All.Count);

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_design_opens_compiles_and_lets_people_unsubscribe(string key)
    {
        var document = BlockDocument.Read(StarterTemplates.All.Single(starter => starter.Key == key).Source);
        Assert.True(document.IsOk, document.IsOk ? "" : document.Message);
        var html = BlockRenderer.ToHtml(document.Value);
        BlockRendererTests.AssertSound(html);
        Assert.Contains("href=\"{{ UnsubscribeURL }}\"", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 1000, 60_000);
    }
}
