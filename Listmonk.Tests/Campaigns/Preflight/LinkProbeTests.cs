using System.Net;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class LinkProbeTests
{
    [Theory]
    [InlineData(200, LinkState.Works)]
    [InlineData(204, LinkState.Works)]
    [InlineData(404, LinkState.Broken)]
    [InlineData(410, LinkState.Broken)]
    [InlineData(400, LinkState.Broken)]
    [InlineData(503, LinkState.Broken)]
    [InlineData(403, LinkState.Refuses)]
    [InlineData(429, LinkState.Refuses)]
    [InlineData(999, LinkState.Refuses)]
    public async Task The_status_decides(int status, LinkState state) =>
        Assert.Equal(state, (await TestAsync("https://a.test/", new Site((_, _) => new HttpResponseMessage((HttpStatusCode)status)))).State);

    [Fact]
    public async Task A_server_that_knows_no_HEAD_is_asked_for_the_page()
    {
        var site = new Site((request, _) => new HttpResponseMessage(request.Method == HttpMethod.Head ? HttpStatusCode.NotFound : HttpStatusCode.OK));
        Assert.Equal(LinkState.Works, (await TestAsync("https://a.test/", site)).State);
        Assert.Equal(["HEAD https://a.test/", "GET https://a.test/"], site.Asked);
    }

    [Fact]
    public async Task Redirects_are_followed_relative_ones_too()
    {
        var site = new Site((request, _) => request.RequestUri!.AbsolutePath == "/b/end" ? new HttpResponseMessage(HttpStatusCode.OK) : Redirect(request.RequestUri.AbsolutePath == "/" ? "https://a.test/b/" : "end"));
        var answer = await TestAsync("https://a.test/", site);
        Assert.Equal((LinkState.Works, false), (answer.State, answer.EndsInsecurely));
        Assert.Equal("HEAD https://a.test/b/end", site.Asked[^1]);
    }

    [Fact]
    public async Task Redirects_without_end_are_broken()
    {
        var site = new Site((_, _) => Redirect("https://a.test/again"));
        Assert.Equal(LinkState.Broken, (await TestAsync("https://a.test/", site)).State);
        Assert.Equal(LinkProbe.MaxRedirects + 1, site.Asked.Count);
    }

    [Fact]
    public async Task A_redirect_to_plain_http_is_told()
    {
        var site = new Site((request, _) => request.RequestUri!.Scheme == "https" ? Redirect("http://a.test/") : new HttpResponseMessage(HttpStatusCode.OK));
        Assert.True((await TestAsync("https://a.test/", site)).EndsInsecurely);
    }

    [Fact]
    public async Task A_redirect_to_another_kind_of_address_is_not_followed()
    {
        var site = new Site((_, _) => Redirect("file:///etc/passwd"));
        Assert.Equal(LinkState.Refuses, (await TestAsync("https://a.test/", site)).State);
        Assert.Single(site.Asked);
    }

    [Fact]
    public async Task Failures_are_explained()
    {
        Assert.Equal(LinkState.Private, (await TestAsync("https://a.test/", new Site((_, _) => throw new HttpRequestException("no", new PrivateNetworkException())))).State);
        var unknown = await TestAsync("https://a.test/", new Site((_, _) => throw new HttpRequestException(HttpRequestError.NameResolutionError)));
        Assert.Equal((LinkState.Unreachable, "its domain could not be found"), (unknown.State, unknown.Text));
        Assert.Equal(LinkState.Broken, (await TestAsync("https://a.test/", new Site((_, _) => throw new HttpRequestException(HttpRequestError.SecureConnectionError)))).State);
        Assert.Equal(LinkState.Unreachable, (await TestAsync("https://a.test/", new Site((_, _) => throw new TaskCanceledException()))).State);
    }

    [Fact]
    public async Task Each_address_is_asked_once_and_there_is_an_end()
    {
        var site = new Site((_, _) => new HttpResponseMessage(HttpStatusCode.OK));
        var answers = await Probe(site).TestAsync([.. Enumerable.Range(0, 150).Select(i => $"https://a.test/{i}"), "https://a.test/0"], CancellationToken.None);
        Assert.Equal((LinkProbe.MaxLinks, LinkProbe.MaxLinks), (answers.Count, site.Asked.Count));
    }

    private static HttpResponseMessage Redirect(string location) => new(HttpStatusCode.Found) { Headers = { Location = new Uri(location, UriKind.RelativeOrAbsolute) } };

    private static LinkProbe Probe(Site site) => new(site, TimeProvider.System);

    private static async Task<LinkAnswer> TestAsync(string address, Site site) => (await Probe(site).TestAsync([address], CancellationToken.None))[address];

    private sealed class Site(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer) : HttpMessageHandler, IHttpClientFactory
    {
        public List<string> Asked { get; } = [];

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (Asked)
            {
                Asked.Add($"{request.Method} {request.RequestUri}");
            }

            return Task.FromResult(answer(request, cancellationToken));
        }
    }
}
