using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>Adds to each operation what its route says: name, parameters, body, examples, permission and refusals.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    /// <summary>The names of the permissions, any one of which suffices; empty for any account, absent where none is needed.</summary>
    public const string PermissionExtension = "x-permission";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var method = context.Description.HttpMethod ?? HttpMethods.Get;
        operation.OperationId = OperationId(method, context.Description.RelativePath ?? "");
        // Comments on handlers explain code; what the route says goes out.
        operation.Summary = metadata.OfType<IEndpointSummaryMetadata>().LastOrDefault()?.Summary;
        operation.Parameters = [.. PathParameters(operation, metadata), .. metadata.OfType<QueryParameter>().Select(QueryOf)];
        DescribeBody(operation, metadata, method);
        AddAnswerExample(operation, context, metadata);
        DescribePermission(operation, metadata);
        AddRefusals(operation, context.Document, metadata);
        return Task.CompletedTask;
    }

    /// <summary>Such as <c>getListsById</c>: unique, and the same in each version.</summary>
    private static string OperationId(string method, string path)
    {
        var words = path.Split('/', '.', '-', '_').Skip(1)
            .Select(part => part.StartsWith('{') ? "By" + Capital(part.Trim('{', '}').Split(':')[0]) : Capital(part));
        return method.ToLowerInvariant() + string.Concat(words);
    }

    private static string Capital(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];

    private static IEnumerable<IOpenApiParameter> PathParameters(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
        {
            var value = metadata.OfType<RouteValue>().LastOrDefault(value => value.Name == parameter.Name);
            parameter.Description = value?.Description ?? "Its number.";
            parameter.Schema = value is null
                ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }
                : new OpenApiSchema { Type = JsonSchemaType.String, Enum = value.Values.Count > 0 ? [.. value.Values.Select(text => JsonValue.Create(text)!)] : null };
            yield return parameter;
        }
    }

    private static OpenApiParameter QueryOf(QueryParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = parameter.Type.IsArray
            ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = ScalarOf(parameter.Type.GetElementType()!) }
            : ScalarOf(parameter.Type),
    };

    private static OpenApiSchema ScalarOf(Type type) => type switch
    {
        { IsEnum: true } => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Enum.GetNames(type).Select(name => JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(name))!)] },
        _ when type == typeof(int) => new OpenApiSchema { Type = JsonSchemaType.Integer },
        _ when type == typeof(bool) => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        _ when type == typeof(DateTimeOffset) => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        _ => new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void DescribeBody(OpenApiOperation operation, IList<object> metadata, string method)
    {
        if (HttpMethods.IsGet(method))
        {
            operation.RequestBody = null;
            return;
        }

        if (operation.RequestBody is OpenApiRequestBody { Content: { } content } && content.TryGetValue("application/json", out var json)
            && metadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType is { } type)
        {
            json.Example = metadata.OfType<RouteExample>().LastOrDefault(example => !example.IsAnswer) is { } own ? JsonNode.Parse(own.Json) : ContractExamples.Of(type);
        }

        var others = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
        if (metadata.OfType<FormBody>().LastOrDefault() is { } form)
        {
            others["multipart/form-data"] = new OpenApiMediaType { Schema = SchemaOf(form) };
        }

        foreach (var contentType in metadata.OfType<PlainBody>().SelectMany(body => body.ContentTypes))
        {
            others[contentType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        if (others.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = (operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>()).Concat(others).ToDictionary(StringComparer.Ordinal),
            };
        }
    }

    private static OpenApiSchema SchemaOf(FormBody form) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = form.Parts.ToDictionary(
            part => part.Name,
            IOpenApiSchema (part) => new OpenApiSchema { Type = JsonSchemaType.String, Format = part.IsFile ? "binary" : null, Description = part.Description },
            StringComparer.Ordinal),
        Required = form.Parts.Select(part => part.Name).ToHashSet(StringComparer.Ordinal),
    };

    private static void AddAnswerExample(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        if (operation.Responses?.GetValueOrDefault("200") is not OpenApiResponse { Content: { } content } answer)
        {
            return;
        }

        answer.Description = "Done.";
        if (!content.TryGetValue("application/json", out var json))
        {
            return;
        }

        PromiseData(json.Schema);
        if (context.Description.SupportedResponseTypes.FirstOrDefault(type => type.StatusCode == StatusCodes.Status200OK)?.Type is { } type)
        {
            json.Example = metadata.OfType<RouteExample>().LastOrDefault(example => example.IsAnswer) is { } own ? JsonNode.Parse(own.Json) : ContractExamples.Of(type);
        }
    }

    /// <summary>The envelope is generic, which makes its content look as if it might be null.</summary>
    private static void PromiseData(IOpenApiSchema? schema)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } || !properties.TryGetValue("data", out var data) || data is not OpenApiSchema inner)
        {
            return;
        }

        if (inner.OneOf is [OpenApiSchema { Type: JsonSchemaType.Null }, var real])
        {
            properties["data"] = real;
        }
        else
        {
            inner.Type &= ~JsonSchemaType.Null;
        }
    }

    private static void DescribePermission(OpenApiOperation operation, IList<object> metadata)
    {
        var rule = metadata.OfType<IAllowAnonymous>().Any() ? null : metadata.OfType<HasPermissionAttribute>().LastOrDefault();
        var sentence = rule switch
        {
            null => "Open to everybody.",
            { AnyOf.Count: 0 } => "Needs an account; what is shown and allowed follows its roles.",
            { AnyOf: var anyOf } => $"Needs the permission {string.Join(" or ", anyOf.Select(name => $"`{name}`"))}.",
        };
        var own = metadata.OfType<IEndpointDescriptionMetadata>().LastOrDefault()?.Description;
        operation.Description = own is null ? sentence : $"{own}\n\n{sentence}";
        if (rule is null)
        {
            operation.Security = [new OpenApiSecurityRequirement()];
            return;
        }

        operation.AddExtension(PermissionExtension, new JsonNodeExtension(new JsonArray([.. rule.AnyOf.Select(name => JsonValue.Create(name))])));
    }

    private static void AddRefusals(OpenApiOperation operation, OpenApiDocument? document, IList<object> metadata)
    {
        var statuses = new SortedSet<int>(metadata.OfType<Refusals>().SelectMany(refusals => refusals.Statuses));
        if (operation.Parameters is { Count: > 0 } || operation.RequestBody is not null)
        {
            statuses.Add(StatusCodes.Status400BadRequest);
        }

        if (operation.RequestBody is not null)
        {
            statuses.Add(StatusCodes.Status413PayloadTooLarge);
            statuses.Add(StatusCodes.Status415UnsupportedMediaType);
        }

        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            statuses.Add(StatusCodes.Status403Forbidden);
        }

        if (metadata.OfType<EnableRateLimitingAttribute>().Any())
        {
            statuses.Add(StatusCodes.Status429TooManyRequests);
        }

        operation.Responses ??= [];
        foreach (var status in statuses)
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponseReference(ErrorAnswers.NameOf(status), document);
        }
    }
}
