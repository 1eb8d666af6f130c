using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>Corrects the schemas where our converters hide a shape, and says which members an answer always has.</summary>
internal sealed partial class ContractSchemas : IOpenApiSchemaTransformer
{
    private const string Own = "Ours";

    private static readonly string[] Inbound = ["Request", "Body", "Params", "Contract"];

    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
        {
            schema.Type = type == context.JsonTypeInfo.Type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }
        else if (type == typeof(RawJson))
        {
            schema.Type = JsonSchemaType.Object;
            schema.AdditionalPropertiesAllowed = true;
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>))
        {
            Copy(await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], cancellationToken: cancellationToken), schema);
        }
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && !IsInbound(type.DeclaringType ?? type))
        {
            schema.Required = context.JsonTypeInfo.Properties.Where(IsAlwaysWritten).Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        }

        if (schema.Description is { } description)
        {
            schema.Description = ForReaders(description);
        }
    }

    /// <summary>The name in the document; null for what is written out where it is used.</summary>
    public static string? NameOf(JsonTypeInfo contract)
    {
        var type = Nullable.GetUnderlyingType(contract.Type) ?? contract.Type;
        return type.IsGenericType || type == typeof(RawJson) || type.Namespace?.StartsWith("Listmonk", StringComparison.Ordinal) != true || OpenApiOptions.CreateDefaultSchemaReferenceId(contract) is null
            ? null
            : type.IsNested ? type.DeclaringType!.Name + type.Name : type.Name;
    }

    private static bool IsInbound(Type type) => Inbound.Any(end => type.Name.EndsWith(end, StringComparison.Ordinal));

    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        property.Get is not null && property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is not [JsonIgnoreAttribute { Condition: not JsonIgnoreCondition.Never }, ..];

    /// <summary>A comment of the code, for those who read the document instead.</summary>
    private static string ForReaders(string comment)
    {
        var text = Reference().Replace(comment.ReplaceLineEndings(" "), "").Trim();
        if (!text.StartsWith(Own, StringComparison.Ordinal))
        {
            return text;
        }

        text = text[Own.Length..].TrimStart(':', '.', ' ');
        return text.Length == 0 ? "Not in listmonk." : $"{char.ToUpperInvariant(text[0])}{text[1..]} Not in listmonk.";
    }

    private static void Copy(OpenApiSchema from, OpenApiSchema to)
    {
        to.Type = from.Type ?? (from.Enum is null ? null : JsonSchemaType.String | JsonSchemaType.Null);
        to.Format = from.Format;
        to.Items = from.Items;
        to.Enum = from.Enum;
        to.AdditionalProperties = from.AdditionalProperties;
    }

    /// <summary>Pointers into the specification that only help who reads the code.</summary>
    [GeneratedRegex(@"\s*\(spec/[^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
