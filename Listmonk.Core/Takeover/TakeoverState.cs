using System.Text.Json;
using System.Text.Json.Serialization;

namespace Listmonk.Core.Takeover;

/// <summary>What a takeover did with the rows of one kind.</summary>
public sealed record TakeoverCount
{
    /// <summary>Rows of the source when the run began.</summary>
    public long Total { get; set; }

    /// <summary>Rows looked at in this run.</summary>
    public long Read { get; set; }

    public long Added { get; set; }

    public long Updated { get; set; }

    /// <summary>Deleted here because the source has deleted them since the last run.</summary>
    public long Deleted { get; set; }

    /// <summary>Rows that have no place here; the notes say why.</summary>
    public long Skipped { get; set; }
}

/// <summary>Something that did not map: how often, with some examples.</summary>
public sealed record TakeoverNote
{
    private const int MaxExamples = 20;

    public long Count { get; set; }

    public List<string> Examples { get; init; } = [];

    internal void Add(string example)
    {
        Count++;
        if (example.Length > 0 && Examples.Count < MaxExamples)
        {
            Examples.Add(example);
        }
    }
}

/// <summary>How far a takeover is and what it found; small, since it is saved with each batch.</summary>
public sealed class TakeoverState
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>Kind to the key of its last row that is done.</summary>
    public Dictionary<string, long[]> Cursors { get; init; } = [];

    public Dictionary<string, TakeoverCount> Counts { get; init; } = [];

    /// <summary>Sentence to how often it was the case.</summary>
    public Dictionary<string, TakeoverNote> Notes { get; init; } = [];

    /// <summary>Kind to the ids that mean another row here than in the source; nothing of the source may be hung on them.</summary>
    public Dictionary<string, HashSet<int>> Strangers { get; init; } = [];

    /// <summary>
    /// When the last complete run began, some minutes taken off; null in the first. A row of the source of before that which is not here was deleted
    /// here.
    /// </summary>
    public DateTimeOffset? Before { get; set; }

    /// <summary>When the first run began, some minutes taken off: whatever is here and older came from the source.</summary>
    public DateTimeOffset? First { get; set; }

    /// <summary>When this run began.</summary>
    public DateTimeOffset RunStartedAt { get; set; }

    /// <summary>When the settings were first taken over; one that was saved later is this installation's own.</summary>
    public DateTimeOffset? SettingsAt { get; set; }

    internal TakeoverCount CountOf(string kind)
    {
        if (!Counts.TryGetValue(kind, out var count))
        {
            Counts.Add(kind, count = new TakeoverCount());
        }

        return count;
    }

    internal void Note(string sentence, string example = "")
    {
        if (!Notes.TryGetValue(sentence, out var note))
        {
            Notes.Add(sentence, note = new TakeoverNote());
        }

        note.Add(example);
    }

    /// <summary>For kinds that a run which goes on looks at from the start: what it told of them before would be told twice.</summary>
    internal void Forget(string kind)
    {
        if (Counts.TryGetValue(kind, out var count))
        {
            (count.Read, count.Skipped) = (0, 0);
        }

        foreach (var sentence in Notes.Keys.Where(sentence => sentence.StartsWith(kind + ":", StringComparison.Ordinal)).ToList())
        {
            Notes.Remove(sentence);
        }
    }

    internal bool IsStranger(string kind, int id) => Strangers.TryGetValue(kind, out var ids) && ids.Contains(id);

    internal void AddStranger(string kind, int id)
    {
        if (!Strangers.TryGetValue(kind, out var ids))
        {
            Strangers.Add(kind, ids = []);
        }

        ids.Add(id);
    }

    /// <summary>The id means the same on both sides by now.</summary>
    internal void RemoveStranger(string kind, int id)
    {
        if (Strangers.TryGetValue(kind, out var ids))
        {
            ids.Remove(id);
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal static TakeoverState Parse(string json) => JsonSerializer.Deserialize<TakeoverState>(json, Json) ?? new TakeoverState();
}
