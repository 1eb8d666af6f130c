using Bunit;
using Listmonk.Tests.Support;
using Listmonk.Web.Api.OpenApi;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Listmonk.Tests.Api;

/// <summary>The page over a document of two calls.</summary>
public sealed class ApiReferencePageTests : ComponentTest
{
    private const string Document = """
        {
          "openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "servers": [{"url": "https://news.example.com"}],
          "paths": {
            "/api/lists/{id}": {
              "get": {
                "tags": ["Lists"], "summary": "Read a list", "description": "Needs the permission `lists:get_all`.", "operationId": "getListsById",
                "parameters": [
                  {"name": "id", "in": "path", "required": true, "description": "Its number.", "schema": {"type": "integer"}},
                  {"name": "show", "in": "query", "description": "What to show.", "schema": {"type": "string", "enum": ["all", "none"]}}
                ],
                "responses": {
                  "200": {"description": "Done.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/List"}, "example": {"name": "News"}}}},
                  "403": {"description": "No permission."}
                }
              }
            },
            "/api/lists": {
              "post": {
                "tags": ["Lists"], "summary": "Create a list", "description": "Needs the permission `lists:manage_all`.", "operationId": "postLists",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/List"}, "example": {"name": "Ada's"}}}},
                "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "boolean"}}}}}
              }
            }
          },
          "components": {"schemas": {"List": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "description": "What people read."}, "parent": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/List"}]}}}}}
        }
        """;

    [Fact]
    public void All_calls_are_listed_and_the_search_narrows_them()
    {
        var page = RenderAt("");
        Assert.Equal(2, page.WaitForElements(".api-entry", 2).Count);

        page = RenderAt("?search=create%20post");
        Assert.Contains("Create a list", Assert.Single(page.WaitForElements(".api-entry")).TextContent, StringComparison.Ordinal);

        page = RenderAt("?search=nonsense");
        page.WaitForAssertion(() => Assert.Contains("No call", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_call_shows_what_it_takes_gives_and_needs()
    {
        var page = RenderAt("?call=getListsById");

        page.WaitForAssertion(() => Assert.Contains("lists:get_all", page.Markup, StringComparison.Ordinal));
        Assert.Contains("What people read.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("No permission.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("true", page.Find(".api-entry").GetAttribute("aria-current"));
    }

    [Fact]
    public async Task A_reading_call_can_be_tried_with_the_values_that_are_given()
    {
        var page = RenderAt("?call=getListsById");
        page.WaitForElement("#parameter-id");

        await page.InvokeAsync(() => page.Find(".form-actions button").Click());
        Assert.Contains("Fill in id first", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(JSInterop.Invocations, call => call.Identifier == "listmonk.callApi");

        await page.InvokeAsync(() => page.Find("#parameter-id").Change("7"));
        await page.InvokeAsync(() => page.Find("#parameter-show").Change("all"));
        Assert.Contains("'https://news.example.com/api/lists/7?show=all'", page.Find("pre").TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find(".form-actions button").Click());
        Assert.Equal("api/lists/7?show=all", JSInterop.Invocations.Single(call => call.Identifier == "listmonk.callApi").Arguments[0]);
    }

    [Fact]
    public async Task A_changing_call_is_sent_after_a_question_with_the_body_that_was_written()
    {
        var dialogs = RenderProviders();
        var page = RenderAt("?call=postLists");
        page.WaitForElement("#call-body");
        Assert.Contains("Ada'\\''s", page.Find("pre").TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("#call-body").Change("{ no JSON"));
        await page.InvokeAsync(() => page.Find(".form-actions button").Click());
        Assert.Contains("The body is not JSON: line 1", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("#call-body").Change("""{"name": "Mine"}"""));
        Assert.Contains("""'{"name": "Mine"}'""", page.Find("pre").TextContent, StringComparison.Ordinal);
        var asked = page.InvokeAsync(() => page.Find(".form-actions button").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("POST /api/lists changes", dialogs.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(JSInterop.Invocations, call => call.Identifier == "listmonk.callApi");

        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Send it").Click());
        page.WaitForAssertion(() => Assert.Equal(
            ["api/lists", "call-answer", "POST", """{"name": "Mine"}"""], JSInterop.Invocations.Single(call => call.Identifier == "listmonk.callApi").Arguments));
        await asked;
    }

    [Fact]
    public void Whoever_comes_by_a_link_is_shown_the_call_in_the_list()
    {
        var page = RenderAt("?call=postLists");
        page.WaitForAssertion(() => Assert.Contains(JSInterop.Invocations, call => call is { Identifier: "listmonk.reveal", Arguments: ["api-current"] }));
        Assert.Equal("Create a list", page.Find("#api-current span:last-child").FirstChild!.TextContent.Trim());
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddKeyedSingleton<IOpenApiDocumentProvider>(ApiDocument.Name, new FixedDocument());
        services.AddSingleton<ApiDocument>();
    }

    private IRenderedComponent<ApiReferencePage> RenderAt(string query)
    {
        Get<NavigationManager>().NavigateTo("admin/api" + query);
        return Render<ApiReferencePage>();
    }

    private sealed class FixedDocument : IOpenApiDocumentProvider
    {
        public Task<OpenApiDocument> GetOpenApiDocumentAsync(CancellationToken cancellationToken = default) =>
            Task.FromResult(OpenApiDocument.Parse(Document, OpenApiConstants.Json).Document!);
    }
}
