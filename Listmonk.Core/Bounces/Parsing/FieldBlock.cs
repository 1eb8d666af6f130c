namespace Listmonk.Core.Bounces.Parsing;

/// <summary>A block of header-like fields (RFC 5322 §2.2), unfolded; names in any letter case, blanks before the colon forgiven.</summary>
internal sealed class FieldBlock
{
    private const int MostFields = 500;
    private static readonly System.Buffers.SearchValues<char> NotInNames = System.Buffers.SearchValues.Create(" \t<>@\"");
    private readonly List<(string Name, string Value)> _fields = [];

    public int Count => _fields.Count;

    public string? this[string name]
    {
        get
        {
            foreach (var (field, value) in _fields)
            {
                if (field.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            return null;
        }
    }

    public IEnumerable<string> All(string name) =>
        _fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    public bool Has(string name) => this[name] is not null;

    public void Add(string name, string value)
    {
        if (_fields.Count < MostFields)
        {
            _fields.Add((name, value));
        }
    }

    /// <summary>All blocks of a text, parted by blank lines; lines that are no field are left out.</summary>
    public static List<FieldBlock> ParseAll(string text)
    {
        var blocks = new List<FieldBlock>();
        var block = new FieldBlock();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.AsSpan().Trim().IsEmpty)
            {
                if (block.Count > 0)
                {
                    blocks.Add(block);
                    block = new FieldBlock();
                }
            }
            else if (line[0] is ' ' or '\t' && block.Count > 0)
            {
                var (name, value) = block._fields[^1];
                block._fields[^1] = (name, $"{value} {line.Trim()}");
            }
            else if (TrySplit(line, out var name, out var value))
            {
                // Some servers forget the blank line between recipients.
                if (name.Equals("Final-Recipient", StringComparison.OrdinalIgnoreCase) && block.Has(name))
                {
                    blocks.Add(block);
                    block = new FieldBlock();
                }

                block.Add(name, value);
            }
        }

        if (block.Count > 0)
        {
            blocks.Add(block);
        }

        return blocks;
    }

    public static bool TrySplit(string line, out string name, out string value)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        name = colon > 0 ? line[..colon].TrimEnd() : "";
        value = colon > 0 ? line[(colon + 1)..].Trim() : "";
        return name.Length is > 0 and < 80 && !name.AsSpan().ContainsAny(NotInNames);
    }
}
