using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

public sealed class MessagePagesTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_message_in_the_browser_is_the_recipients_own_and_has_no_rights_on_the_site()
    {
        var campaign = Campaign("viewed");
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "viewer@example.com", Name = "Ann & Bob" };
        await AddAsync(campaign, person);

        var response = await Anonymous.GetAsync($"/campaign/{campaign.Uuid}/{person.Uuid}");

        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        Assert.Contains("Hello Ann &amp; Bob", body, StringComparison.Ordinal);
        Assert.StartsWith("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("noindex", response.Headers.GetValues("X-Robots-Tag").Single());
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task A_plain_campaign_is_shown_as_text()
    {
        var campaign = Campaign("plain");
        campaign.ContentType = CampaignContentType.Plain;
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "plain@example.com", Name = "Ann <b>" };
        await AddAsync(campaign, person);

        var response = await Anonymous.GetAsync($"/campaign/{campaign.Uuid}/{person.Uuid}");

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Hello Ann <b>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_is_shown_too_with_links_that_count_and_no_pixel_unless_tracking_is_off()
    {
        var campaign = Campaign("draft");
        campaign.Status = CampaignStatus.Draft;
        campaign.Body = """<a href="https://shop.example/x">go</a>""";
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "draft@example.com", Name = "Ann" };
        await AddAsync(campaign, person);
        var page = $"/campaign/{campaign.Uuid}/{person.Uuid}";

        await PutAsync("/api/settings/privacy.disable_tracking", false);
        var tracked = await Anonymous.GetStringAsync(page);
        Assert.DoesNotContain("https://shop.example/x", tracked, StringComparison.Ordinal);
        Assert.DoesNotContain("width=\"1\"", tracked, StringComparison.Ordinal);

        await PutAsync("/api/settings/privacy.disable_tracking", true);
        Assert.Contains("href=\"https://shop.example/x\"", await Anonymous.GetStringAsync(page), StringComparison.Ordinal);
        await PutAsync("/api/settings/privacy.disable_tracking", false);
    }

    [Fact]
    public async Task The_archive_shows_the_message_for_its_own_reader_in_page_list_and_feed()
    {
        var campaign = Campaign("archived");
        campaign.Subject = "News for {{ .Subscriber.Name }}";
        campaign.Archive = true;
        campaign.ArchiveMeta = """{"name":"Dear Reader","email":"reader@example.com"}""";
        await AddAsync(campaign);

        Assert.Contains("Hello Dear Reader", await Anonymous.GetStringAsync("/archive/archived"), StringComparison.Ordinal);
        Assert.Contains("Hello Dear Reader", await Anonymous.GetStringAsync($"/archive/{campaign.Uuid}"), StringComparison.Ordinal);
        Assert.Contains("Hello Dear Reader", await Anonymous.GetStringAsync("/archive/latest"), StringComparison.Ordinal);
        Assert.Contains("News for Dear Reader", await Anonymous.GetStringAsync("/archive"), StringComparison.Ordinal);
        Assert.Contains("Hello Dear Reader", await Anonymous.GetStringAsync("/archive.xml"), StringComparison.Ordinal);
        Assert.Contains("News for Dear Reader", (await DataAsync(await Anonymous.GetAsync("/api/public/archive")))["results"]![0]!["subject"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_gets_their_data_by_mail_at_their_own_address()
    {
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "export@example.com", Name = "Ann" };
        await AddAsync(person);

        Assert.Equal(HttpStatusCode.OK, (await Anonymous.PostAsync($"/subscription/export/{person.Uuid}", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.PostAsync($"/subscription/export/{Guid.NewGuid()}", null)).StatusCode);

        var outbox = App.Services.GetRequiredService<OutboxStore>();
        var entry = Assert.Single(outbox.List(search: null, 0, 100).Items, one => one.Recipients.Contains("export@example.com"));
        var mail = await outbox.ReadAsync(entry.Id, CancellationToken.None);
        var file = Assert.Single(mail!.Attachments);
        Assert.Equal("data.json", file.FileName);
        Assert.Equal("export@example.com", JsonNode.Parse(file.Content.Span)!["profile"]![0]!["email"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_archive_is_searched_by_what_readers_see_and_read_by_feed_readers()
    {
        var orchard = Campaign("orchard-opens");
        orchard.Archive = true;
        orchard.Body = "<section><p>Apples &amp; pears</p></section>";
        await AddAsync(orchard);

        Assert.Contains("/archive/orchard-opens", await Anonymous.GetStringAsync("/archive?q=PEARS+orchard"), StringComparison.Ordinal);
        Assert.DoesNotContain("/archive/orchard-opens", await Anonymous.GetStringAsync("/archive?q=section"), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", await Anonymous.GetStringAsync("/archive?q=%3Cb%3E"), StringComparison.Ordinal);

        var answer = await Anonymous.GetAsync("/archive.atom");
        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType?.MediaType);
        var atom = (System.Xml.Linq.XNamespace)"http://www.w3.org/2005/Atom";
        var feed = System.Xml.Linq.XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        Assert.Contains(feed.Elements(atom + "entry"), entry => entry.Element(atom + "id")!.Value == $"urn:uuid:{orchard.Uuid}" && entry.Element(atom + "content")!.Value.Contains("Apples", StringComparison.Ordinal));
    }

    private static Campaign Campaign(string slug) => new()
    {
        Uuid = Guid.NewGuid(),
        Name = slug,
        Subject = slug,
        Body = "<p>Hello {{ .Subscriber.Name }}</p>",
        Status = CampaignStatus.Finished,
        ArchiveSlug = slug,
        StartedAt = DateTimeOffset.UnixEpoch,
    };

    private Task AddAsync(params object[] entities) => App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
        db =>
        {
            db.AddRange(entities);
            return Task.CompletedTask;
        },
        CancellationToken.None);
}
