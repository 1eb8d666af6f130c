using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>The refusals that routes share, in listmonk's shape (spec/api.md 1.3).</summary>
internal static class ErrorAnswers
{
    private const string Schema = "Error";

    private static readonly IReadOnlyDictionary<int, (string Name, string Description, string Example)> Known = new Dictionary<int, (string Name, string Description, string Example)>
    {
        [StatusCodes.Status400BadRequest] = ("BadRequest", "The request cannot be understood or is not allowed by the rules, or the id is unknown.", "Invalid fields: name"),
        [StatusCodes.Status401Unauthorized] = ("Unauthorized", "The credentials are wrong.", "The credentials are wrong."),
        [StatusCodes.Status403Forbidden] = ("Forbidden", "No valid credentials, or an account without the permission.", "permission denied: lists:manage_all"),
        [StatusCodes.Status404NotFound] = ("NotFound", "There is no such thing, or it is switched off.", "There is no such webhook."),
        [StatusCodes.Status409Conflict] = ("Conflict", "It exists already, or has changed in the meantime.", "E-mail already exists."),
        [StatusCodes.Status413PayloadTooLarge] = ("TooLarge", "The body is too large.", "The body is too large."),
        [StatusCodes.Status415UnsupportedMediaType] = ("UnsupportedMediaType", "The content type is not read here.", "Unsupported Media Type"),
        [StatusCodes.Status429TooManyRequests] = ("TooManyRequests", "Too many requests from one address; Retry-After says when to come back.", "Too many requests from your address. Wait a minute and try again."),
        [StatusCodes.Status500InternalServerError] = ("ServerError", "It failed; the message says what another server answered.", "535 Authentication failed"),
        [StatusCodes.Status503ServiceUnavailable] = ("Unavailable", "Another service that has to be asked does not answer.", "The check that you are a person does not work at the moment. Please try again in a few minutes."),
    };

    public static string NameOf(int status) => Known[status].Name;

    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Schema, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A refusal.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "message" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For people to read." },
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "The fields to blame; absent where it is not about single fields.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string>(StringComparer.Ordinal) { "field", "message" },
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["field"] = new OpenApiSchema { Type = JsonSchemaType.String },
                            ["message"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        },
                    },
                },
            },
        });
        foreach (var (name, description, example) in Known.Values)
        {
            document.AddComponent<IOpenApiResponse>(name, new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Schema, document), Example = new JsonObject { ["message"] = example } },
                },
            });
        }
    }
}
