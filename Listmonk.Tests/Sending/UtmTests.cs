using System.Text;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Listmonk.Tests.Sending;

public sealed class UtmTests : SendingTest
{
    private const string Utm = "utm_source=news letter&utm_medium=email&utm_campaign={{ .Campaign.Name }}";
    private const string Appended = "utm_source=news%20letter&amp;utm_medium=email&amp;utm_campaign=News";

    [Theory]
    [InlineData("<a href=\"https://a.example/\">x</a>", $"<a href=\"https://a.example/?{Appended}\">x</a>")]
    [InlineData("<a href='https://a.example/?b=1&amp;c=2#top'>x</a>", $"<a href='https://a.example/?b=1&amp;c=2&amp;{Appended}#top'>x</a>")]
    [InlineData("<a href=https://a.example/?utm_source=mine>x</a>", "<a href=\"https://a.example/?utm_source=mine&amp;utm_medium=email&amp;utm_campaign=News\">x</a>")]
    [InlineData("<a href=\"https://a.example/?c={{ .Subscriber.Attribs.city }}\">x</a>", $"<a href=\"https://a.example/?c=Pune&amp;{Appended}\">x</a>")]
    [InlineData("<a data-no-track href=\"https://a.example/\">x</a>", $"<a data-no-track href=\"https://a.example/?{Appended}\">x</a>")]
    [InlineData("<a href=\"https://a.example/\" data-no-utm>x</a>", "<a href=\"https://a.example/\" data-no-utm>x</a>")]
    [InlineData("<a href=\"https://a.example/@TrackLink\">x</a>", $"<a href=\"https://a.example/?{Appended}\">x</a>")]
    [InlineData("<a href=\"mailto:a@example.com\">x</a><a href=\"#top\">y</a>", "<a href=\"mailto:a@example.com\">x</a><a href=\"#top\">y</a>")]
    [InlineData("<a href=\"{{ MessageURL }}\">x</a>", "<a href=\"http://localhost:9000/campaign/00000000-0000-0000-0000-000000000001/6f4b3f0a-2f0e-4b7c-9c65-0a8f5c9d1e21\">x</a>")]
    public async Task Parameters_stand_on_links_that_stay_in_the_mail(string body, string sent)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.disable_tracking", true));
        var campaign = NewCampaign($"<html><body>{body}</body></html>");
        (campaign.Uuid, campaign.Utm) = (Guid.Parse("00000000-0000-0000-0000-000000000001"), Utm);
        await GivenCampaignAsync(database, 0, campaign);

        var html = (await ComposeAsync(database, campaign)).HtmlBody;

        Assert.Equal($"<html><body>{sent}</body></html>", html?.TrimEnd());
    }

    [Fact]
    public async Task Tracked_links_lead_to_addresses_with_parameters_the_installations_unless_the_campaign_has_its_own()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true), ("tracking.utm_parameters", "utm_source=all&utm_campaign={{ .Campaign.Name }}"));
        const string Body = """<html><body><a href="https://a.example/#x">a</a><a href="https://b.example/?i={{ .Subscriber.UUID }}">b</a><a data-no-utm href="https://c.example/">c</a></body></html>""";
        var byDefault = await GivenCampaignAsync(database, 0, NewCampaign(Body));
        var without = NewCampaign(Body);
        without.Utm = "";
        await GivenCampaignAsync(database, 0, without);

        Assert.DoesNotContain("utm_", (await ComposeAsync(database, byDefault)).HtmlBody, StringComparison.Ordinal);
        await ComposeAsync(database, without);

        Assert.Equal(
            ["https://a.example/?utm_source=all&utm_campaign=News#x", "https://b.example/?i={{ .Subscriber.UUID }}&utm_source=all&utm_campaign=News", "https://c.example/"],
            await UrlsAsync(database, byDefault));
        Assert.Equal(["https://a.example/#x", "https://b.example/?i={{ .Subscriber.UUID }}", "https://c.example/"], await UrlsAsync(database, without));
    }

    [Theory]
    [InlineData("utm_source=a&utm_campaign={{ .Campaign.Name }}", null)]
    [InlineData("", null)]
    [InlineData("a b=c", "is no parameter")]
    [InlineData("utm_source", "is no parameter")]
    [InlineData("utm_source={{ .Campaign.Nix", "does not compile")]
    [InlineData("utm_term={{ .Subscriber.Email }}", "names the recipient")]
    public void A_fault_is_said_in_words(string text, string? fault)
    {
        if (fault is null)
        {
            Assert.Null(UtmTemplate.Fault(text));
        }
        else
        {
            Assert.Contains(fault, UtmTemplate.Fault(text), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_map_numbers_links_as_the_report_does_and_names_those_without_tracking()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(
            """<html><body><a href="https://a.example/">a</a><a href="{{ UnsubscribeURL }}">u</a><a data-no-track href="https://n.example/">n</a><a href="https://b.example/?c={{ .Subscriber.Name }}">b</a></body></html>"""));

        var map = (await database.Get<LinkMapRenderer>().RenderAsync(campaign, CancellationToken.None)).Value;

        Assert.Contains("""<a href="#link-1">a</a>""", map.Body, StringComparison.Ordinal);
        Assert.Contains("""<a href="#link-2">b</a>""", map.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/track/", map.Body, StringComparison.Ordinal);
        Assert.Equal([1, null, null, 2], map.Links.Select(link => link.Number));
        Assert.Equal(["", "it leads to this installation", "the link is marked as not to be tracked", ""], map.Links.Select(link => link.Link.ReasonText));
        Assert.Empty(await UrlsAsync(database, campaign));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task The_hidden_link_stands_in_mails_only_when_it_is_asked_for(bool isOn, int count)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true), ("tracking.honeypot_link", isOn));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign("<html><body>Hello</body></html>"));

        var html = (await ComposeAsync(database, campaign)).HtmlBody!;

        Assert.Equal(count, html.Split("style=\"display:none\"").Length - 1);
        Assert.Equal(count, html.Split("/track/link/").Length - 1);
    }

    private static async Task<MimeMessage> ComposeAsync(TestDatabase database, Campaign campaign)
    {
        var compiled = (await database.Get<CampaignCompiler>().CompileAsync(campaign, CompilePurpose.Send, CancellationToken.None)).Value;
        var composer = compiled.Rent();
        using var message = composer.Compose(new Recipient
        {
            SubscriberId = 17,
            Uuid = Guid.Parse("6f4b3f0a-2f0e-4b7c-9c65-0a8f5c9d1e21"),
            Email = "ann@example.com",
            Name = "Ann",
            Attributes = """{"city":"Pune"}""",
        });
        return MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message.Mime.Span))));
    }

    private static Task<List<string>> UrlsAsync(TestDatabase database, Campaign campaign) =>
        database.ReadAsync(db => db.CampaignLinks.Where(place => place.CampaignId == campaign.Id).OrderBy(place => place.Position).Select(place => place.Link!.Url).ToListAsync());
}
