using System.Text.Json.Nodes;
using Listmonk.Core.Common;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// One person's work on a document: what is selected, each change as a step that can be undone, and the rule that a change that does not
/// fit leaves everything as it was.
/// </summary>
public sealed class BlockEditing
{
    /// <summary>Older steps are forgotten.</summary>
    public const int MaxSteps = 100;

    private const int MaxHistoryLength = 8 * 1024 * 1024;

    private readonly LinkedList<Step> _done = new();
    private readonly Stack<Step> _undone = new();
    private string? _mergeKey;

    public BlockEditing(BlockDocument document) => Document = document;

    private readonly record struct Step(string Source, string SelectedId);

    public BlockDocument Document { get; private set; }

    /// <summary>Counts what was changed, undone and redone.</summary>
    public int Version { get; private set; }

    /// <summary>The page when no block is selected.</summary>
    public string SelectedId { get; private set; } = Block.PageId;

    public Block Selected => Document.Find(SelectedId) ?? Document.Page;

    public bool CanUndo => _done.Count > 0;

    public bool CanRedo => _undone.Count > 0;

    public void Select(string? id)
    {
        SelectedId = id is not null && Document.Find(id) is not null ? id : Block.PageId;
        _mergeKey = null;
    }

    /// <summary>Selects the block before or after the selected one, in reading order.</summary>
    public void SelectNeighbour(int steps)
    {
        var order = Document.Walk().Select(entry => entry.Block.Id).ToList();
        if (order.Count > 0)
        {
            var at = order.IndexOf(SelectedId);
            Select(order[at < 0 ? (steps > 0 ? 0 : order.Count - 1) : Math.Clamp(at + steps, 0, order.Count - 1)]);
        }
    }

    /// <summary>The block that holds the selected one; from there the page.</summary>
    public void SelectParent() => Select(Document.PlaceOf(SelectedId)?.Slot.ParentId);

    /// <summary>Stores a value of the selected block; typing into one field is one step.</summary>
    public Outcome Set(string path, JsonNode? value)
    {
        var id = Selected.Id;
        return Apply(document => document.Set(id, path, value), $"{id} {path}");
    }

    /// <summary>Stores several values of the selected block as one step.</summary>
    public Outcome Set(IReadOnlyList<KeyValuePair<string, JsonNode?>> values)
    {
        var id = Selected.Id;
        return Apply(document => values.Select(value => document.Set(id, value.Key, value.Value)).FirstOrDefault(outcome => !outcome.IsOk) ?? Outcome.Ok);
    }

    /// <summary>Puts a block of the palette behind the selected one: into it where it is empty and can hold blocks, at the end of the page where nothing is selected.</summary>
    public Outcome Add(string preset)
    {
        var selected = Selected;
        if (BlockDocument.Slots(selected) is [var first, ..] && (selected.IsPage || Document.Children(first).Count == 0))
        {
            return Add(preset, first, Document.Children(first).Count);
        }

        return Document.PlaceOf(selected.Id) is { } place ? Add(preset, place.Slot, place.Index + 1) : Outcome.NotFound("This block is gone.");
    }

    public Outcome Add(string preset, BlockSlot slot, int index) =>
        BlockPresets.Create(preset) is { } fragment ? Insert(fragment, slot, index) : Outcome.NotFound($"There is no block '{preset}'.");

    public Outcome Move(string id, BlockSlot slot, int index) => Document.PlaceOf(id) is { } place && place.Slot == slot && (index == place.Index || index == place.Index + 1)
        ? Outcome.Ok
        : Apply(document => document.Move(id, slot, index), selects: id);

    /// <summary>One place up or down; at the end of its list a block leaves its section or changes to the next column.</summary>
    public Outcome MoveSelected(int direction)
    {
        if (Document.PlaceOf(SelectedId) is not { } place)
        {
            return Outcome.Ok;
        }

        var index = place.Index + direction;
        if (index >= 0 && index < Document.Children(place.Slot).Count)
        {
            return Move(SelectedId, place.Slot, direction > 0 ? index + 1 : index);
        }

        var parent = Document.Find(place.Slot.ParentId)!;
        var column = place.Slot.Column + direction;
        if (parent.Type == BlockTypes.Columns && column >= 0 && column < BlockDocument.ColumnCount(parent))
        {
            var next = new BlockSlot(parent.Id, column);
            return Move(SelectedId, next, direction > 0 ? 0 : Document.Children(next).Count);
        }

        return Document.PlaceOf(parent.Id) is { } outer ? Move(SelectedId, outer.Slot, direction > 0 ? outer.Index + 1 : outer.Index) : Outcome.Ok;
    }

    public Outcome DuplicateSelected() =>
        Document.PlaceOf(SelectedId) is { } place ? Insert(Document.Extract(SelectedId), place.Slot, place.Index + 1) : Outcome.Ok;

    /// <summary>Removes the selected block with everything inside it and selects its neighbour.</summary>
    public Outcome RemoveSelected()
    {
        if (Document.PlaceOf(SelectedId) is not { } place)
        {
            return Outcome.Ok;
        }

        var siblings = Document.Children(place.Slot);
        var next = siblings.Count == 1 ? place.Slot.ParentId : siblings[place.Index == siblings.Count - 1 ? place.Index - 1 : place.Index + 1].Id;
        var id = SelectedId;
        return Apply(document => document.Remove(id), selects: next);
    }

    /// <summary>Starts from another document; a step like any other.</summary>
    public void Replace(BlockDocument document)
    {
        Remember();
        Document = document;
        Select(null);
        Version++;
    }

    public void Undo()
    {
        if (_done.Last is { Value: var step })
        {
            _done.RemoveLast();
            _undone.Push(Present());
            Return(step);
        }
    }

    public void Redo()
    {
        if (_undone.TryPop(out var step))
        {
            _done.AddLast(Present());
            Return(step);
        }
    }

    private Outcome Insert(BlockFragment fragment, BlockSlot slot, int index)
    {
        var added = "";
        var outcome = Apply(document =>
        {
            var inserted = document.Insert(fragment, slot, index);
            added = inserted.IsOk ? inserted.Value : "";
            return inserted;
        });
        if (outcome.IsOk)
        {
            Select(added);
        }

        return outcome;
    }

    private Outcome Apply(Func<BlockDocument, Outcome> change, string? mergeKey = null, string? selects = null)
    {
        var changed = Document.Copy();
        var outcome = change(changed);
        if (!outcome.IsOk)
        {
            return outcome;
        }

        if (mergeKey is null || mergeKey != _mergeKey)
        {
            Remember();
        }

        Document = changed;
        if (selects is not null)
        {
            Select(selects);
        }

        _mergeKey = mergeKey;
        Version++;
        return outcome;
    }

    private void Remember()
    {
        _done.AddLast(Present());
        _undone.Clear();
        var length = _done.Sum(static step => (long)step.Source.Length);
        while (_done.Count > MaxSteps || (length > MaxHistoryLength && _done.Count > 1))
        {
            length -= _done.First!.Value.Source.Length;
            _done.RemoveFirst();
        }
    }

    private Step Present() => new(Document.Write(), SelectedId);

    private void Return(Step step)
    {
        Document = BlockDocument.Read(step.Source).Value;
        Select(step.SelectedId);
        Version++;
    }
}
