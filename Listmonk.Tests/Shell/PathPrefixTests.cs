using Listmonk.Tests.Support;

namespace Listmonk.Tests.Shell;

public sealed class PathPrefixTests(ListmonkApp app) : HttpTest(app)
{
    [Theory]
    [InlineData("http://localhost/news", "/news/admin", "/news/admin/login?next=%2Fnews%2Fadmin")]
    [InlineData("http://localhost/news", "/admin", "/news/admin/login?next=%2Fnews%2Fadmin")]
    [InlineData("https://elsewhere.example.com/news", "/admin", "/admin/login?next=%2Fadmin")]
    [InlineData("http://localhost", "/admin", "/admin/login?next=%2Fadmin")]
    public async Task Redirects_keep_the_prefix_whether_the_proxy_strips_it_or_not(string root, string path, string expected)
    {
        await PutAsync("/api/settings/app.root_url", root);
        Assert.Equal(expected, (await Anonymous.GetAsync(path)).Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/news")]
    [InlineData("")]
    public async Task Pages_name_the_prefix_as_their_base(string before)
    {
        await PutAsync("/api/settings/app.root_url", "http://localhost/news");
        Assert.Contains("<base href=\"/news/\"", await Anonymous.GetStringAsync($"{before}/admin/login"), StringComparison.Ordinal);
    }
}
