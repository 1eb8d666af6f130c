using System.Text.RegularExpressions;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Core.Templates;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Listmonk.Tests.Sending;

public sealed class MessageComposerTests : SendingTest
{
    private const string Body = """
        <html><body><p>Hello {{ .Subscriber.Name }}, here is something long enough to be kept as an encoded segment of its own, with an ü in it.</p>
        <a href="https://shop.example/a?x=1&amp;y=2">one</a> <a href='https://shop.example/b@TrackLink'>two</a> <a href="{{ TrackLink "https://shop.example/c" . }}">three</a>
        <a href="{{ UnsubscribeURL }}">leave</a></body></html>
        """;

    private static readonly Recipient Ann = new()
    {
        SubscriberId = 17,
        Uuid = Guid.Parse("6f4b3f0a-2f0e-4b7c-9c65-0a8f5c9d1e21"),
        Email = "ann@example.com",
        Name = "Ann Archer",
        Attributes = """{"city":"Pune"}""",
    };

    [Fact]
    public async Task With_tracking_off_for_the_person_the_mail_is_byte_identical_to_that_of_an_untracked_campaign()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(Body));

        var optedOut = await ComposeAsync(database, campaign, Ann with { TrackingLevel = TrackingLevel.Off });
        await SetAsync(database, ("privacy.disable_tracking", true));
        var untracked = await ComposeAsync(database, campaign, Ann);

        Assert.Equal(untracked, optedOut);
        var html = Parse(untracked).HtmlBody;
        Assert.Contains("href=\"https://shop.example/a?x=1&amp;y=2\"", html, StringComparison.Ordinal);
        Assert.Contains("href='https://shop.example/b'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/track/", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_and_one_pixel_are_tracked_with_tokens_that_name_the_person()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(Body));

        var html = Parse(await ComposeAsync(database, campaign, Ann)).HtmlBody;
        var tokens = ReadTokens(database, html);

        Assert.Equal([(HitKind.Click, 1), (HitKind.Click, 2), (HitKind.Click, 3), (HitKind.Open, 0)], tokens.Select(token => (token.Kind, token.Position)));
        Assert.All(tokens, token => Assert.Equal((campaign.Id, 17), (token.CampaignId, token.SubscriberId)));
        var places = await database.ReadAsync(db => db.CampaignLinks.Include(place => place.Link).OrderBy(place => place.Position).Select(place => place.Link!.Url).ToListAsync());
        Assert.Equal(["https://shop.example/a?x=1&y=2", "https://shop.example/b", "https://shop.example/c"], places);
        Assert.True(html!.IndexOf("/track/open/", StringComparison.Ordinal) < html!.IndexOf("</body>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Anonymous_tokens_name_nobody_and_addresses_made_for_a_person_stay_in_the_mail()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(
            """<html><body><a href="https://shop.example/">one</a><a href="https://shop.example/?city={{ .Subscriber.Attribs.city }}">two</a></body></html>"""));

        var html = Parse(await ComposeAsync(database, campaign, Ann)).HtmlBody;

        Assert.All(ReadTokens(database, html), token => Assert.Null(token.SubscriberId));
        Assert.Contains("https://shop.example/?city=Pune", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrapper_goes_around_the_body_and_its_links_count_in_reading_order()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var template = new Template
        {
            Name = "Frame",
            Type = TemplateType.Campaign,
            Body = """<html><body><a href="https://a.example/">top</a>{{ template "content" . }}<a href="https://c.example/">end</a>{{ TrackView }}</body></html>""",
            CreatedAt = At,
            UpdatedAt = At,
        };
        await database.AddAsync(template);
        var campaign = NewCampaign("# Big\n\n**bold** and [site](https://b.example@TrackLink)");
        (campaign.ContentType, campaign.TemplateId) = (CampaignContentType.Markdown, template.Id);
        await GivenCampaignAsync(database, 0, campaign);

        var html = Parse(await ComposeAsync(database, campaign, Ann)).HtmlBody;

        Assert.Contains("<strong>bold</strong>", html, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 0], ReadTokens(database, html).Select(token => token.Position));
        var urls = await database.ReadAsync(db => db.CampaignLinks.OrderBy(place => place.Position).Select(place => place.Link!.Url).ToListAsync());
        Assert.Equal(["https://a.example/", "https://b.example", "https://c.example/"], urls);
    }

    [Theory]
    [InlineData("<html><!-- head --><body><p>1 < 2</p>|</body></html>")]
    [InlineData("<p>unfinished</p>|<a title")]
    public async Task A_wrapper_that_leaves_the_document_to_the_body_gets_the_pixel_where_the_body_needs_it(string marked)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var template = new Template { Name = "Bare", Type = TemplateType.Campaign, Body = """{{ template "content" . }}""", CreatedAt = At, UpdatedAt = At };
        await database.AddAsync(template);
        var campaign = NewCampaign(marked.Replace("|", "", StringComparison.Ordinal));
        campaign.TemplateId = template.Id;
        await GivenCampaignAsync(database, 0, campaign);

        var html = Parse(await ComposeAsync(database, campaign, Ann)).HtmlBody;

        Assert.Equal(marked, Regex.Replace(html!.TrimEnd(), "<img src=\"[^\"]*/track/open/[^\"]*\"[^>]*>", "|", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Only_marked_links_are_tracked_when_the_installation_says_so()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true), ("privacy.track_all_links", false));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(Body));

        var html = Parse(await ComposeAsync(database, campaign, Ann)).HtmlBody;

        Assert.Contains("https://shop.example/a", html, StringComparison.Ordinal);
        Assert.Equal([1, 2, 0], ReadTokens(database, html).Select(token => token.Position));
    }

    [Fact]
    public async Task A_plain_campaign_is_text_only_with_tracked_addresses_and_nothing_escaped()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var campaign = NewCampaign("Dear {{ .Subscriber.Name }}, see https://shop.example/a.");
        campaign.ContentType = CampaignContentType.Plain;
        await GivenCampaignAsync(database, 0, campaign);

        var mail = Parse(await ComposeAsync(database, campaign, Ann with { Name = "Pat O'Brien" }));

        Assert.Null(mail.HtmlBody);
        Assert.Equal("text/plain", mail.Body!.ContentType.MimeType);
        Assert.StartsWith("Dear Pat O'Brien, see http", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(ReadTokens(database, mail.TextBody));
    }

    [Fact]
    public async Task Headers_carry_the_ids_and_the_campaigns_own_values_rendered()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var campaign = NewCampaign();
        (campaign.AltBody, campaign.Headers) = ("Text for {{ .Subscriber.FirstName }}", """[{"X-Shelf":"green"},{"X-Who":"{{ .Subscriber.Name }}"}]""");
        await GivenCampaignAsync(database, 0, campaign);

        var mail = Parse(await ComposeAsync(database, campaign, Ann));

        Assert.Equal("multipart/alternative", mail.Body!.ContentType.MimeType);
        Assert.Equal("Text for Ann", mail.TextBody!.Trim());
        Assert.Equal(["green", "Ann Archer", campaign.Uuid.ToString(), Ann.Uuid.ToString()],
            new[] { "X-Shelf", "X-Who", "X-Listmonk-Campaign", "X-Listmonk-Subscriber" }.Select(name => mail.Headers[name]));
        Assert.Equal($"<http://localhost:9000/subscription/{campaign.Uuid}/{Ann.Uuid}>", mail.Headers["List-Unsubscribe"]);
    }

    [Fact]
    public async Task A_test_mail_is_not_tracked_and_never_looks_like_a_repeat()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("privacy.individual_tracking", true));
        var campaign = await GivenCampaignAsync(database, 0, NewCampaign(Body));
        var real = Parse(await ComposeAsync(database, campaign, Ann));

        var first = Parse(await ComposeAsync(database, campaign, Ann, CompilePurpose.Test));
        var second = Parse(await ComposeAsync(database, campaign, Ann, CompilePurpose.Test));

        Assert.DoesNotContain("/track/", first.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(3, new HashSet<string?>([real.MessageId, first.MessageId, second.MessageId]).Count);
        Assert.Equal(real.Subject, first.Subject);
    }

    private static async Task<byte[]> ComposeAsync(TestDatabase database, Campaign campaign, Recipient recipient, CompilePurpose purpose = CompilePurpose.Send)
    {
        var compiled = await database.Get<CampaignCompiler>().CompileAsync(campaign, purpose, default);
        Assert.True(compiled.IsOk, compiled.Message);
        using var message = compiled.Value.Rent().Compose(recipient);
        return message.Mime.ToArray();
    }

    private static MimeMessage Parse(byte[] mime) => MimeMessage.Load(new MemoryStream(mime));

    private static List<TrackingToken> ReadTokens(TestDatabase database, string? body)
    {
        var tokens = new List<TrackingToken>();
        foreach (var piece in body!.Split("/track/").Skip(1))
        {
            var text = new string([.. piece[5..].TakeWhile(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')]);
            Assert.True(database.Get<TrackingTokens>().TryRead(text, out var token));
            tokens.Add(token);
        }

        return tokens;
    }
}
