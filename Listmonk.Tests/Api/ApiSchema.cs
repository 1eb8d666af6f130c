using System.Text.Json;
using System.Text.Json.Nodes;

namespace Listmonk.Tests.Api;

/// <summary>The parts of JSON Schema that the API's document uses, strictly: a member that the schema does not know is a fault.</summary>
internal sealed class ApiSchema(JsonNode document)
{
    /// <summary>What is wrong with the value, with its place; empty when it fits.</summary>
    public IEnumerable<string> Faults(JsonNode? value, JsonNode? schema, string place = "$")
    {
        if (schema is not JsonObject given)
        {
            return [];
        }

        if (given["$ref"] is { } reference)
        {
            return Faults(value, Resolve(reference.GetValue<string>()), place);
        }

        if (given["oneOf"] is JsonArray choices)
        {
            var results = choices.Select(choice => Faults(value, choice, place).ToList()).ToList();
            return results.Any(faults => faults.Count == 0) ? [] : results.MinBy(faults => faults.Count)!;
        }

        if (given["enum"] is JsonArray values && !values.Any(one => JsonNode.DeepEquals(one, value)))
        {
            return [$"{place}: {value} is none of {values.ToJsonString()}"];
        }

        return TypeFault(value, given["type"]) is { } fault ? [$"{place}: {fault}"]
            : value switch
            {
                JsonObject members => MemberFaults(members, given, place),
                JsonArray items => items.SelectMany((item, index) => Faults(item, given["items"], $"{place}[{index}]")),
                _ => [],
            };
    }

    public JsonNode Resolve(string reference) => reference.Split('/').Skip(1).Aggregate(document, (node, name) => node[name]!);

    private IEnumerable<string> MemberFaults(JsonObject members, JsonObject schema, string place)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name)))
        {
            yield return $"{place}.{name} is missing";
        }

        foreach (var (name, member) in members)
        {
            var known = schema["properties"]?[name];
            if (known is null && schema["properties"] is JsonObject && schema["additionalProperties"] is null)
            {
                yield return $"{place}.{name} is unknown";
            }

            foreach (var fault in Faults(member, known ?? schema["additionalProperties"], $"{place}.{name}"))
            {
                yield return fault;
            }
        }
    }

    private static string? TypeFault(JsonNode? value, JsonNode? type)
    {
        if (type is null)
        {
            return null;
        }

        var actual = value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => long.TryParse(value.ToJsonString(), out _) ? "integer" : "number",
            JsonValueKind.String => "string",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        var allowed = type is JsonArray many ? [.. many.Select(one => one!.GetValue<string>())] : new[] { type.GetValue<string>() };
        return allowed.Contains(actual, StringComparer.Ordinal) || (actual == "integer" && allowed.Contains("number", StringComparer.Ordinal))
            ? null
            : $"{actual} instead of {string.Join(" or ", allowed)}";
    }
}
