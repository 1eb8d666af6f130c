using System.Net;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Api;

public sealed class TrustedOriginsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Scripts_of_a_trusted_site_may_call_the_public_api_at_once_and_others_may_not()
    {
        Assert.Null(AllowedOrigin(await AskAsync(HttpMethod.Get, "/api/public/lists", "https://shop.example.com")));
        await PutAsync("/api/settings/security.trusted_urls", new[] { "https://shop.example.com/thanks?a=b", "http://bücher.example:8080" });

        var answer = await AskAsync(HttpMethod.Get, "/api/public/lists", "https://shop.example.com");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("https://shop.example.com", AllowedOrigin(answer));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal("http://xn--bcher-kva.example:8080", AllowedOrigin(await AskAsync(HttpMethod.Get, "/api/public/lists", "http://xn--bcher-kva.example:8080")));
        Assert.Null(AllowedOrigin(await AskAsync(HttpMethod.Get, "/api/public/lists", "https://evil.example.com")));
        Assert.Null(AllowedOrigin(await AskAsync(HttpMethod.Get, "/api/lists", "https://shop.example.com")));
    }

    [Fact]
    public async Task A_question_in_advance_is_answered_without_the_right_to_send_a_token()
    {
        await PutAsync("/api/settings/security.trusted_urls", new[] { "*" });
        using var question = new HttpRequestMessage(HttpMethod.Options, "/api/public/subscription");
        question.Headers.Add("Origin", "https://anywhere.example.com");
        question.Headers.Add("Access-Control-Request-Method", "POST");
        question.Headers.Add("Access-Control-Request-Headers", "content-type");
        var answer = await Anonymous.SendAsync(question);
        Assert.Equal((HttpStatusCode.NoContent, "*"), (answer.StatusCode, AllowedOrigin(answer)));
        Assert.Equal("Origin,Content-Type,Accept", answer.Headers.GetValues("Access-Control-Allow-Headers").Single());
    }

    private static string? AllowedOrigin(HttpResponseMessage answer) => answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string origin)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        return await Anonymous.SendAsync(request);
    }
}
