using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Media;

public sealed class MediaEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_picture_is_uploaded_shown_in_place_and_cached()
    {
        var picture = Pictures.Png(8, 4);

        var media = await UploadAsync("logo.png", picture);
        var response = await Anonymous.GetAsync(PathOf(media, "url"));

        Assert.Equal("image/png", media["content_type"]!.GetValue<string>());
        Assert.Equal(8, media["meta"]!["width"]!.GetValue<int>());
        Assert.Equal(picture, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("inline", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl?.Public);
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.GetAsync(PathOf(media, "thumb_url"))).StatusCode);
    }

    [Theory]
    [InlineData("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml")]
    [InlineData("words.txt", "<script>alert(1)</script>", "text/plain")]
    public async Task Other_files_are_handed_out_as_downloads_without_rights(string name, string content, string contentType)
    {
        var media = await UploadAsync(name, System.Text.Encoding.UTF8.GetBytes(content));

        var response = await Anonymous.GetAsync(PathOf(media, "url"));

        Assert.Equal(content, await response.Content.ReadAsStringAsync());
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("page.html", "text/html")]
    [InlineData("page.xhtml", "application/xhtml+xml")]
    [InlineData("code.js", null)]
    public async Task Even_where_everything_may_be_uploaded_nothing_runs_from_this_origin(string name, string? contentType)
    {
        var before = await GetAsync("/api/settings");
        await PutAsync("/api/settings", new Dictionary<string, object>(StringComparer.Ordinal) { ["upload.extensions"] = new[] { "*" } });
        try
        {
            var media = await UploadAsync(name, "<script>alert(1)</script>"u8.ToArray());
            var response = await Anonymous.GetAsync(PathOf(media, "url"));
            Assert.True(contentType is null || response.Content.Headers.ContentType?.MediaType == contentType);
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("default-src 'none'; style-src 'unsafe-inline'; sandbox", response.Headers.GetValues("Content-Security-Policy").Single());
        }
        finally
        {
            await PutAsync("/api/settings", new Dictionary<string, object>(StringComparer.Ordinal) { ["upload.extensions"] = before["upload.extensions"]! });
        }
    }

    [Fact]
    public async Task The_library_is_paged_searched_read_and_emptied()
    {
        var first = await UploadAsync("paged-1.txt", "1"u8.ToArray());
        var second = await UploadAsync("paged-2.txt", "2"u8.ToArray());

        var page = await GetAsync("/api/media?query=PAGED&per_page=1&page=2");
        Assert.Equal(2, page["total"]!.GetValue<int>());
        Assert.Equal(first["id"]!.GetValue<int>(), page["results"]![0]!["id"]!.GetValue<int>());
        Assert.Equal(second["uuid"]!.GetValue<string>(), (await GetAsync($"/api/media/{second["id"]}"))["uuid"]!.GetValue<string>());

        Assert.True((await DataAsync(await Api.DeleteAsync($"/api/media/{second["id"]}"))).GetValue<bool>());
        await RefusalAsync(await Api.GetAsync($"/api/media/{second["id"]}"), HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.GetAsync(PathOf(second, "url"))).StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_file_is_refused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x"), "other" } };

        await RefusalAsync(await Api.PostAsync("/api/media", form), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PostAsync("/api/media", new StringContent("{}", System.Text.Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Strangers_may_not_look_into_the_library()
    {
        await RefusalAsync(await Anonymous.GetAsync("/api/media"), HttpStatusCode.Forbidden);
        await RefusalAsync(await Anonymous.DeleteAsync("/api/media/1"), HttpStatusCode.Forbidden);
    }

    private async Task<JsonNode> UploadAsync(string name, byte[] content)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        return await DataAsync(await Api.PostAsync("/api/media", form));
    }

    private static string PathOf(JsonNode media, string member) => new Uri(media[member]!.GetValue<string>()).PathAndQuery;
}
