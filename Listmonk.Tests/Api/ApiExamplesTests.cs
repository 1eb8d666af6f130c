using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Listmonk.Tests.Support;
using Listmonk.Web;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Tests.Api;

/// <summary>What the document shows as examples can be read, fits the schemas, and does what it says when it is sent.</summary>
public sealed class ApiExamplesTests(ListmonkApp app) : HttpTest(app)
{
    private static readonly JsonSerializerOptions Strict = new(ApiJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static TheoryData<string> Contracts => [.. typeof(ListmonkWeb).Assembly.GetTypes().Where(type => type.IsDefined(typeof(ExampleAttribute))).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void An_example_is_what_its_type_reads(string contract)
    {
        var type = typeof(ListmonkWeb).Assembly.GetType(contract)!;
        Assert.NotNull(JsonSerializer.Deserialize(type.GetCustomAttribute<ExampleAttribute>()!.Json, type, Strict));
    }

    [Fact]
    public async Task Every_JSON_body_and_answer_has_an_example_that_fits_its_schema()
    {
        var document = await DocumentAsync();
        var schema = new ApiSchema(document);
        var faults = new List<string>();
        foreach (var (method, path, operation) in ApiDocumentTests.Operations(document))
        {
            JsonNode?[] contents = [operation["requestBody"]?["content"]?["application/json"], operation["responses"]!["200"]!["content"]!["application/json"]];
            foreach (var content in contents.OfType<JsonNode>())
            {
                faults.AddRange(content["example"] is { } example
                    ? schema.Faults(example, content["schema"], $"{method} {path} ")
                    : [$"{method} {path} lacks an example"]);
            }
        }

        // The document itself would be its own example.
        Assert.Empty(faults.Except(["GET /api/openapi.json lacks an example"]));
    }

    /// <summary>In an order in which each finds what it names.</summary>
    [Fact]
    public async Task Examples_of_calls_do_what_they_say()
    {
        var document = await DocumentAsync();
        string[] calls =
        [
            "POST /api/lists", "POST /api/subscribers", "PUT /api/subscribers/lists", "PUT /api/subscribers/query/lists", "PUT /api/subscribers/{id}/tracking",
            "POST /api/segments", "POST /api/segments/preview", "POST /api/templates", "POST /api/templates/preview", "POST /api/campaigns", "POST /api/campaigns/{id}/preview",
            "POST /api/campaigns/{id}/preview/archive", "POST /api/campaigns/{id}/content", "PUT /api/campaigns/{id}/archive", "POST /api/roles/users", "POST /api/roles/lists",
            "POST /api/users", "POST /api/webhooks", "POST /api/tracking/inspect", "POST /api/tracking/inspect/client-ip", "PUT /api/settings", "PUT /api/lists/{id}",
            "PATCH /api/subscribers/{id}", "POST /api/tx",
        ];
        foreach (var call in calls)
        {
            var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
            var example = document["paths"]![path]![method.ToLowerInvariant()]!["requestBody"]!["content"]!["application/json"]!["example"]!;
            using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", "1", StringComparison.Ordinal))
            {
                Content = new StringContent(example.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            var answer = await Api.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{call}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await Api.GetStringAsync("/api/openapi.json"))!;
}
