using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// A mail made of blocks, in the format of listmonk's block editor (EmailBuilder.js): an object of blocks by id, in which <c>root</c>
/// is the page and parents name their children.
///
/// The JSON itself is the model. Blocks and properties that this program does not know therefore survive reading, changing and writing,
/// and the order of keys stays. Documents are bounded, and every block stands in one place only: a document that came from elsewhere
/// could otherwise run in circles or grow without end when it is drawn.
/// </summary>
public sealed class BlockDocument
{
    /// <summary>In UTF-16 characters of JSON.</summary>
    public const int MaxLength = 1024 * 1024;

    public const int MaxBlocks = 500;

    /// <summary>Levels of blocks below the page.</summary>
    public const int MaxDepth = 12;

    public const int MaxColumns = 4;

    private const string Field = "body_source";
    private static readonly JsonSerializerOptions Output = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Input = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private readonly JsonObject _json;

    private BlockDocument(JsonObject json) => _json = json;

    public Block Page => Find(Block.PageId)!;

    /// <summary>Of blocks that stand on the page; what nothing refers to does not count.</summary>
    public int Count { get; private set; }

    /// <summary>A page without blocks.</summary>
    public static BlockDocument Empty() => new(new JsonObject
    {
        [Block.PageId] = new JsonObject
        {
            ["type"] = BlockTypes.Page,
            ["data"] = new JsonObject
            {
                ["backdropColor"] = "#F2F4F7",
                ["canvasColor"] = "#FFFFFF",
                ["textColor"] = "#1F2933",
                ["fontFamily"] = "MODERN_SANS",
                ["childrenIds"] = new JsonArray(),
            },
        },
    });

    public static Outcome<BlockDocument> Read(string json)
    {
        if (json.Length > MaxLength)
        {
            return Refused($"it is larger than {MaxLength / 1024 / 1024} MB");
        }

        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: Input);
        }
        catch (JsonException exception)
        {
            return Refused($"it is not valid JSON (line {exception.LineNumber + 1})");
        }

        if (node is not JsonObject document || document[Block.PageId] is not JsonObject)
        {
            return Refused("it has no block 'root'");
        }

        var read = new BlockDocument(document);
        if (read.Page.Type != BlockTypes.Page)
        {
            return Refused($"its block 'root' must be of the type {BlockTypes.Page}");
        }

        return read.Fault() is { } fault ? Refused(fault) : read;
    }

    public string Write() => _json.ToJsonString(Output);

    public Block? Find(string id) => _json[id] is JsonObject block ? new Block(id, block) : null;

    /// <summary>The lists of children of a block, by its structure: also of kinds that are not known.</summary>
    public static IReadOnlyList<BlockSlot> Slots(Block block)
    {
        if (block.Type == BlockTypes.Columns)
        {
            return [.. Enumerable.Range(0, ColumnCount(block)).Select(column => new BlockSlot(block.Id, column))];
        }

        return block.IsPage || block.Type == BlockTypes.Section || block.Items("props.childrenIds") is not null ? [new BlockSlot(block.Id)] : [];
    }

    /// <summary>Ids that name no block are left out; the document keeps them.</summary>
    public IReadOnlyList<Block> Children(BlockSlot slot) =>
        Find(slot.ParentId) is { } parent ? [.. Ids(Array(parent, slot.Column)).Select(Find).OfType<Block>()] : [];

    /// <summary>All blocks below the page with their level, in reading order.</summary>
    public IEnumerable<(Block Block, int Level)> Walk() => Walk(Page, 0);

    /// <summary>Null for the page, and for a block that stands nowhere.</summary>
    public BlockPlace? PlaceOf(string id)
    {
        foreach (var parent in Walk().Select(entry => entry.Block).Prepend(Page))
        {
            foreach (var slot in Slots(parent))
            {
                var index = Children(slot).ToList().FindIndex(child => child.Id == id);
                if (index >= 0)
                {
                    return new BlockPlace(slot, index);
                }
            }
        }

        return null;
    }

    /// <summary>Of the columns that are shown; a document may keep blocks in more.</summary>
    public static int ColumnCount(Block columns) => (int)Math.Clamp(columns.Number("props.columnsCount") ?? 2, 2, MaxColumns);

    public BlockDocument Copy() => new((JsonObject)_json.DeepClone()) { Count = Count };

    /// <summary>Stores one value of a block; null removes it.</summary>
    internal Outcome Set(string id, string path, JsonNode? value)
    {
        if (Find(id) is not { } block)
        {
            return Outcome.NotFound("This block is gone.");
        }

        block.Set(path, value);
        return Checked();
    }

    /// <summary>Takes in a block with everything inside it, under new ids.</summary>
    /// <returns>The id of the new block.</returns>
    internal Outcome<string> Insert(BlockFragment fragment, BlockSlot slot, int index)
    {
        if (Find(slot.ParentId) is not { } parent || !Slots(parent).Contains(slot))
        {
            return Outcome<string>.NotFound("The place for this block is gone.");
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 1;
        foreach (var id in fragment.Blocks.Select(entry => entry.Key))
        {
            while (_json.ContainsKey($"block-{number}"))
            {
                number++;
            }

            names[id] = $"block-{number++}";
        }

        foreach (var (id, json) in fragment.Blocks)
        {
            var copy = new Block(names[id], (JsonObject)json!.DeepClone());
            Rename(copy.Json["data"], names);
            _json[copy.Id] = copy.Json;
        }

        var newId = names[fragment.Id];
        Place(newId, parent, slot, index);
        return Checked() is { IsOk: false } refusal ? Outcome<string>.From(refusal) : newId;
    }

    /// <summary>Moves a block to <paramref name="index"/> among the children as they are before the move.</summary>
    internal Outcome Move(string id, BlockSlot slot, int index)
    {
        if (PlaceOf(id) is not { } from || Find(slot.ParentId) is not { } parent || !Slots(parent).Contains(slot))
        {
            return Outcome.NotFound("This block or its new place is gone.");
        }

        if (slot.ParentId == id || Walk(Find(id)!, 0).Any(entry => entry.Block.Id == slot.ParentId))
        {
            return Outcome.Invalid("", "A block cannot stand inside itself.");
        }

        Detach(id, from);
        Place(id, parent, slot, from.Slot == slot && from.Index < index ? index - 1 : index);
        return Checked();
    }

    internal Outcome Remove(string id)
    {
        if (PlaceOf(id) is not { } place)
        {
            return Outcome.NotFound("This block is gone.");
        }

        var inside = Descendants(Find(id)!).ToList();
        Detach(id, place);
        foreach (var block in inside.Append(id))
        {
            _json.Remove(block);
        }

        return Checked();
    }

    /// <summary>A copy of a block with everything inside it.</summary>
    internal BlockFragment Extract(string id) =>
        new(id, new JsonObject(Descendants(Find(id)!).Prepend(id).Select(inside => KeyValuePair.Create(inside, _json[inside]?.DeepClone()))));

    private static Outcome<BlockDocument> Refused(string why) => Outcome<BlockDocument>.Invalid(Field, $"The block document cannot be opened: {why}.");

    /// <summary>The ids below a block, those in hidden columns included.</summary>
    private IEnumerable<string> Descendants(Block block) =>
        AllChildren(block).SelectMany(child => Descendants(child).Prepend(child.Id));

    private IEnumerable<(Block Block, int Level)> Walk(Block parent, int level)
    {
        foreach (var child in Slots(parent).SelectMany(Children))
        {
            yield return (child, level);
            foreach (var entry in Walk(child, level + 1))
            {
                yield return entry;
            }
        }
    }

    private IEnumerable<Block> AllChildren(Block block)
    {
        var lists = block.Items("props.columns")?.OfType<JsonObject>().Select(column => column["childrenIds"] as JsonArray) ?? [];
        return lists.Append(Array(block, 0)).Distinct().SelectMany(Ids).Select(Find).OfType<Block>();
    }

    private Outcome Checked() => Fault() is { } fault ? Outcome.Invalid(Field, $"This does not fit: {fault}.") : Outcome.Ok;

    private string? Fault()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { Block.PageId };
        var fault = Fault(Page, 1, seen);
        Count = seen.Count - 1;
        return fault;
    }

    private string? Fault(Block parent, int level, HashSet<string> seen)
    {
        foreach (var child in AllChildren(parent))
        {
            if (level > MaxDepth)
            {
                return $"blocks lie more than {MaxDepth} levels deep";
            }

            if (!seen.Add(child.Id))
            {
                return $"the block '{(child.Id.Length > 60 ? child.Id[..60] : child.Id)}' stands in two places";
            }

            if (seen.Count > MaxBlocks + 1)
            {
                return $"a mail can have at most {MaxBlocks} blocks";
            }

            if (Fault(child, level + 1, seen) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static IEnumerable<string> Ids(JsonArray? ids) =>
        ids?.OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var id) ? id : "") ?? [];

    private static JsonArray? Array(Block parent, int column)
    {
        if (parent.IsPage)
        {
            return parent.Items("childrenIds");
        }

        return parent.Type == BlockTypes.Columns
            ? (parent.Items("props.columns") is { } columns && column < columns.Count ? (columns[column] as JsonObject)?["childrenIds"] as JsonArray : null)
            : parent.Items("props.childrenIds");
    }

    private static JsonArray ProvideArray(Block parent, int column)
    {
        if (Array(parent, column) is { } found)
        {
            return found;
        }

        var created = new JsonArray();
        if (parent.Type != BlockTypes.Columns)
        {
            parent.Set(parent.IsPage ? "childrenIds" : "props.childrenIds", created);
            return created;
        }

        if (parent.Items("props.columns") is not { } columns)
        {
            parent.Set("props.columns", columns = []);
        }

        while (columns.Count <= column)
        {
            columns.Add(new JsonObject { ["childrenIds"] = new JsonArray() });
        }

        columns[column] = new JsonObject { ["childrenIds"] = created };
        return created;
    }

    private void Place(string id, Block parent, BlockSlot slot, int index)
    {
        // Places are counted among blocks that exist; the list may hold ids that name none.
        var ids = ProvideArray(parent, slot.Column);
        var existing = Ids(ids).Select((child, position) => (child, position)).Where(entry => Find(entry.child) is not null).ToList();
        ids.Insert(index >= existing.Count ? ids.Count : existing[Math.Max(index, 0)].position, id);
    }

    private void Detach(string id, BlockPlace place)
    {
        var ids = Array(Find(place.Slot.ParentId)!, place.Slot.Column)!;
        ids.RemoveAt(Ids(ids).ToList().IndexOf(id));
    }

    private static void Rename(JsonNode? data, Dictionary<string, string> names)
    {
        if ((data as JsonObject)?["props"] is not JsonObject props)
        {
            return;
        }

        var lists = (props["columns"] as JsonArray)?.OfType<JsonObject>().Select(column => column["childrenIds"] as JsonArray) ?? [];
        foreach (var ids in lists.Append(props["childrenIds"] as JsonArray).OfType<JsonArray>())
        {
            var renamed = Ids(ids).Where(names.ContainsKey).Select(id => names[id]).ToList();
            ids.Clear();
            foreach (var id in renamed)
            {
                ids.Add(id);
            }
        }
    }
}

/// <summary>A block with everything inside it, ready to be put into a document.</summary>
/// <param name="Id">The outermost block.</param>
/// <param name="Blocks">By id, as in a document.</param>
public sealed record BlockFragment(string Id, JsonObject Blocks);
