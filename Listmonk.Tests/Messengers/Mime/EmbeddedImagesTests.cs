using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Media;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Sending;
using Listmonk.Tests.Media;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using MimeKit;

namespace Listmonk.Tests.Messengers.Mime;

public sealed class EmbeddedImagesTests : SendingTest
{
    [Theory]
    [InlineData("<img src=\"https://a.test/uploads/a.png\" data-embed>", "a.png")]
    [InlineData("<IMG DATA-EMBED='true' SRC='/x/b%20c.png?v=1#z' alt=\"1 > 0\">", "b c.png")]
    [InlineData("<img data-embed src=d.png />", "d.png")]
    [InlineData("<img\n  data-embed\n  src = \"{{ RootURL }}/uploads/e.png\">", "e.png")]
    [InlineData("<img alt=\"{{ print \">\" }}\" src=\"f.png\" data-embed>", "f.png")]
    public void Marked_pictures_are_found_by_the_name_in_their_address(string source, string name) => Assert.Equal(name, Assert.Single(EmbeddedImages.Find(source)).FileName);

    [Theory]
    [InlineData("<img src=\"a.png\">")]
    [InlineData("<img src=\"a.png\" alt=\"data-embed\">")]
    [InlineData("<image src=\"a.png\" data-embed>")]
    [InlineData("<img data-embed src=\"{{ .Subscriber.Attribs.picture }}\">")]
    [InlineData("<img data-embed src=\"cid:a@b\">")]
    [InlineData("<img data-embed>")]
    [InlineData("<img data-embed src=\"a.png\"")]
    [InlineData("<p>data-embed</p>")]
    public void Others_are_left_alone(string source)
    {
        Assert.Empty(EmbeddedImages.Find(source));
        Assert.Equal(source, EmbeddedImages.Replace(source, new Dictionary<string, string>(StringComparer.Ordinal) { ["a.png"] = "1@x" }));
    }

    [Fact]
    public void Only_the_address_changes() =>
        Assert.Equal(
            "<p>ä</p><img src=\"cid:1@x\" data-embed alt='x'><img data-embed src='cid:1@x'><img src=\"cid:1@x\" data-embed><img src=\"other.png\" data-embed>",
            EmbeddedImages.Replace(
                "<p>ä</p><img src=\"https://a.test/a.png\" data-embed alt='x'><img data-embed src='a.png'><img src=a.png data-embed><img src=\"other.png\" data-embed>",
                new Dictionary<string, string>(StringComparer.Ordinal) { ["a.png"] = "1@x" }));

    [Theory, MemberData(nameof(Providers))]
    public async Task The_mail_carries_the_picture_beside_its_html_and_the_attachment_outside(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var picture = Pictures.Png(6, 4);
        await UploadAsync(database, "logo grüße.png", picture);
        var attached = await UploadAsync(database, "terms.txt", "words"u8.ToArray());
        var campaign = NewCampaign("<html><body><p>Hi</p><img src=\"https://old.test/uploads/logo-gr%C3%BC%C3%9Fe.png\" data-embed alt=\"Logo\"><img src=\"https://old.test/none.png\" data-embed></body></html>");
        campaign.AltBody = "Hi";
        campaign = await GivenCampaignAsync(database, 1, campaign);
        campaign.Media = [new CampaignMedia { MediaId = attached.Id, Filename = attached.Filename }];

        var compiled = (await database.Get<CampaignCompiler>().CompileAsync(campaign, CompilePurpose.Send, CancellationToken.None)).Value;
        using var message = compiled.Rent().Compose(MessageRenderer.DemoRecipient);
        using var bytes = new MemoryStream(message.Mime.ToArray());
        using var mail = await MimeMessage.LoadAsync(bytes);

        var mixed = Assert.IsType<Multipart>(mail.Body);
        Assert.Equal("mixed", mixed.ContentType.MediaSubtype);
        var alternative = Assert.IsType<MultipartAlternative>(mixed[0]);
        var related = Assert.IsType<MultipartRelated>(alternative[1]);
        var image = Assert.IsType<MimePart>(related[1]);
        Assert.Contains($"src=\"cid:{image.ContentId}\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("src=\"https://old.test/none.png\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(("image/png", "inline", "logo-grüße.png"), (image.ContentType.MimeType, image.ContentDisposition!.Disposition, image.FileName));
        using var decoded = new MemoryStream();
        await image.Content!.DecodeToAsync(decoded);
        Assert.Equal(picture, decoded.ToArray());
        Assert.Equal("terms.txt", Assert.Single(mail.Attachments).ContentDisposition!.FileName);
        Assert.Equal(["none.png"], compiled.MissingImages);
    }

    [Fact]
    public async Task A_page_for_a_browser_keeps_the_address()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await UploadAsync(database, "logo.png", Pictures.Png(6, 4));
        var campaign = await GivenCampaignAsync(database, 1, NewCampaign("<img src=\"https://a.test/uploads/logo.png\" data-embed>"));
        var page = await database.Get<MessageRenderer>().RenderAsync(campaign, MessageRenderer.DemoRecipient, CancellationToken.None);
        Assert.Contains("https://a.test/uploads/logo.png", page.Value, StringComparison.Ordinal);
    }

    private static async Task<MediaItem> UploadAsync(TestDatabase database, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return (await database.Get<MediaService>().UploadAsync(name, stream, CancellationToken.None)).Value;
    }
}
