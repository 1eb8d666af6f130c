using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>The map of the template language: made by <c>dict</c>, or a view of a JSON object whose members are converted when they are read.</summary>
#pragma warning disable CA1710 // 'Map' is the word of the template language.
public sealed class TemplateMap : IReadOnlyDictionary<string, object?>
#pragma warning restore CA1710
{
    private readonly JsonElement _source;
    private readonly bool _isShared;
    private Dictionary<string, object?>? _items;
    private string[]? _sortedKeys;

    public TemplateMap()
    {
        _items = new Dictionary<string, object?>(StringComparer.Ordinal);
    }

    internal TemplateMap(JsonElement source, bool isShared)
    {
        _source = source;
        _isShared = isShared;
    }

    /// <summary>Attributes of a campaign serve every recipient at once; a template may change only maps that it made itself.</summary>
    internal bool IsShared => _isShared;

    public int Count => Items.Count;

    public IEnumerable<string> Keys => SortedKeys;

    public IEnumerable<object?> Values => SortedKeys.Select(key => Items[key]);

    /// <summary>Maps are always walked in the ordinal order of their keys, so that output never depends on insertion.</summary>
    internal string[] SortedKeys
    {
        get
        {
            if (_sortedKeys is null)
            {
                var keys = Items.Keys.ToArray();
                Array.Sort(keys, StringComparer.Ordinal);
                _sortedKeys = keys;
            }

            return _sortedKeys;
        }
    }

    private Dictionary<string, object?> Items => _items ??= Read(_source, _isShared);

    public object? this[string key]
    {
        get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);
        set
        {
            Items[key] = value;
            _sortedKeys = null;
        }
    }

    public bool Remove(string key)
    {
        _sortedKeys = null;
        return Items.Remove(key);
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        if (_items is not null)
        {
            return _items.TryGetValue(key, out value);
        }

        // Scalars are read in place: a mail with two attributes must not pay for converting forty.
        if (_source.TryGetProperty(key, out var property))
        {
            if (property.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                return Items.TryGetValue(key, out value);
            }

            value = TemplateJson.FromElement(property, _isShared);
            return true;
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        foreach (var key in SortedKeys)
        {
            yield return new KeyValuePair<string, object?>(key, Items[key]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dictionary<string, object?> Read(JsonElement source, bool isShared)
    {
        var items = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in source.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException)
            {
                // A name with half a surrogate pair cannot be written in a template either.
                continue;
            }

            items[name] = TemplateJson.FromElement(property.Value, isShared);
        }

        return items;
    }
}
