using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Listmonk.Core.Languages;

/// <summary>The texts of one language by listmonk's keys (spec/settings.md 11).</summary>
public sealed class LanguagePack
{
    /// <summary>A key reference may lead to a text with another one; a circle ends here.</summary>
    private const int MaxDepth = 3;

    private readonly FrozenDictionary<string, string> _texts;

    private LanguagePack(Dictionary<string, string> texts)
    {
        _texts = texts.ToFrozenDictionary(StringComparer.Ordinal);
        Culture = CultureOf(Code);
    }

    public string Code => _texts["_.code"];

    /// <summary>How dates and numbers are written; the invariant culture for a code that names none.</summary>
    public CultureInfo Culture { get; }

    public bool IsRightToLeft => Culture.TextInfo.IsRightToLeft;

    /// <summary>The language's own name.</summary>
    public string Name => _texts["_.name"];

    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>The text, or the key where there is none.</summary>
    public string Find(string key) => Resolve(_texts.GetValueOrDefault(key, key), MaxDepth);

    /// <summary>The text with its parameters, which stand in braces, filled in.</summary>
    public string Find(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = Find(key);
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The text for one or for several, where the pack has both: <c>List | Lists</c>.</summary>
    public string Find(string key, long count)
    {
        var text = Find(key);
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? text : (count > 1 ? text[(bar + 1)..] : text[..bar]).Trim();
    }

    /// <exception cref="FormatException">Not a flat JSON object of texts with <c>_.code</c> and <c>_.name</c>.</exception>
    internal static LanguagePack Read(Stream json, LanguagePack? fallback) => Read(json, _ => fallback);

    /// <exception cref="FormatException">As above.</exception>
    /// <param name="fallbackOf">The pack that fills the gaps of one with this code.</param>
    internal static LanguagePack Read(Stream json, Func<string, LanguagePack?> fallbackOf)
    {
        try
        {
            var given = JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
            if (given.GetValueOrDefault("_.code") is not { Length: > 0 } code || given.GetValueOrDefault("_.name") is not { Length: > 0 })
            {
                throw new FormatException("_.code and _.name are missing.");
            }

            var texts = fallbackOf(code) is not { } fallback ? [] : new Dictionary<string, string>(fallback.Texts, StringComparer.Ordinal);
            foreach (var (key, text) in given)
            {
                texts[key] = text;
            }

            return new LanguagePack(texts);
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static CultureInfo CultureOf(string code)
    {
        try
        {
            return CultureInfo.GetCultureInfo(code.Replace('_', '-'));
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }

    /// <summary>Puts the texts of <c>{other.keys}</c> in their place. What was put in is not read again: it has been resolved already.</summary>
    private string Resolve(string text, int depth)
    {
        if (depth == 0)
        {
            return text;
        }

        var from = 0;
        while (text.IndexOf('{', from) is >= 0 and var open && text.IndexOf('}', open) is >= 0 and var close)
        {
            if (_texts.TryGetValue(text[(open + 1)..close], out var other))
            {
                var resolved = Resolve(other, depth - 1);
                text = string.Concat(text.AsSpan(0, open), resolved, text.AsSpan(close + 1));
                from = open + resolved.Length;
            }
            else
            {
                from = open + 1;
            }
        }

        return text;
    }
}
