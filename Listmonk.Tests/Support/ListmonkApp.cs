using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Listmonk.Tests.Support;

/// <summary>The true host on a data directory of its own, set up with a super admin and an API user.</summary>
public class ListmonkApp : WebApplicationFactory<Program>
{
    public const string AdminUser = "admin";
    public const string AdminPassword = "correct horse";
    public const string ApiUser = "api";
    public const string ApiToken = "test-token-0123456789";

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("listmonk-app-").FullName;

    /// <summary>Extra options, such as <c>Listmonk:Workers</c>; set before the first use.</summary>
    public Dictionary<string, string> Options { get; } = new(StringComparer.Ordinal);

    /// <summary>False leaves the instance fresh, before its set-up.</summary>
    public bool IsSetUp { get; init; } = true;

    /// <summary>A client with every right, by API token.</summary>
    public HttpClient Api()
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{ApiUser}:{ApiToken}");
        return client;
    }

    /// <summary>A client without any credentials that does not follow redirects.</summary>
    public HttpClient Anonymous() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Listmonk:DataDirectory", DataFolder);
        builder.UseSetting("Listmonk:Database:Synchronous", "NORMAL");
        builder.UseSetting("Listmonk:RateLimits:Scale", "1000");
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        if (IsSetUp)
        {
            builder.UseSetting("LISTMONK_ADMIN_USER", AdminUser);
            builder.UseSetting("LISTMONK_ADMIN_PASSWORD", AdminPassword);
            builder.UseSetting("LISTMONK_ADMIN_API_USER", ApiUser);
            builder.UseSetting("LISTMONK_ADMIN_API_TOKEN", ApiToken);
        }

        foreach (var (key, value) in Options)
        {
            builder.UseSetting(key, value);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        if (Directory.Exists(DataFolder))
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }
}

/// <summary>Base of tests over HTTP; the host is shared by the tests of one class.</summary>
[Trait("Kind", "Http")]
public abstract class HttpTest(ListmonkApp app) : IClassFixture<ListmonkApp>
{
    protected ListmonkApp App { get; } = app;

    protected HttpClient Api { get; } = app.Api();

    protected HttpClient Anonymous { get; } = app.Anonymous();

    /// <summary>The <c>data</c> of a successful answer; fails the test with the body otherwise.</summary>
    protected static async Task<JsonNode> DataAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }

    /// <summary>The <c>message</c> of a refusal with the expected status.</summary>
    protected static async Task<string> RefusalAsync(HttpResponseMessage response, System.Net.HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"expected {(int)status}, got {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!["message"]!.GetValue<string>();
    }

    protected async Task<JsonNode> PostAsync(string path, object body) => await DataAsync(await Api.PostAsJsonAsync(path, body));

    protected async Task<JsonNode> PutAsync(string path, object body) => await DataAsync(await Api.PutAsJsonAsync(path, body));

    protected async Task<JsonNode> GetAsync(string path) => await DataAsync(await Api.GetAsync(path));
}
