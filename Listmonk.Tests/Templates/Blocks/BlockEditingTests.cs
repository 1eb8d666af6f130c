using System.Text.Json.Nodes;
using Listmonk.Core.Templates.Blocks;

namespace Listmonk.Tests.Templates.Blocks;

public sealed class BlockEditingTests
{
    private readonly BlockEditing _editing = new(BlockDocumentTests.Read(BlockSamples.Everything));

    private static readonly BlockSlot Page = new(Block.PageId);

    [Fact]
    public void Every_preset_can_be_added_and_is_drawn()
    {
        var editing = new BlockEditing(BlockDocument.Empty());
        foreach (var preset in BlockPresets.Names)
        {
            Assert.True(editing.Add(preset, Page, int.MaxValue).IsOk);
        }

        Assert.Equal(BlockPresets.Names.Count, editing.Document.Children(Page).Count);
        var read = BlockDocument.Read(editing.Document.Write());
        Assert.True(read.IsOk);
        Assert.Contains("UnsubscribeURL", BlockRenderer.ToHtml(read.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_is_added_behind_the_selected_one_and_selected()
    {
        _editing.Select("c1");
        Assert.True(_editing.Add(BlockTypes.Button).IsOk);

        Assert.Equal(["c1", _editing.SelectedId], Ids(new BlockSlot("c", 0)));
        Assert.Equal(BlockTypes.Button, _editing.Selected.Type);
    }

    [Fact]
    public void A_block_moves_into_a_column_and_the_rest_stays()
    {
        Assert.True(_editing.Move("i", new BlockSlot("c", 1), 0).IsOk);

        Assert.Equal(["i", "c2"], Ids(new BlockSlot("c", 1)));
        Assert.DoesNotContain("i", Ids(Page));
        Assert.Equal("i", _editing.SelectedId);
    }

    [Theory]
    [InlineData("h", 2, "t,h,m")]
    [InlineData("m", 0, "m,h,t")]
    [InlineData("t", 1, "h,t,m")]
    [InlineData("t", 2, "h,t,m")]
    public void Places_are_counted_before_the_move(string id, int index, string expected)
    {
        Assert.True(_editing.Move(id, Page, index).IsOk);
        Assert.Equal(expected, string.Join(',', Ids(Page).Take(3)));
    }

    [Fact]
    public void A_section_cannot_move_into_itself()
    {
        var before = _editing.Document.Write();
        Assert.Contains("inside itself", _editing.Move("s", new BlockSlot("s"), 0).Message, StringComparison.Ordinal);
        Assert.Equal(before, _editing.Document.Write());
        Assert.False(_editing.CanUndo);
    }

    [Fact]
    public void Removing_columns_removes_what_they_hold_the_hidden_column_too()
    {
        _editing.Select("c");
        Assert.True(_editing.RemoveSelected().IsOk);

        Assert.All(["c", "c1", "c2", "hidden"], id => Assert.Null(_editing.Document.Find(id)));
        Assert.Equal("s", _editing.SelectedId);
    }

    [Fact]
    public void A_duplicate_has_ids_of_its_own_and_equal_content()
    {
        _editing.Select("c");
        Assert.True(_editing.DuplicateSelected().IsOk);

        var copy = _editing.Selected;
        Assert.Equal(Ids(Page).ToList().IndexOf("c") + 1, Ids(Page).ToList().IndexOf(copy.Id));
        var text = Assert.Single(_editing.Document.Children(new BlockSlot(copy.Id, 0)));
        Assert.NotEqual("c1", text.Id);
        Assert.Equal("left", text.Text("props.text"));
    }

    [Fact]
    public void Moving_past_the_end_of_a_column_goes_on_to_the_next_and_then_outside()
    {
        _editing.Select("c1");
        _editing.MoveSelected(1);
        Assert.Equal(["c1", "c2"], Ids(new BlockSlot("c", 1)));
        _editing.MoveSelected(1);
        _editing.MoveSelected(1);

        Assert.Equal(["c", "c1", "s"], Ids(Page).SkipWhile(id => id != "c").Take(3));
    }

    [Fact]
    public void Undo_and_redo_walk_through_all_states()
    {
        var states = new List<string> { _editing.Document.Write() };
        _editing.Select("h");
        _editing.Set("props.text", "One");
        states.Add(_editing.Document.Write());
        _editing.RemoveSelected();
        states.Add(_editing.Document.Write());
        _editing.Add(BlockTypes.Divider, Page, 0);
        states.Add(_editing.Document.Write());

        for (var at = 2; at >= 0; at--)
        {
            _editing.Undo();
            Assert.Equal(states[at], _editing.Document.Write());
        }

        Assert.False(_editing.CanUndo);
        for (var at = 1; at < 4; at++)
        {
            _editing.Redo();
            Assert.Equal(states[at], _editing.Document.Write());
        }

        Assert.False(_editing.CanRedo);
    }

    [Fact]
    public void Typing_into_one_field_is_one_step()
    {
        _editing.Select("h");
        foreach (var text in new[] { "a", "ab", "abc" })
        {
            _editing.Set("props.text", text);
        }

        _editing.Set("style.color", "#112233");
        _editing.Undo();
        Assert.Equal("abc", _editing.Selected.Text("props.text"));
        _editing.Undo();
        Assert.Equal("Hello {{ .Subscriber.FirstName }}", _editing.Selected.Text("props.text"));
    }

    [Fact]
    public void A_change_after_undo_forgets_what_was_undone()
    {
        _editing.Select("h");
        _editing.Set("props.text", "One");
        _editing.Undo();
        _editing.Set("props.level", "h3");
        Assert.False(_editing.CanRedo);
    }

    [Fact]
    public void The_oldest_steps_are_forgotten()
    {
        for (var step = 0; step < BlockEditing.MaxSteps + 20; step++)
        {
            _editing.Select("h");
            _editing.Set("props.text", JsonValue.Create(step.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        var undone = 0;
        while (_editing.CanUndo)
        {
            _editing.Undo();
            undone++;
        }

        Assert.Equal(BlockEditing.MaxSteps, undone);
    }

    /// <summary>Whatever is done, in whatever order, the document can be read again and undoing leads back to the start.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_work_keeps_the_document_whole(int seed)
    {
#pragma warning disable CA5394, RS0030 // A test that can be repeated.
        var random = new Random(seed);
#pragma warning restore RS0030
        var start = _editing.Document.Write();
        for (var step = 0; step < 90; step++)
        {
            var blocks = _editing.Document.Walk().Select(entry => entry.Block).ToList();
            var slots = blocks.Append(_editing.Document.Page).SelectMany(BlockDocument.Slots).ToList();
            string Any() => blocks.Count == 0 ? "none" : blocks[random.Next(blocks.Count)].Id;
            _editing.Select(Any());
            _ = random.Next(7) switch
            {
                0 => _editing.Add(BlockPresets.Names[random.Next(BlockPresets.Names.Count)], slots[random.Next(slots.Count)], random.Next(5)),
                1 => _editing.RemoveSelected(),
                2 => _editing.DuplicateSelected(),
                3 => _editing.MoveSelected(random.Next(2) == 0 ? 1 : -1),
                4 => _editing.Set("props.columnsCount", JsonValue.Create(random.Next(1, 5))),
                _ => _editing.Move(Any(), slots[random.Next(slots.Count)], random.Next(5)),
            };
            var read = BlockDocument.Read(_editing.Document.Write());
            Assert.True(read.IsOk, read.IsOk ? "" : read.Message);
            BlockRendererTests.AssertSound(BlockRenderer.ToHtml(read.Value));
        }
#pragma warning restore CA5394

        while (_editing.CanUndo)
        {
            _editing.Undo();
        }

        Assert.Equal(start, _editing.Document.Write());
    }

    private IEnumerable<string> Ids(BlockSlot slot) => _editing.Document.Children(slot).Select(block => block.Id);
}
