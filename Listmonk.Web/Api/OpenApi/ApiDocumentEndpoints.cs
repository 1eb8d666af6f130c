using System.Text.Json.Nodes;
using Listmonk.Web.Auth;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>The description of the API for programs (OpenAPI 3.1). Readable by every account: it says what can be done, not what is stored.</summary>
internal static class ApiDocumentEndpoints
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(ApiDocument.Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            options.CreateSchemaReferenceId = ContractSchemas.NameOf;
            options.AddSchemaTransformer<ContractSchemas>();
            options.AddOperationTransformer<OperationDescription>();
            options.AddDocumentTransformer<DocumentDescription>();
        });
        return services.AddSingleton<ApiDocument>();
    }

    public static void MapApiDocument(this IEndpointRouteBuilder api) =>
        api.MapGet("/openapi.json", Get).RequirePermission().WithSummary("This description of the API").GivesBare<JsonObject>();

    private static async Task<IResult> Get(HttpContext context, ApiDocument document, CancellationToken cancellationToken)
    {
        var text = await document.ReadAsync(cancellationToken);
        var headers = context.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = "private, no-cache";
        var takesBrotli = context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality != 0);
        if (takesBrotli)
        {
            headers.ContentEncoding = "br";
        }

        return Results.Bytes(takesBrotli ? text.Brotli : text.Json, "application/json", entityTag: new EntityTagHeaderValue(text.ETag, isWeak: true));
    }
}
