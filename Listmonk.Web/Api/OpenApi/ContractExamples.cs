using System.Reflection;
using System.Text.Json.Nodes;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>The examples that types carry, put into envelopes and lists.</summary>
internal static class ContractExamples
{
    /// <summary>Null when neither the type nor what it consists of has an example.</summary>
    public static JsonNode? Of(Type type)
    {
        if (type.GetCustomAttribute<ExampleAttribute>() is { } example)
        {
            return JsonNode.Parse(example.Json);
        }

        if (type == typeof(bool))
        {
            return JsonValue.Create(true);
        }

        if (!type.IsGenericType || type.GetGenericArguments() is not [var inner])
        {
            return null;
        }

        var definition = type.GetGenericTypeDefinition();
        return Of(inner) is not { } part ? null
            : definition == typeof(OutcomeHttp.DataEnvelope<>) ? new JsonObject { ["data"] = part }
            : definition == typeof(OutcomeHttp.PageEnvelope<>) ? new JsonObject
            {
                ["results"] = new JsonArray(part),
                ["search"] = "",
                ["query"] = "",
                ["total"] = 1,
                ["per_page"] = 20,
                ["page"] = 1,
            }
            : typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? new JsonArray(part)
            : null;
    }
}
