using System.Net;
using System.Text.Json;
using Listmonk.Core.Import;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Import;

public sealed class ImportEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task An_upload_is_imported_by_the_worker_and_cleared_afterwards()
    {
        var list = (await PostAsync("/api/lists", new { name = "L" }))["id"]!.GetValue<int>();
        var ended = new TaskCompletionSource();
        using var watch = App.Services.GetRequiredService<ImportService>().Changed.Subscribe(progress =>
        {
            if (!progress.IsRunning)
            {
                ended.TrySetResult();
            }
        });
        var started = await DataAsync(await UploadAsync(new { mode = "subscribe", delim = ";", lists = new[] { list }, overwrite = true }, "email;name\nimp@x.example;Imp\n"));
        Assert.Equal("people.csv", started["name"]!.GetValue<string>());
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var status = await GetAsync("/api/import/subscribers");
        Assert.Equal(("finished", 1, 1), (status["status"]!.GetValue<string>(), status["total"]!.GetValue<int>(), status["imported"]!.GetValue<int>()));
        Assert.Contains("processing 'people.csv'", (await GetAsync("/api/import/subscribers/logs")).GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("none", (await DataAsync(await Api.DeleteAsync("/api/import/subscribers")))["status"]!.GetValue<string>());
        Assert.Equal(1, (await GetAsync($"/api/subscribers?list_id={list}"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Faulty_uploads_are_refused()
    {
        var list = (await PostAsync("/api/lists", new { name = "L" }))["id"]!.GetValue<int>();
        int[] lists = [list];
        await RefusalAsync(await UploadAsync(new { mode = "frob", delim = ",", lists }, "email\n"), HttpStatusCode.BadRequest);
        await RefusalAsync(await UploadAsync(new { mode = "subscribe", delim = "", lists }, "email\n"), HttpStatusCode.BadRequest);
        await RefusalAsync(await UploadAsync(new { mode = "subscribe", subscription_status = "zzz", delim = ",", lists }, "email\n"), HttpStatusCode.BadRequest);
        await RefusalAsync(await UploadAsync(new { mode = "subscribe", delim = "," }, "email\n"), HttpStatusCode.Forbidden);
        await RefusalAsync(await UploadAsync(new { mode = "subscribe", delim = ",", lists }, null), HttpStatusCode.BadRequest);
        using var plain = new StringContent("{}");
        await RefusalAsync(await Api.PostAsync("/api/import/subscribers", plain), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/api/import/subscribers")]
    [InlineData("GET", "/api/import/subscribers/logs")]
    [InlineData("POST", "/api/import/subscribers")]
    [InlineData("DELETE", "/api/import/subscribers")]
    public async Task Nobody_gets_in_without_an_account(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await RefusalAsync(await Anonymous.SendAsync(request), HttpStatusCode.Forbidden);
    }

    private async Task<HttpResponseMessage> UploadAsync(object parameters, string? csv)
    {
        using var form = new MultipartFormDataContent { { new StringContent(JsonSerializer.Serialize(parameters)), "params" } };
        if (csv is not null)
        {
            form.Add(new StringContent(csv), "file", "people.csv");
        }

        return await Api.PostAsync("/api/import/subscribers", form);
    }
}
