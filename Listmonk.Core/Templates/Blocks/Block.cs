using System.Text.Json;
using System.Text.Json.Nodes;

namespace Listmonk.Core.Templates.Blocks;

/// <summary>
/// One block as it stands in the document. Its values are read and written by path, such as <c>props.text</c> or <c>style.padding.top</c>;
/// a value of the wrong kind reads as absent and is left alone, as is everything that nobody asks for.
/// </summary>
public sealed class Block
{
    public const string PageId = "root";

    internal Block(string id, JsonObject json)
    {
        Id = id;
        Json = json;
    }

    public string Id { get; }

    public string Type => Json["type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : "";

    public bool IsPage => Id == PageId;

    internal JsonObject Json { get; }

    public string? Text(string path) => Find(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public double? Number(string path) =>
        Find(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && double.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    public bool? Flag(string path) => Find(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public JsonArray? Items(string path) => Find(path) as JsonArray;

    /// <summary>Stores a value, creating what is missing on the way; null removes it.</summary>
    internal void Set(string path, JsonNode? value)
    {
        var names = path.Split('.');
        var at = Member(Json, "data");
        foreach (var name in names[..^1])
        {
            at = Member(at, name);
        }

        if (value is null)
        {
            at.Remove(names[^1]);
        }
        else
        {
            at[names[^1]] = value;
        }
    }

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject found)
        {
            return found;
        }

        var created = new JsonObject();
        parent[name] = created;
        return created;
    }

    internal JsonNode? Find(string path)
    {
        var node = Json["data"];
        foreach (var name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
