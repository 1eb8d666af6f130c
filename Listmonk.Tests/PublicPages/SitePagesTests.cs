using System.Net;
using System.Xml.Linq;
using Listmonk.Core.Campaigns.Archive;
using Listmonk.Tests.Support;
using Listmonk.Web.PublicPages;

namespace Listmonk.Tests.PublicPages;

public sealed class SitePagesTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task The_landing_page_leads_to_form_archive_and_sign_in()
    {
        var page = await Anonymous.GetStringAsync("/");

        Assert.Contains("href=\"subscription/form\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"archive\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"admin/login\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/page")]
    [InlineData("/file.php")]
    [InlineData("/archive/no-such-slug")]
    [InlineData("/archive/latest")]
    [InlineData("/campaign/00000000-0000-0000-0000-000000000000/11111111-2222-4333-8444-555555555555")]
    public async Task Unknown_addresses_are_answered_with_a_page(string path)
    {
        var response = await Anonymous.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/public/custom.css", "text/css")]
    [InlineData("/public/custom.js", "text/javascript")]
    public async Task Custom_style_and_script_are_served(string path, string contentType)
    {
        var response = await Anonymous.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_damaged_message_address_is_a_bad_request() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Anonymous.GetAsync("/campaign/nonsense/nonsense")).StatusCode);

    [Fact]
    public async Task An_empty_archive_has_a_page_a_feed_and_an_API()
    {
        Assert.Contains("Nothing has been published yet", await Anonymous.GetStringAsync("/archive"), StringComparison.Ordinal);
        Assert.Equal("rss", XDocument.Parse(await Anonymous.GetStringAsync("/archive.xml")).Root!.Name.LocalName);
        Assert.Equal(0, (await DataAsync(await Anonymous.GetAsync("/api/public/archive")))["total"]!.GetValue<int>());
    }

    [Fact]
    public void The_feed_carries_title_address_date_and_content_and_survives_odd_characters()
    {
        var item = new ArchiveItem(Guid.NewGuid(), "Ümlaut & \u0001 \U0001F600", default, null, new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), "https://x.example/archive/a");

        var feed = XDocument.Load(new MemoryStream(ArchiveFeed.Write("Site", "What Site sent", "https://x.example", [new(item, new MessagePage("s", "<p>Hi</p>", IsPlain: false))], hasContent: true)));

        var entry = feed.Descendants("item").Single();
        Assert.Equal("Ümlaut &  \U0001F600", entry.Element("title")!.Value);
        Assert.Equal("https://x.example/archive/a", entry.Element("link")!.Value);
        Assert.Equal("Sun, 01 Mar 2026 09:00:00 GMT", entry.Element("pubDate")!.Value);
        Assert.Equal("<p>Hi</p>", entry.Element(XName.Get("encoded", "http://purl.org/rss/1.0/modules/content/"))!.Value);
    }
}
