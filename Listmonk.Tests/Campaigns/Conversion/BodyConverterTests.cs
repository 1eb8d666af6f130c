using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Conversion;

namespace Listmonk.Tests.Campaigns.Conversion;

[Trait("Kind", "Unit")]
public sealed class BodyConverterTests
{
    [Fact]
    public void Text_made_of_a_page_has_lines_and_the_addresses_of_its_links()
    {
        var text = Convert(
            "<html><head><title>T</title><style>p{}</style></head><body><h1>News</h1><p>Read <a href=\"https://example.com/a?x=1&amp;y=2\">this</a>.</p><ul><li>One</li><li>Two &amp; three</li></ul></body></html>",
            CampaignContentType.Html, CampaignContentType.Plain);

        Assert.Equal("News\n\nRead this (https://example.com/a?x=1&y=2).\n\n- One\n- Two & three\n", text);
    }

    [Fact]
    public void Plain_text_becomes_paragraphs_and_its_expressions_stay_code() =>
        Assert.Equal(
            "<p>Dear {{ .Subscriber.Name | default \"you\" }},</p>\n<p>1 &lt; 2<br>\nBye</p>\n",
            Convert("Dear {{ .Subscriber.Name | default \"you\" }},\n\n1 < 2\nBye\n", CampaignContentType.Plain, CampaignContentType.Html));

    [Fact]
    public void Formats_that_hold_the_same_text_leave_it_alone()
    {
        var conversion = BodyConverter.Convert("<p style=\"color: red\">x</p>", CampaignContentType.Html, CampaignContentType.Richtext);
        Assert.Equal("<p style=\"color: red\">x</p>", conversion.Body);
        Assert.True(conversion.IsLossless);
    }

    [Theory]
    [InlineData("<h2>A  title</h2><p>Some <b>bold</b>, <em>slanted</em> and <code>code</code>.</p>", "## A title\n\nSome **bold**, *slanted* and `code`.\n")]
    [InlineData("<p>One<br>two</p><p><strong> spaced </strong>out</p>", "One\\\ntwo\n\n**spaced** out\n")]
    [InlineData("<ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul>", "- One\n- Two\n  1. Deep\n")]
    [InlineData("<blockquote><p>Said</p><p>so</p></blockquote><hr>", "> Said\n>\n> so\n\n---\n")]
    [InlineData("<p><a href=\"https://x.example/?a=1&amp;b=2@TrackLink\">go</a> <img src=\"https://x.example/a.png\" alt=\"A pear\"></p>", "[go](https://x.example/?a=1&b=2@TrackLink) ![A pear](https://x.example/a.png)\n")]
    [InlineData("<p>2 * 3 &lt; 7 and snake_case but _this_</p><p># no heading</p><p>1. no list</p>", "2 \\* 3 \\< 7 and snake_case but \\_this\\_\n\n\\# no heading\n\n1\\. no list\n")]
    [InlineData("<table><tr><th>Fruit</th><th>Price</th></tr><tr><td>Pear</td><td>a|b</td></tr></table>", "| Fruit | Price |\n| --- | --- |\n| Pear | a\\|b |\n")]
    [InlineData("<table width=\"600\"><tr><td><h1>Hi</h1></td></tr><tr><td>Cell one</td><td>Cell two</td></tr></table>", "# Hi\n\nCell one\n\nCell two\n")]
    [InlineData("<style>p{}</style><!--[if mso]>x<![endif]--><p>H<sub>2</sub>O</p>", "H<sub>2</sub>O\n")]
    [InlineData("<pre>a\n  b</pre>", "```\na\n  b\n```\n")]
    [InlineData("", "")]
    public void Html_becomes_markdown(string html, string markdown) =>
        Assert.Equal(markdown, Convert(html, CampaignContentType.Html, CampaignContentType.Markdown));

    [Fact]
    public void Expressions_travel_through_every_conversion_letter_by_letter()
    {
        const string expression = "{{ if and (lt .Subscriber.Attribs.n 3) (eq .Subscriber.Attribs.a \"<b>_x_*y*\") }}";
        foreach (var to in new[] { CampaignContentType.Plain, CampaignContentType.Markdown, CampaignContentType.Richtext })
        {
            Assert.Contains(expression, Convert($"<p>{expression}yes{{{{ end }}}}</p>", CampaignContentType.Html, to), StringComparison.Ordinal);
        }

        Assert.Contains(
            "[open]({{ TrackLink \"https://x.example\" }})",
            Convert("<a href=\"{{ TrackLink \"https://x.example\" }}\">open</a>", CampaignContentType.Html, CampaignContentType.Markdown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# Title\n\nSome **bold** and [a link](https://x.example/a_b).\n\n- one\n- two\n\n1. first\n2. second\n")]
    [InlineData("> Quoted\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n---\n\n`code` and ~~old~~\n")]
    public void Markdown_comes_back_from_html_as_it_was(string markdown) =>
        Assert.Equal(markdown, Convert(Convert(markdown, CampaignContentType.Markdown, CampaignContentType.Html), CampaignContentType.Html, CampaignContentType.Markdown));

    [Theory]
    [InlineData("<p>Only <b>words</b></p>", CampaignContentType.Html, CampaignContentType.Markdown, "")]
    [InlineData("<p style=\"color: red\">x</p>", CampaignContentType.Html, CampaignContentType.Markdown, "colours, fonts and sizes")]
    [InlineData("<table><tr><td>x</td></tr></table>", CampaignContentType.Richtext, CampaignContentType.Markdown, "the layout by tables")]
    [InlineData("<!--[if mso]>x<![endif]-->", CampaignContentType.Html, CampaignContentType.Markdown, "the parts for Outlook")]
    [InlineData("<p>Only words</p>", CampaignContentType.Html, CampaignContentType.Plain, "")]
    [InlineData("<h1>x</h1>", CampaignContentType.Html, CampaignContentType.Plain, "headings, bold and italics")]
    [InlineData("<p>x</p>", CampaignContentType.Visual, CampaignContentType.Html, "the blocks: the visual editor cannot open it again as it was")]
    [InlineData("<p {{ if .x }}class=\"a\"{{ end }}>x</p>", CampaignContentType.Html, CampaignContentType.Richtext, "expressions inside tags, such as <p {{ if … }}class=\"x\"{{ end }}>: the rich-text editor cannot hold them")]
    [InlineData("<p title=\"{{ .x }}\">{{ if .x }}a{{ end }}</p>", CampaignContentType.Html, CampaignContentType.Richtext, "")]
    [InlineData("# x", CampaignContentType.Markdown, CampaignContentType.Html, "")]
    [InlineData("# x", CampaignContentType.Markdown, CampaignContentType.Plain, "")]
    [InlineData(" ", CampaignContentType.Html, CampaignContentType.Plain, "")]
    public void A_conversion_names_what_it_loses(string body, CampaignContentType from, CampaignContentType to, string loss) =>
        Assert.Equal(loss, string.Join("; ", BodyConverter.Convert(body, from, to).Losses));

    private static string Convert(string body, CampaignContentType from, CampaignContentType to) => BodyConverter.Convert(body, from, to).Body;
}
