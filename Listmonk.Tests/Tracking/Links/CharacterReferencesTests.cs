using System.Text;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Tracking.Links;

public sealed class CharacterReferencesTests
{
    [Theory]
    [InlineData("a&amp;b", "a&b")]
    [InlineData("&amp;amp;", "&amp;")]
    [InlineData("&ampb", "&ampb")]
    [InlineData("&amp=", "&amp=")]
    [InlineData("&amp", "&")]
    [InlineData("&amp-", "&-")]
    [InlineData("&copy=1&copy", "&copy=1©")]
    [InlineData("&notit;", "&notit;")]
    [InlineData("&colon&colon;", "&colon:")]
    [InlineData("&#61;&#61x&#x3d;&#X3D", "==x==")]
    [InlineData("&#0;&#xD800;&#x110000;&#99999999999;", "\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("&#150;&#x1F600;", "–😀")]
    [InlineData("&;&#;&#x;& &&", "&;&#;&#x;& &&")]
    [InlineData("&Uuml;&uuml", "Üü")]
    public void References_are_decoded_by_the_rule_for_attributes(string text, string expected)
    {
        var output = new StringBuilder();
        CharacterReferences.AppendDecoded(output, text);

        Assert.Equal(expected, output.ToString());
    }
}
