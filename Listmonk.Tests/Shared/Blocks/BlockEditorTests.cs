using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using Listmonk.Core.Templates.Blocks;
using Listmonk.Tests.Support;
using Listmonk.Tests.Templates.Blocks;
using Listmonk.Web.Shared.Blocks;
using MudBlazor;

namespace Listmonk.Tests.Shared.Blocks;

public sealed class BlockEditorTests : ComponentTest
{
    private readonly List<BlockContent> _reported = [];

    [Fact]
    public void Opening_a_document_changes_nothing()
    {
        var editor = Open(BlockSamples.Everything);
        Assert.Null(editor.Instance.Read());
        Assert.Empty(_reported);
        Assert.Equal(17, editor.FindAll(".block-outline button").Count);
    }

    [Fact]
    public async Task A_dropped_block_is_added_where_it_fell_and_reported_with_its_HTML()
    {
        var editor = Open(BlockSamples.Everything);
        await editor.InvokeAsync(() => editor.Instance.OnDropped(BlockTypes.Button, null, "c", 1, 0));

        editor.WaitForAssertion(() => Assert.Single(_reported));
        var ids = JsonNode.Parse(_reported[0].Source)!["c"]!["data"]!["props"]!["columns"]![1]!["childrenIds"]!.AsArray();
        Assert.Equal(2, ids.Count);
        Assert.Contains(">Read more</a>", _reported[0].Html, StringComparison.Ordinal);
        Assert.Equal("Button", editor.Find(".block-right h3").TextContent);
    }

    [Fact]
    public async Task A_block_is_moved_by_dropping_and_the_rest_of_the_document_stays()
    {
        var editor = Open(BlockSamples.Everything);
        await editor.InvokeAsync(() => editor.Instance.OnDropped(null, "h", "s", 0, 1));

        var expected = JsonNode.Parse(BlockSamples.Everything)!;
        expected["root"]!["data"]!["childrenIds"]!.AsArray().RemoveAt(0);
        expected["s"]!["data"]!["props"]!["childrenIds"]!.AsArray().Add("h");
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(editor.Instance.Read()!.Source)));
    }

    [Fact]
    public void Typing_in_the_inspector_changes_the_selected_block()
    {
        var editor = Open(BlockSamples.Everything);
        Select(editor, "Heading");
        Field(editor, "props.text").Input("Good <morning>");

        Assert.Contains("Good &lt;morning&gt;</h1>", editor.Instance.Read()!.Html, StringComparison.Ordinal);
        editor.WaitForAssertion(() => Assert.Single(_reported));
    }

    [Fact]
    public async Task Keys_move_duplicate_delete_undo_and_redo()
    {
        var editor = Open(BlockSamples.Page("""
            "a": {"type": "Heading", "data": {"props": {"text": "One"}}}, "b": {"type": "Heading", "data": {"props": {"text": "Two"}}}
            """, "a", "b"));
        await editor.InvokeAsync(() => editor.Instance.OnSelected("b"));
        await KeyAsync(editor, "up");
        Assert.Equal("Two,One", Texts(editor));
        await KeyAsync(editor, "duplicate");
        Assert.Equal("Two,Two,One", Texts(editor));
        await KeyAsync(editor, "delete");
        await KeyAsync(editor, "undo");
        await KeyAsync(editor, "undo");
        await KeyAsync(editor, "undo");
        Assert.Equal("One,Two", Texts(editor));
        Assert.True(editor.Find("[aria-label=Undo]").HasAttribute("disabled"));
        await KeyAsync(editor, "redo");
        Assert.Equal("Two,One", Texts(editor));
    }

    [Fact]
    public async Task Escape_and_arrows_walk_through_the_blocks()
    {
        var editor = Open(BlockSamples.Everything);
        await editor.InvokeAsync(() => editor.Instance.OnSelected("s1"));
        await KeyAsync(editor, "parent");
        Assert.Equal("Section", editor.Find(".block-right h3").TextContent);
        await KeyAsync(editor, "previous");
        Assert.Equal("Text", editor.Find(".block-right h3").TextContent);
        await KeyAsync(editor, "parent");
        Assert.Equal("Columns", editor.Find(".block-right h3").TextContent);
    }

    [Fact]
    public void A_click_in_the_palette_adds_behind_the_selected_block()
    {
        var editor = Open(BlockSamples.Everything);
        Select(editor, "Heading");
        editor.Find($"[data-preset={BlockTypes.Divider}]").Click();

        var order = JsonNode.Parse(editor.Instance.Read()!.Source)!["root"]!["data"]!["childrenIds"]!.AsArray();
        Assert.Equal("block-1", order[1]!.GetValue<string>());
    }

    [Fact]
    public void Every_kind_of_block_has_an_inspector_whose_controls_have_names()
    {
        var editor = Open(BlockSamples.Everything);
        for (var row = 0; row < editor.FindAll(".block-outline button").Count; row++)
        {
            editor.FindAll(".block-outline button")[row].Click();
            foreach (var control in editor.FindAll(".block-inspector :is(input, textarea, select, button)"))
            {
                var isNamed = control.HasAttribute("aria-label") || control.HasAttribute("title") || control.TextContent.Trim().Length > 0
                    || control.Closest("label") is not null || editor.FindAll($"label[for='{control.Id}']").Count == 1;
                Assert.True(isNamed, control.OuterHtml);
            }
        }
    }

    [Fact]
    public void Sides_of_a_padding_are_stored_together()
    {
        var editor = Open(BlockSamples.Everything);
        Select(editor, "Button");
        editor.FindAll("[data-block-field='style.padding'] input")[0].Input("12");

        var padding = JsonNode.Parse(editor.Instance.Read()!.Source)!["b"]!["data"]!["style"]!["padding"]!;
        Assert.Equal("""{"top":12,"right":0,"bottom":0,"left":0}""", padding.ToJsonString());
    }

    [Fact]
    public void A_value_that_is_no_colour_is_refused()
    {
        RenderProviders();
        var editor = Open(BlockSamples.Everything);
        editor.Find("[data-block-field=textColor] input[type=text]").Change("red;}");

        Assert.Null(editor.Instance.Read());
        Assert.Contains(Get<ISnackbar>().ShownSnackbars, shown => shown.Message?.Contains("colour looks like", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_mail_without_blocks_is_laid_out_from_its_HTML_and_kept_until_it_is_changed()
    {
        var editor = Open(null, "<h1>Hello</h1><p>World</p>");
        Assert.Contains("written as HTML", editor.Find(".block-note").TextContent, StringComparison.Ordinal);
        Assert.Null(editor.Instance.Read());

        Select(editor, "Heading");
        Field(editor, "props.text").Input("Changed");
        Assert.Contains("World", editor.Instance.Read()!.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_document_is_explained_and_kept()
    {
        var editor = Open("{\"root\": 5}");
        Assert.Contains("no block 'root'", editor.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Null(editor.Instance.Read());

        editor.Find(".mud-alert button").Click();
        Assert.Single(editor.FindAll(".block-outline button"));
        Assert.NotNull(editor.Instance.Read());
    }

    [Fact]
    public async Task A_reader_cannot_change_anything()
    {
        var editor = Render<BlockEditor>(parameters => parameters.Add(one => one.Source, BlockSamples.Everything).Add(one => one.ReadOnly, true));
        await editor.InvokeAsync(() => editor.Instance.OnDropped(BlockTypes.Button, null, "root", 0, 0));
        await KeyAsync(editor, "delete");

        Assert.Null(editor.Instance.Read());
        Assert.Empty(editor.FindAll("[data-preset]"));
        Assert.All(editor.FindAll(".block-inspector fieldset"), fieldset => Assert.True(fieldset.HasAttribute("disabled")));
    }

    [Fact]
    public void A_design_is_chosen_from_the_gallery_and_can_be_undone()
    {
        var dialogs = RenderProviders();
        var editor = Open(BlockSamples.Everything);
        editor.FindAll(".block-bar button").First(button => button.TextContent == "Start from…").Click();
        dialogs.WaitForAssertion(() => Assert.True(dialogs.FindAll(".start-card").Count >= 6));
        dialogs.FindAll(".start-card").First(card => card.TextContent.Contains("Newsletter", StringComparison.Ordinal)).Click();

        editor.WaitForAssertion(() => Assert.Contains("What moved us this month", editor.Instance.Read()?.Html ?? "", StringComparison.Ordinal));
        editor.Find("[aria-label=Undo]").Click();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(BlockSamples.Everything), JsonNode.Parse(editor.Instance.Read()!.Source)));
    }

    private IRenderedComponent<BlockEditor> Open(string? source, string html = "") => Render<BlockEditor>(parameters => parameters
        .Add(editor => editor.Source, source)
        .Add(editor => editor.Html, html)
        .Add(editor => editor.Changed, _reported.Add));

    private static void Select(IRenderedComponent<BlockEditor> editor, string kind) =>
        editor.FindAll(".block-outline button").First(button => button.TextContent.Trim().StartsWith(kind, StringComparison.Ordinal)).Click();

    private static IElement Field(IRenderedComponent<BlockEditor> editor, string path) =>
        editor.Find($"[data-block-field='{path}'] :is(input, textarea)");

    private static Task KeyAsync(IRenderedComponent<BlockEditor> editor, string action) => editor.InvokeAsync(() => editor.Instance.OnKey(action));

    private static string Texts(IRenderedComponent<BlockEditor> editor) =>
        string.Join(',', editor.FindAll(".block-outline .outline-text").Select(text => text.TextContent));
}
