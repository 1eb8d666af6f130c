using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Listmonk.Core.Languages;

/// <summary>The texts of one language: those that recipients see by listmonk's keys (spec/settings.md 11), those of the admin pages by their English.</summary>
public sealed class LanguagePack
{
    /// <summary>A key reference may lead to a text with another one; a circle ends here.</summary>
    private const int MaxDepth = 3;

    /// <summary>A pattern with less of its own than this would take any sentence for its own.</summary>
    private const int MinPatternLength = 6;

    /// <summary>The member of a pack that holds the texts of the admin pages, by their English.</summary>
    private const string AdminMember = "admin";

    private readonly FrozenDictionary<string, string> _texts;
    private readonly FrozenDictionary<string, string> _admin;
    private readonly Lazy<(MessagePattern Pattern, string Text)[]> _patterns;

    private LanguagePack(Dictionary<string, string> texts, Dictionary<string, string> admin)
    {
        _texts = texts.ToFrozenDictionary(StringComparer.Ordinal);
        _admin = admin.ToFrozenDictionary(StringComparer.Ordinal);
        _patterns = new(() => [.. _admin.Where(pair => pair.Key.Contains("{0", StringComparison.Ordinal))
            .Select(pair => (Pattern: new MessagePattern(pair.Key), pair.Value)).OrderByDescending(pair => pair.Pattern.Length)]);
        Culture = CultureOf(Code);
    }

    public string Code => _texts["_.code"];

    /// <summary>How dates and numbers are written; the invariant culture for a code that names none.</summary>
    public CultureInfo Culture { get; }

    public bool IsRightToLeft => Culture.TextInfo.IsRightToLeft;

    /// <summary>The language's own name.</summary>
    public string Name => _texts["_.name"];

    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>The texts of the admin pages by their English; none in a pack that only recipients see.</summary>
    public IReadOnlyDictionary<string, string> AdminTexts => _admin;

    /// <summary>The text of an admin page, or the English where there is none.</summary>
    public string FindAdmin(string english) => _admin.GetValueOrDefault(english, english);

    public bool HasAdmin(string english) => _admin.ContainsKey(english);

    /// <summary>A finished English sentence in this language: found as a whole, or by a text that has places where the sentence has values.</summary>
    public string FindAdminMessage(string english)
    {
        if (_admin.TryGetValue(english, out var whole))
        {
            return whole;
        }

        foreach (var (pattern, text) in _patterns.Value)
        {
            if (pattern.Length >= MinPatternLength && pattern.Match(english) is { } values)
            {
                // A value may be a word of ours itself, such as the state of a campaign.
                return string.Format(Culture, text, [.. values.Select(FindAdmin)]);
            }
        }

        return english;
    }

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

    /// <exception cref="FormatException">Not a JSON object of texts with <c>_.code</c> and <c>_.name</c>; <c>admin</c> may be another one within.</exception>
    internal static LanguagePack Read(Stream json, LanguagePack? fallback) => Read(json, _ => fallback);

    /// <exception cref="FormatException">As above.</exception>
    /// <param name="fallbackOf">The pack that fills the gaps of one with this code.</param>
    internal static LanguagePack Read(Stream json, Func<string, LanguagePack?> fallbackOf)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var given = Members(document.RootElement, skipped: AdminMember);
            if (given.GetValueOrDefault("_.code") is not { Length: > 0 } code || given.GetValueOrDefault("_.name") is not { Length: > 0 })
            {
                throw new FormatException("_.code and _.name are missing.");
            }

            var fallback = fallbackOf(code);
            var admin = document.RootElement.TryGetProperty(AdminMember, out var member) ? Members(member, skipped: null) : [];
            return new LanguagePack(Over(fallback?.Texts, given), Over(fallback?.AdminTexts, admin));
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static Dictionary<string, string> Members(JsonElement texts, string? skipped) =>
        texts.ValueKind != JsonValueKind.Object
            ? throw new FormatException("An object of texts is expected.")
            : texts.EnumerateObject().Where(text => text.Name != skipped).ToDictionary(
                text => text.Name,
                text => text.Value.ValueKind == JsonValueKind.String ? text.Value.GetString()! : throw new FormatException($"{text.Name} is no text."),
                StringComparer.Ordinal);

    private static Dictionary<string, string> Over(IReadOnlyDictionary<string, string>? fallback, Dictionary<string, string> given)
    {
        var texts = fallback is null ? [] : new Dictionary<string, string>(fallback, StringComparer.Ordinal);
        foreach (var (key, text) in given)
        {
            texts[key] = text;
        }

        return texts;
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
