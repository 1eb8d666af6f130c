using Bunit;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;

namespace Listmonk.Tests.Settings;

public sealed class TrackingSettingsPageTests : ComponentTest
{
    [Fact]
    public void A_hit_is_explained_while_it_is_described()
    {
        var page = Render<TrackingSettingsPage>();
        page.WaitForAssertion(() => Assert.Contains("A person", page.Find(".explain-verdict").TextContent, StringComparison.Ordinal));

        page.FindAll(".explain-hit input[type=checkbox]")[0].Change(true);

        page.WaitForAssertion(() => Assert.Contains("head", page.Find(".explain-verdict code").TextContent, StringComparison.Ordinal));
        Assert.Contains("A machine", page.Find(".explain-verdict").TextContent, StringComparison.Ordinal);
    }
}
