using Listmonk.Core.Templates.Blocks;

namespace Listmonk.Tests.Templates.Blocks;

public sealed class BlockImportTests
{
    [Fact]
    public void Markdown_becomes_headings_and_the_runs_between_them()
    {
        var document = BlockImport.FromMarkdown("Intro {{ if .Subscriber.Name }}*you*{{ end }}\n\n# First\n\nText\n\n- a\n- b\n\nSecond\n------\n\nEnd\n\n```\n# no heading\n```\n");
        Assert.Equal(
            ["Text: Intro {{ if .Subscriber.Name }}*you*{{ end }}", "h1: First", "Text: Text\n\n- a\n- b", "h2: Second", "Text: End\n\n```\n# no heading\n```"],
            Summary(document));
    }

    [Fact]
    public void A_heading_with_a_link_stays_in_the_text() =>
        Assert.Equal(["Text: # See [this](https://example.com)"], Summary(BlockImport.FromMarkdown("# See [this](https://example.com)")));

    [Fact]
    public void Html_becomes_headings_texts_pictures_and_lines()
    {
        var document = BlockImport.FromHtml("""
            <html><head><title>T</title><style>p{}</style></head><body><table><tr><td>
            <h1>Hello {{ index .Subscriber.Attribs "city" }}</h1>
            <p>Some <b>bold</b> and <a href="https://example.com/?a=1&amp;b={{ .Subscriber.UUID }}">a link</a>.</p><p>More</p>
            <a href="https://example.com"><img src="https://example.com/a.png" alt="Pic" width="300"></a>
            <hr><ul><li>one</li><li>two</li></ul><h5>Small</h5></td></tr></table></body></html>
            """);
        Assert.Equal(
            [
                "h1: Hello {{ index .Subscriber.Attribs \"city\" }}",
                "Text: Some **bold** and [a link](https://example.com/?a=1&b={{ .Subscriber.UUID }}).\n\nMore",
                "Image: https://example.com/a.png",
                "Divider: ",
                "Text: - one\n- two",
                "h3: Small",
            ],
            Summary(document));
        var picture = document.Walk().Single(entry => entry.Block.Type == BlockTypes.Image).Block;
        Assert.Equal("https://example.com", picture.Text("props.linkHref"));
        Assert.Equal(300, picture.Number("props.width"));
    }

    [Fact]
    public void Plain_text_stays_plain_a_block_a_paragraph() =>
        Assert.Equal(["Text: One *star*\nsame", "Text: Two"], Summary(BlockImport.FromPlain("One *star*\r\nsame\r\n\r\n\r\nTwo")));

    [Theory]
    [InlineData("")]
    [InlineData("<p>")]
    [InlineData("<a href=\"x\"><b><i>")]
    [InlineData("{{ unclosed <h1>")]
    [InlineData("<h1></h1><img><hr><ul><ol></li>")]
    public void Any_text_can_be_taken_over(string text)
    {
        foreach (var document in new[] { BlockImport.FromHtml(text), BlockImport.FromMarkdown(text), BlockImport.FromPlain(text) })
        {
            Assert.True(BlockDocument.Read(document.Write()).IsOk);
        }
    }

    [Fact]
    public void A_text_of_very_many_headings_stops_at_the_limit()
    {
        var document = BlockImport.FromMarkdown(string.Concat(Enumerable.Repeat("# x\n\ny\n\n", 400)));
        Assert.True(BlockDocument.Read(document.Write()).IsOk);
    }

    private static List<string> Summary(BlockDocument document) =>
        [.. document.Walk().Select(entry => $"{entry.Block.Text("props.level") ?? entry.Block.Type}: {entry.Block.Text("props.text") ?? entry.Block.Text("props.url")}")];
}
