using System.Text.RegularExpressions;
using HtmlAgilityPack;
using Listmonk.Core.Templates.Blocks;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Blocks;

public sealed partial class BlockRendererTests
{
    private static readonly string Everything = BlockRenderer.ToHtml(BlockDocumentTests.Read(BlockSamples.Everything));

    [Fact]
    public void The_result_is_a_whole_document_that_compiles_as_a_campaign()
    {
        Assert.StartsWith("<!doctype html>", Everything, StringComparison.Ordinal);
        AssertSound(Everything);
        Assert.Single(Regex.Matches(Everything, Regex.Escape("{{ TrackView }}"), RegexOptions.None, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Expressions_pass_unchanged_and_the_text_around_them_is_encoded()
    {
        Assert.Contains(">Hello {{ .Subscriber.FirstName }}</h1>", Everything, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/{{ .Subscriber.UUID }}\"", Everything, StringComparison.Ordinal);
        Assert.Contains("Plain &amp; simple<br>second line", Everything, StringComparison.Ordinal);
        Assert.Contains("alt=\"A &quot;view&quot;\"", Everything, StringComparison.Ordinal);

        var quoted = Render("""
            "a": {"type": "Text", "data": {"props": {"text": "{{ index .Subscriber.Attribs \"city\" }} < {{ if gt 2 1 }}>{{ end }}"}}},
            "b": {"type": "Button", "data": {"props": {"text": "x", "url": "https://example.com/?c={{ index .Subscriber.Attribs \"city\" | urlquery }}&d=1"}}}
            """, "a", "b");
        Assert.Contains("{{ index .Subscriber.Attribs \"city\" }} &lt; {{ if gt 2 1 }}&gt;{{ end }}", quoted, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/?c={{ index .Subscriber.Attribs \"city\" | urlquery }}&amp;d=1\"", quoted, StringComparison.Ordinal);
        AssertSound(quoted);
    }

    [Fact]
    public void Tracked_links_and_embedded_images_keep_their_marks()
    {
        Assert.Contains("href=\"https://example.com/a?b=1&amp;c=2@TrackLink\"", Everything, StringComparison.Ordinal);
        Assert.Contains("data-embed", Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_is_formatted_and_styled_in_place()
    {
        var html = Render("""
            "a": {"type": "Text", "data": {"props": {"markdown": true, "text": "# Title\n\nA *word* and [a link]({{ UnsubscribeURL }})\n\n- one\n- two"}, "style": {"linkColor": "#AA0000"}}}
            """, "a");
        Assert.Contains("<em>word</em>", html, StringComparison.Ordinal);
        Assert.Matches("<a href=\"{{ UnsubscribeURL }}\"[^>]*style=\"color:#AA0000;text-decoration:underline;\"[^>]*>a link</a>", html);
        Assert.Matches("<ul style=\"margin:0 0 0;padding-left:24px;\">", html);
        AssertSound(html);
    }

    [Fact]
    public void The_HTML_block_passes_whole() => Assert.Contains("<p class=\"own\">Own <b>markup</b></p>", Everything, StringComparison.Ordinal);

    [Fact]
    public void A_kind_that_is_not_known_is_left_out_of_the_mail_and_seen_on_the_canvas()
    {
        Assert.DoesNotContain("Countdown", Everything, StringComparison.Ordinal);
        Assert.Contains("&#39;Countdown&#39; is not known here", BlockRenderer.ToCanvas(BlockDocumentTests.Read(BlockSamples.Everything), isDark: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "Text", "data": {"props": {"text": "<script>alert(1)</script>"}}}""")]
    [InlineData("""{"type": "Text", "data": {"props": {"markdown": true, "text": "<script>alert(1)</script>"}}}""")]
    [InlineData("""{"type": "Text", "data": {"props": {"markdown": true, "text": "<img src=x onerror=alert(1)>"}}}""")]
    [InlineData("""{"type": "Text", "data": {"props": {"markdown": true, "text": "hi <b onclick='alert(1)'>there</b>"}}}""")]
    [InlineData("""{"type": "Text", "data": {"props": {"markdown": true, "text": "[x](javascript:alert(1)) <a href=\"java\tscript:alert(1)\">y</a> <iframe src=https://example.com></iframe>"}}}""")]
    [InlineData("""{"type": "Text", "data": {"props": {"text": "x"}, "style": {"color": "red;}</style><script>alert(1)</script>", "fontFamily": "\"><script>alert(1)</script>"}}}""")]
    [InlineData("""{"type": "Heading", "data": {"props": {"level": "h1 onclick=alert(1)", "text": "</h1><script>alert(1)</script>"}}}""")]
    [InlineData("""{"type": "Button", "data": {"props": {"url": "JavaScript:alert(1)", "text": "x", "buttonBackgroundColor": "\"><script>alert(1)</script>"}}}""")]
    [InlineData("""{"type": "Button", "data": {"props": {"url": "java\nscript:alert(1)", "text": "x"}}}""")]
    [InlineData("""{"type": "Button", "data": {"props": {"url": "https://e.com/\"><script>alert(1)</script>", "text": "x"}}}""")]
    [InlineData("""{"type": "Image", "data": {"props": {"url": "x\" onerror=\"alert(1)", "alt": "\" onload=\"alert(1)", "linkHref": "vbscript:x", "contentAlignment": "\" onclick=\"alert(1)"}}}""")]
    [InlineData("""{"type": "SocialLinks", "data": {"props": {"links": [{"network": "\"><script>alert(1)</script>", "url": "https://e.com"}, {"network": "x", "url": "javascript:alert(1)"}]}}}""")]
    [InlineData("""{"type": "<script>alert(1)</script>", "data": {}}""")]
    public void Hostile_values_do_not_become_markup(string block)
    {
        var document = BlockDocumentTests.Read(BlockSamples.Page($"\"x\\\"><script>alert(1)</script>\": {block}", "x\\\"><script>alert(1)</script>"));
        foreach (var html in new[] { BlockRenderer.ToHtml(document), BlockRenderer.ToCanvas(document, isDark: false) })
        {
            var parsed = new HtmlDocument();
            parsed.LoadHtml(html);
            Assert.Null(parsed.DocumentNode.SelectSingleNode("//script|//iframe|//object"));
            Assert.DoesNotContain(parsed.DocumentNode.Descendants().SelectMany(node => node.Attributes), attribute =>
                attribute.Name.StartsWith("on", StringComparison.Ordinal)
                || Regex.IsMatch(attribute.DeEntitizeValue ?? "", "^[\\s]*(java|vb)[\\s]*script:", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5)));
        }
    }

    [Fact]
    public void Columns_stand_side_by_side_in_Outlook_and_stack_on_phones()
    {
        Assert.Contains("<!--[if mso]><td width=\"208\" valign=\"middle\"><![endif]-->", Everything, StringComparison.Ordinal);
        Assert.Contains("max-width:344px", Everything, StringComparison.Ordinal);
        Assert.Contains(".column { display: block !important;", Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void Widths_of_columns_never_exceed_their_room()
    {
        var html = Render("""
            "a": {"type": "ColumnsContainer", "data": {"props": {"columnsCount": 3, "columnsGap": 20, "fixedWidths": [900, 900, null], "columns": []}, "style": {"padding": {"left": 30, "right": 30}}}}
            """, "a");
        var widths = ColumnBox().Matches(html).Select(match => int.Parse(match.Groups["px"].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(3, widths.Count);
        Assert.InRange(widths.Sum(), 500, 540);
    }

    [Fact]
    public void A_text_on_a_coloured_section_keeps_its_colour_in_the_dark_look()
    {
        Assert.Contains("@media (prefers-color-scheme: dark)", Everything, StringComparison.Ordinal);
        Assert.Contains(".bg-FFFFFF { background-color: #", Everything, StringComparison.Ordinal);
        Assert.Contains(".fg-262626 { color: #", Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("fg-FFFFFF", Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("bg-1552C0", Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void The_preheader_is_hidden_and_comes_first()
    {
        var html = BlockRenderer.ToHtml(BlockDocumentTests.Read("""{"root": {"type": "EmailLayout", "data": {"preheader": "News & more for {{ .Subscriber.Name }}", "language": "ar-EG", "childrenIds": []}}}"""));
        Assert.Matches("<body[^>]*>\\s*<div style=\"display:none;[^\"]*\">News &amp; more for {{ .Subscriber.Name }}&#847;", html);
        Assert.Contains("<html lang=\"ar-EG\" dir=\"rtl\"", html, StringComparison.Ordinal);
        AssertSound(html);
    }

    [Fact]
    public void The_canvas_marks_blocks_and_their_lists_and_shows_expressions_as_text()
    {
        var canvas = BlockRenderer.ToCanvas(BlockDocumentTests.Read(BlockSamples.Everything), isDark: false);
        Assert.Contains("data-block=\"c1\"", canvas, StringComparison.Ordinal);
        Assert.Contains("data-slot=\"c\" data-column=\"1\"", canvas, StringComparison.Ordinal);
        Assert.DoesNotContain("TrackView", canvas, StringComparison.Ordinal);
        Assert.DoesNotContain("data-block", Everything, StringComparison.Ordinal);
    }

    /// <summary>Compiles, has balanced Outlook comments and tables inside and outside of them.</summary>
    internal static void AssertSound(string html)
    {
        CompiledTemplate.Compile(html, TemplateMode.Html, TemplateFunctionSet.Campaign);
        var opened = 0;
        foreach (Match mark in Conditional().Matches(html))
        {
            opened += mark.Value.StartsWith("<!--", StringComparison.Ordinal) ? 1 : -1;
            Assert.InRange(opened, 0, 1);
        }

        Assert.Equal(0, opened);
        foreach (var tag in new[] { "table", "tr", "td", "div", "a", "span" })
        {
            Assert.Equal(Count(html, $"<{tag}[\\s>]"), Count(html, $"</{tag}>"));
        }

        var modern = Regex.Replace(html, "<!--\\[if mso\\]>.*?<!\\[endif\\]-->", "", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        foreach (var tag in new[] { "table", "tr", "td" })
        {
            Assert.Equal(Count(modern, $"<{tag}[\\s>]"), Count(modern, $"</{tag}>"));
        }
    }

    private static int Count(string html, string pattern) => Regex.Count(html, pattern, RegexOptions.None, TimeSpan.FromSeconds(5));

    private static string Render(string blocks, params string[] ids) => BlockRenderer.ToHtml(BlockDocumentTests.Read(BlockSamples.Page(blocks, ids)));

    [GeneratedRegex(@"<!--\[if mso\]>|<!\[endif\]-->", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Conditional();

    [GeneratedRegex("class=\"column\" style=\"display:inline-block;width:100%;max-width:(?<px>[0-9]+)px", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ColumnBox();
}
