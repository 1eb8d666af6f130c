using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>The OpenAPI document as the page shows it: operations in the order of their subjects, with references followed.</summary>
internal sealed class ApiReference
{
    private const int MaxDepth = 3;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonNode _document;

    private ApiReference(JsonNode document)
    {
        _document = document;
        Server = document["servers"]?[0]?["url"]?.GetValue<string>() ?? "";
        var order = ApiTags.All.Select((tag, index) => (tag.Name, index)).ToDictionary(tag => tag.Name, tag => tag.index, StringComparer.Ordinal);
        Operations =
        [
            .. document["paths"]!.AsObject()
                .SelectMany(path => path.Value!.AsObject().Select(operation => Read(operation.Key.ToUpperInvariant(), path.Key, operation.Value!)))
                .OrderBy(operation => order.GetValueOrDefault(operation.Tag, int.MaxValue)),
        ];
    }

    /// <summary>Where programs reach the installation.</summary>
    public string Server { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static ApiReference Read(ApiDocumentText text) => new(JsonNode.Parse(text.Json)!);

    private ApiOperation Read(string method, string path, JsonNode operation) => new()
    {
        Id = Text(operation["operationId"]),
        Method = method,
        Path = path,
        Tag = Text(operation["tags"]?[0]),
        Summary = Text(operation["summary"]),
        Description = Text(operation["description"]),
        Parameters = [.. (operation["parameters"] as JsonArray ?? []).Select(parameter => Parameter(parameter!))],
        Bodies = Contents(operation["requestBody"]?["content"]),
        Answers = Contents(operation["responses"]?["200"]?["content"]),
        Refusals = [.. operation["responses"]!.AsObject().Where(answer => answer.Key != "200").Select(answer => (int.Parse(answer.Key, CultureInfo.InvariantCulture), Text(Follow(answer.Value!)["description"])))],
    };

    private ApiParameter Parameter(JsonNode parameter)
    {
        var schema = Follow(parameter["schema"]!);
        var type = TypeOf(schema);
        IReadOnlyList<string> values = (schema["enum"] ?? schema["items"]?["enum"]) is JsonArray known ? [.. known.Select(value => value!.ToString())]
            : type == "boolean" ? ["true", "false"]
            : [];
        return new ApiParameter(Text(parameter["name"]), Text(parameter["in"]) == "path", type, Text(parameter["description"]), values);
    }

    private IReadOnlyList<ApiContent> Contents(JsonNode? contents) =>
    [
        .. (contents as JsonObject ?? []).Select(content => new ApiContent(
            content.Key, content.Value?["example"]?.ToJsonString(Readable), content.Value?["schema"] is { } schema ? [.. Members(schema, 0)] : [])),
    ];

    /// <summary>The members of an object, and below each those of what it holds.</summary>
    private IEnumerable<ApiMember> Members(JsonNode schema, int depth)
    {
        var shape = Shape(schema);
        var required = (shape["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, member) in shape["properties"] as JsonObject ?? [])
        {
            yield return new ApiMember(name, depth, TypeOf(member!), required.Contains(name), Text(member!["description"] ?? Shape(member)["description"]));
            if (depth < MaxDepth)
            {
                foreach (var below in Members(member, depth + 1))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>What describes the members: the schema itself, or that of the items of a list.</summary>
    private JsonNode Shape(JsonNode schema)
    {
        var own = Follow(schema["oneOf"] is JsonArray choices ? choices[^1]! : schema);
        return own["items"] is { } items ? Shape(items) : own;
    }

    private string TypeOf(JsonNode schema)
    {
        if (schema["oneOf"] is JsonArray choices)
        {
            return TypeOf(choices[^1]!) + " or null";
        }

        var own = Follow(schema);
        if (own["items"] is { } items)
        {
            return "list of " + TypeOf(items);
        }

        if (own["enum"] is JsonArray values)
        {
            return string.Join(", ", values.Select(value => value?.ToString() ?? "null"));
        }

        var type = own["type"] switch
        {
            JsonArray many => string.Join(" or ", many.Select(one => Text(one)).OrderBy(one => one == "null")),
            { } one => Text(one),
            null => "any",
        };
        return own["format"]?.ToString() switch
        {
            "date-time" => type.Replace("string", "time", StringComparison.Ordinal),
            "date" => type.Replace("string", "date", StringComparison.Ordinal),
            "uuid" => type.Replace("string", "UUID", StringComparison.Ordinal),
            "binary" => "file",
            _ => type.Replace("string", "text", StringComparison.Ordinal),
        };
    }

    private JsonNode Follow(JsonNode node) =>
        node["$ref"] is { } reference ? reference.GetValue<string>().Split('/').Skip(1).Aggregate(_document, (at, name) => at[name]!) : node;

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}

/// <summary>One call of the API.</summary>
public sealed record ApiOperation
{
    private const string JsonType = "application/json";

    public required string Id { get; init; }

    public required string Method { get; init; }

    /// <summary>From the root URL, with parameters in braces.</summary>
    public required string Path { get; init; }

    public required string Tag { get; init; }

    public required string Summary { get; init; }

    /// <summary>Paragraphs; code stands between back quotes.</summary>
    public required string Description { get; init; }

    public required IReadOnlyList<ApiParameter> Parameters { get; init; }

    public required IReadOnlyList<ApiContent> Bodies { get; init; }

    public required IReadOnlyList<ApiContent> Answers { get; init; }

    public required IReadOnlyList<(int Status, string Description)> Refusals { get; init; }

    /// <summary>A page can send no files, and a stream would never end.</summary>
    public bool CanBeTried => Answers.All(answer => answer.ContentType != "text/event-stream") && Bodies.All(body => body.ContentType == JsonType);

    /// <summary>Whether the call leaves everything as it is.</summary>
    public bool OnlyReads => Method == "GET";

    /// <summary>An example of what the call takes; null when it takes nothing.</summary>
    public string? BodyExample => Bodies is [{ ContentType: JsonType } body, ..] ? body.Example ?? "{}" : null;

    /// <summary>The address with the values that are given; unknown parts of the path stay in braces.</summary>
    public string AddressWith(IReadOnlyDictionary<string, string> values)
    {
        var path = Path;
        var query = new List<string>();
        foreach (var parameter in Parameters)
        {
            if (values.GetValueOrDefault(parameter.Name) is not { Length: > 0 } value)
            {
                continue;
            }

            if (parameter.IsPath)
            {
                path = path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
            }
            else
            {
                query.Add($"{parameter.Name}={Uri.EscapeDataString(value)}");
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>A command line that makes this call; the name and the token are the reader's to fill in.</summary>
    /// <param name="body">In place of the example.</param>
    public string Curl(string server, IReadOnlyDictionary<string, string> values, string? body = null)
    {
        var command = $"curl -u USER:TOKEN {(Method == "GET" ? "" : $"-X {Method} ")}'{server}{AddressWith(values)}'";
        return Bodies switch
        {
            [{ ContentType: JsonType, Example: { } example }, ..] => $"{command} -H 'Content-Type: application/json' -d '{(body ?? example).Replace("'", "'\\''", StringComparison.Ordinal)}'",
            [{ ContentType: "multipart/form-data" } form, ..] => command + string.Concat(form.Members.Select(part => part.Type == "file" ? $" -F {part.Name}=@FILE" : $" -F {part.Name}='…'")),
            [{ } plain, ..] => $"{command} -H 'Content-Type: {plain.ContentType}' --data-binary @FILE",
            _ => command,
        };
    }

    /// <summary>Each word in the name, the address or the subject.</summary>
    public bool Matches(string search) => search.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .All(word => $"{Method} {Path} {Summary} {Tag}".Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A parameter of the address.</summary>
public sealed record ApiParameter(string Name, bool IsPath, string Type, string Description, IReadOnlyList<string> Values);

/// <summary>A body or an answer in one content type.</summary>
public sealed record ApiContent(string ContentType, string? Example, IReadOnlyList<ApiMember> Members);

/// <summary>A member of an object.</summary>
/// <param name="Depth">0 for the outermost.</param>
public sealed record ApiMember(string Name, int Depth, string Type, bool IsRequired, string Description);
