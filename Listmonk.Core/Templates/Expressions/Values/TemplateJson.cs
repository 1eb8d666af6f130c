using System.Text.Json;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>Turns JSON into the values that templates work with.</summary>
public static class TemplateJson
{
    /// <summary>An empty map for null, for broken JSON and for anything that is not an object.</summary>
    public static TemplateMap ParseObject(string? json)
    {
        if (string.IsNullOrWhiteSpace(json) || json is "{}")
        {
            return new TemplateMap();
        }

        try
        {
            var element = JsonElement.Parse(json);
            return element.ValueKind == JsonValueKind.Object ? new TemplateMap(element, isShared: true) : new TemplateMap();
        }
        catch (JsonException)
        {
            return new TemplateMap();
        }
    }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static object? Parse(string json) => FromElement(JsonElement.Parse(json), isShared: false);

    public static object? FromElement(JsonElement element) => FromElement(element, isShared: true);

    internal static object? FromElement(JsonElement element, bool isShared) => element.ValueKind switch
    {
        JsonValueKind.String => Text(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element),
        JsonValueKind.Object => new TemplateMap(element, isShared),
        JsonValueKind.Array => List(element, isShared),
        _ => null,
    };

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: valid JSON, but no text.
            return element.GetRawText().Trim('"');
        }
    }

    // Every JSON number is fractional, as templates written for listmonk expect, but digits beyond a double's precision are kept: they are ids.
    private static object Number(JsonElement element)
    {
        var value = element.GetDouble();
        return Math.Abs(value) > 9_007_199_254_740_992 && element.TryGetInt64(out var whole) ? whole : value;
    }

    private static object?[] List(JsonElement element, bool isShared)
    {
        var items = new object?[element.GetArrayLength()];
        var i = 0;
        foreach (var item in element.EnumerateArray())
        {
            items[i++] = FromElement(item, isShared);
        }

        return items;
    }
}
