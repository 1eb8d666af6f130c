using Listmonk.Core.Templates;

namespace Listmonk.Tests.Templates;

public sealed class MarkdownBodyTests
{
    [Theory]
    [InlineData("**a** ~~b~~ `c`", "<p><strong>a</strong> <del>b</del> <code>c</code></p>\n")]
    [InlineData("it's -- \"so\"...", "<p>it&rsquo;s &ndash; &quot;so&quot;&hellip;</p>\n")]
    [InlineData("a <b>x</b>  \nb", "<p>a <b>x</b><br />\nb</p>\n")]
    [InlineData("https://bare.example", "<p>https://bare.example</p>\n")]
    [InlineData("# Two Words", "<h1 id=\"two-words\">Two Words</h1>\n")]
    [InlineData("# Hello {{ .Subscriber.Name }}", "<h1 id=\"hello--subscribername-\">Hello {{ .Subscriber.Name }}</h1>\n")]
    [InlineData("{{ printf \"%s -- '*x*' <b>\" .a }} and {{ .b_c_d }}", "<p>{{ printf \"%s -- '*x*' <b>\" .a }} and {{ .b_c_d }}</p>\n")]
    [InlineData("[go]({{ TrackLink \"https://a.example/?x=1&y=2\" }})", "<p><a href=\"{{ TrackLink \"https://a.example/?x=1&y=2\" }}\">go</a></p>\n")]
    [InlineData("[go](https://a.example/{{ .Subscriber.UUID }}@TrackLink)", "<p><a href=\"https://a.example/{{ .Subscriber.UUID }}@TrackLink\">go</a></p>\n")]
    [InlineData("`{{ \"a\" }}`", "<p><code>{{ \"a\" }}</code></p>\n")]
    [InlineData("qzx {{ `}}` }} qzxaqzx", "<p>qzx {{ `}}` }} qzxaqzx</p>\n")]
    [InlineData("open {{ here", "<p>open {{ here</p>\n")]
    public void Markdown_becomes_html_and_expressions_stay(string markdown, string html) => Assert.Equal(html, MarkdownBody.ToHtml(markdown));
}
