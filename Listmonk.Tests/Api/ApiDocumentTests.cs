using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Listmonk.Tests.Support;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Listmonk.Tests.Api;

/// <summary>The OpenAPI document against the running application's own routes and answers.</summary>
public sealed class ApiDocumentTests(ListmonkApp app) : HttpTest(app)
{
    private const string Address = "/api/openapi.json";

    /// <summary>Routes that change something and are told all of it by their address.</summary>
    private static readonly string[] WithoutBody =
    [
        "POST /api/campaigns/{id}/resend", "POST /api/campaigns/{id}/deliveries/retry", "POST /api/campaigns/{id}/deliveries/newcomers",
        "POST /api/campaigns/{id:int}/links/changes/{editId:int}/undo", "POST /api/subscribers/{id}/optin", "PUT /api/subscribers/{id}/blocklist",
        "PUT /api/templates/{id}/default", "PUT /api/bounces/blocklist", "POST /api/bounces/{id}/undo", "POST /api/tracking/rejudge", "POST /api/webhooks/{id:int}/test",
        "POST /api/webhooks/{id:int}/secrets", "POST /api/webhooks/{id:int}/messages/{message:long}/replay", "POST /api/users/{id}/token", "POST /api/admin/reload",
        "POST /api/maintenance/backups", "PUT /api/maintenance/backups/{name}/restore", "POST /api/logout",
    ];

    public static TheoryData<string, string> RealAnswers => new()
    {
        { "/api/lists", "/api/lists" },
        { "/api/lists/{id}", "/api/lists/1" },
        { "/api/subscribers", "/api/subscribers" },
        { "/api/subscribers/{id}", "/api/subscribers/1" },
        { "/api/subscribers/{id}/timeline", "/api/subscribers/1/timeline" },
        { "/api/subscribers/{id}/engagement", "/api/subscribers/1/engagement" },
        { "/api/subscribers/{id}/tracking", "/api/subscribers/1/tracking" },
        { "/api/subscribers/{id}/export", "/api/subscribers/1/export" },
        { "/api/campaigns", "/api/campaigns" },
        { "/api/campaigns/{id}", "/api/campaigns/1" },
        { "/api/campaigns/{id}/preflight", "/api/campaigns/1/preflight" },
        { "/api/campaigns/{id}/report", "/api/campaigns/1/report" },
        { "/api/templates", "/api/templates" },
        { "/api/media", "/api/media" },
        { "/api/bounces", "/api/bounces" },
        { "/api/bounces/receivers", "/api/bounces/receivers" },
        { "/api/bounces/trends", "/api/bounces/trends" },
        { "/api/settings", "/api/settings" },
        { "/api/users", "/api/users" },
        { "/api/profile", "/api/profile" },
        { "/api/roles/users", "/api/roles/users" },
        { "/api/roles/lists", "/api/roles/lists" },
        { "/api/about", "/api/about" },
        { "/api/config", "/api/config" },
        { "/api/lang/{code}", "/api/lang/en" },
        { "/api/dashboard/counts", "/api/dashboard/counts" },
        { "/api/dashboard/charts", "/api/dashboard/charts" },
        { "/api/import/subscribers", "/api/import/subscribers" },
        { "/api/webhooks", "/api/webhooks" },
        { "/api/tracking/rejudge", "/api/tracking/rejudge" },
        { "/api/public/archive", "/api/public/archive" },
        { "/api/maintenance/backups", "/api/maintenance/backups" },
        { "/api/logs", "/api/logs" },
    };

    private IReadOnlyList<RouteEndpoint> Routes => [.. App.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(route => Path(route).StartsWith("/api/", StringComparison.Ordinal) && route.Metadata.GetMetadata<IHttpMethodMetadata>() is not null).DistinctBy(Describe)];

    [Fact]
    public void Every_route_says_what_it_is()
    {
        var tags = ApiTags.All.Select(tag => tag.Name).ToHashSet(StringComparer.Ordinal);
        var offenders = Routes.Where(route =>
            string.IsNullOrWhiteSpace(route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary)
            || route.Metadata.GetMetadata<ITagsMetadata>() is not { Tags: [var tag] } || !tags.Contains(tag)
            || !route.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == StatusCodes.Status200OK && answer.Type is { } type && type != typeof(void))
            || (route.Metadata.GetMetadata<HasPermissionAttribute>() is null && route.Metadata.GetMetadata<IAllowAnonymous>() is null));
        Assert.Empty(offenders.Select(Describe));
    }

    [Fact]
    public void Every_route_that_reads_a_body_says_which()
    {
        var silent = Routes.Where(route => Methods(route).Any(method => method is "POST" or "PUT" or "PATCH")
            && route.Metadata.GetMetadata<IAcceptsMetadata>() is null && route.Metadata.GetMetadata<FormBody>() is null && route.Metadata.GetMetadata<PlainBody>() is null);
        Assert.Empty(silent.Select(Describe).Except(WithoutBody));
    }

    [Fact]
    public void What_a_route_takes_does_not_change_which_requests_it_is_chosen_for() =>
        Assert.Empty(Routes.Where(route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Count > 0).Select(Describe));

    [Fact]
    public async Task Every_route_is_in_the_document_with_an_answer_and_a_name_of_its_own()
    {
        var document = await DocumentAsync();
        var operations = Operations(document).ToList();
        var expected = Routes.SelectMany(route => Methods(route).Select(method => $"{method} {Plain(Path(route))}"));

        Assert.Empty(expected.Except(operations.Select(operation => $"{operation.Method} {operation.Path}")));
        Assert.Empty(operations.Where(operation => operation.Content["responses"]!["200"]?["content"] is not JsonObject { Count: > 0 }).Select(operation => operation.Path));
        Assert.Equal(operations.Count, operations.Select(operation => operation.Content["operationId"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task It_is_valid_OpenAPI()
    {
        var text = await Api.GetStringAsync(Address);

        var read = OpenApiDocument.Parse(text, OpenApiConstants.Json);

        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(warning => warning.ToString()));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public void No_two_contracts_share_a_name()
    {
        var contracts = new HashSet<Type>();
        foreach (var type in Routes.SelectMany(route => route.Metadata.OfType<IAcceptsMetadata>().Select(body => body.RequestType)
            .Concat(route.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.Type))).OfType<Type>())
        {
            Collect(type, contracts);
        }

        var names = contracts.Select(type => (type, Name: ContractSchemas.NameOf(ApiJson.Options.GetTypeInfo(type)))).Where(contract => contract.Name is not null);
        Assert.Empty(names.GroupBy(contract => contract.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Theory]
    [MemberData(nameof(RealAnswers))]
    public async Task Answers_are_as_the_document_says(string path, string address)
    {
        var document = await DocumentAsync();
        var answer = await Api.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var schema = document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"];
        Assert.Empty(new ApiSchema(document).Faults(JsonNode.Parse(await answer.Content.ReadAsStringAsync()), schema));
    }

    [Fact]
    public async Task Refusals_are_as_the_document_says()
    {
        var document = await DocumentAsync();
        var refusal = JsonNode.Parse(await (await Api.PostAsync("/api/lists", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"))).Content.ReadAsStringAsync());
        Assert.Empty(new ApiSchema(document).Faults(refusal, document["components"]!["schemas"]!["Error"]));
    }

    [Fact]
    public async Task It_tells_the_permission_the_version_and_the_address()
    {
        var document = await DocumentAsync();

        var create = document["paths"]!["/api/lists"]!["post"]!;
        Assert.Equal(["lists:manage_all"], create["x-permission"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Contains("`lists:manage_all`", create["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("{}", document["paths"]!["/api/public/lists"]!["get"]!["security"]![0]!.ToJsonString());
        var rootUrl = (await GetAsync("/api/settings"))["app.root_url"]!.GetValue<string>();
        Assert.Equal(rootUrl, document["servers"]![0]!["url"]!.GetValue<string>());

        await PutAsync("/api/settings/app.root_url", "https://news.example.com");
        Assert.Equal("https://news.example.com", (await DocumentAsync())["servers"]![0]!["url"]!.GetValue<string>());
        await PutAsync("/api/settings/app.root_url", rootUrl);
    }

    [Fact]
    public async Task Strangers_do_not_read_it() => await RefusalAsync(await Anonymous.GetAsync(Address), HttpStatusCode.Forbidden);

    [Fact]
    public async Task It_comes_compressed_and_only_when_it_has_changed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("br") } } };
        var first = await Api.SendAsync(request);
        Assert.Equal(["br"], first.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", first.Headers.Vary);

        using var again = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await Api.SendAsync(again)).StatusCode);
    }

    internal static IEnumerable<(string Method, string Path, JsonNode Content)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key.ToUpperInvariant(), path.Key, operation.Value!)));

    private static void Collect(Type type, HashSet<Type> found)
    {
        if (!found.Add(type))
        {
            return;
        }

        var contract = ApiJson.Options.GetTypeInfo(type);
        var parts = contract.Kind == JsonTypeInfoKind.Object ? contract.Properties.Select(property => property.PropertyType) : type.IsGenericType ? type.GetGenericArguments() : [];
        foreach (var part in parts.Select(part => Nullable.GetUnderlyingType(part) ?? part))
        {
            Collect(part, found);
        }
    }

    private static string Path(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');

    /// <summary>Without the constraints of parameters.</summary>
    private static string Plain(string path) => string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? part.Split(':')[0].TrimEnd('}') + "}" : part));

    private static IReadOnlyList<string> Methods(Endpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods;

    private static string Describe(RouteEndpoint route) => $"{Methods(route)[0]} {Path(route)}";

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await Api.GetStringAsync(Address))!;
}
