using System.Text.Json.Nodes;
using Listmonk.Core.Templates.Blocks;

namespace Listmonk.Tests.Templates.Blocks;

public sealed class BlockDocumentTests
{
    [Fact]
    public void A_document_comes_back_as_it_was_with_what_nobody_knows()
    {
        var written = Read(BlockSamples.Everything).Write();

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(BlockSamples.Everything), JsonNode.Parse(written)));
        Assert.Equal(Keys(BlockSamples.Everything), Keys(written));
    }

    [Fact]
    public void A_change_touches_nothing_else()
    {
        var editing = new BlockEditing(Read(BlockSamples.Everything));
        editing.Select("h");
        Assert.True(editing.Set("props.text", "Changed").IsOk);

        var expected = JsonNode.Parse(BlockSamples.Everything)!;
        expected["h"]!["data"]!["props"]!["text"] = "Changed";
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(editing.Document.Write())));
    }

    [Fact]
    public void Blocks_are_walked_in_reading_order_and_missing_ones_are_passed_over()
    {
        var order = Read(BlockSamples.Everything).Walk().Select(entry => entry.Block.Id);
        Assert.Equal(["h", "t", "m", "i", "b", "c", "c1", "c2", "s", "s1", "d", "sp", "av", "ht", "so", "zz"], order);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "no block 'root'")]
    [InlineData("""{"root": 5}""", "no block 'root'")]
    [InlineData("""{"root": {"type": "Text"}}""", "must be of the type EmailLayout")]
    [InlineData("""{"root": {"type": "EmailLayout", "type": "EmailLayout"}}""", "not valid JSON")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": ["root"]}}}""", "'root' stands in two places")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": ["a", "a"]}}, "a": {"type": "Text"}}""", "'a' stands in two places")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": ["a"]}}, "a": {"type": "Container", "data": {"props": {"childrenIds": ["b"]}}}, "b": {"type": "Container", "data": {"props": {"childrenIds": ["a"]}}}}""", "'a' stands in two places")]
    public void A_broken_document_is_refused_in_words(string json, string why) =>
        Assert.Contains(why, BlockDocument.Read(json).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"root": {"type": "EmailLayout"}}""")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": null}}""")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": [5, null, {}, "a"]}}, "a": {"type": 7, "data": []}}""")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": ["a"], "textColor": 5}}, "a": {"type": "Text", "data": {"props": {"text": ["x"]}, "style": {"padding": {"top": "9", "left": -5}}}}}""")]
    [InlineData("""{"root": {"type": "EmailLayout", "data": {"childrenIds": ["a"]}}, "a": {"type": "ColumnsContainer", "data": {"props": {"columnsCount": 99, "columnsGap": 1e300, "columns": [null, 5, {"childrenIds": 5}]}}}}""")]
    public void Values_of_the_wrong_kind_are_read_as_absent(string json)
    {
        var document = Read(json);
        Assert.Contains("</html>", BlockRenderer.ToHtml(document), StringComparison.Ordinal);
        Assert.Contains("</html>", BlockRenderer.ToCanvas(document, isDark: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_blocks_too_deep_ones_and_too_large_documents_are_refused()
    {
        var ids = Enumerable.Range(0, BlockDocument.MaxBlocks + 1).Select(number => $"b{number}").ToArray();
        var many = BlockSamples.Page(string.Join(',', ids.Select(id => $$"""
            "{{id}}": {"type": "Spacer"}
            """)), ids);
        Assert.Contains("at most 500 blocks", BlockDocument.Read(many).Message, StringComparison.Ordinal);

        var deep = BlockSamples.Page(string.Join(',', Enumerable.Range(0, BlockDocument.MaxDepth + 1).Select(number => $$$"""
            "b{{{number}}}": {"type": "Container", "data": {"props": {"childrenIds": ["b{{{number + 1}}}"] } } }
            """)), "b0");
        Assert.Contains("levels deep", BlockDocument.Read(deep).Message, StringComparison.Ordinal);
        Assert.Contains("larger than", BlockDocument.Read(new string(' ', BlockDocument.MaxLength + 1)).Message, StringComparison.Ordinal);
    }

    internal static BlockDocument Read(string json)
    {
        var read = BlockDocument.Read(json);
        Assert.True(read.IsOk, read.IsOk ? "" : read.Message);
        return read.Value;
    }

    private static IEnumerable<string> Keys(string json) => ((JsonObject)JsonNode.Parse(json)!).Select(entry => entry.Key);
}
