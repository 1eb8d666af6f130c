using System.Text;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using MimeKit;

namespace Listmonk.Tests.Messengers.Mime;

public sealed class MessageWriterTests
{
    private static readonly Guid Campaign = Guid.Parse("cccccccc-0000-4000-8000-000000000004");
    private static readonly Guid Subscriber = Guid.Parse("bbbbbbbb-0000-4000-8000-000000000002");

    private static readonly MessageDraft Draft = new()
    {
        From = "Golden <golden@example.org>",
        Body = MessageBody.HtmlWithText,
        CampaignUuid = Campaign,
        NamesSubscriber = true,
        HasUnsubscribeHeader = true,
        ListId = "News <news.example.org>",
        Headers = [new DraftHeader("X-Golden", "yes")],
    };

    private static readonly MessageRecipient Recipient = new()
    {
        Address = "anon@example.com",
        Subject = "Hello Anon",
        Date = new DateTimeOffset(2026, 11, 23, 22, 2, 2, TimeSpan.FromHours(1)),
        SubscriberUuid = Subscriber,
        UnsubscribeUrl = "https://news.example.org/subscription/c/s",
    };

    [Fact]
    public void A_message_with_both_bodies_looks_exactly_like_this()
    {
        using OutboundMessage message = Write(Draft, Recipient, "Plain für Anon", "<p>Anon</p>\n");

        Assert.Equal(
            """
            From: Golden <golden@example.org>
            To: <anon@example.com>
            Subject: Hello Anon
            Date: Mon, 23 Nov 2026 21:02:02 +0000
            Message-ID: <zMzMzAAAQACAAAAAAAAABLu7u7sAAEAAgAAAAAAAAAI@example.org>
            MIME-Version: 1.0
            X-Listmonk-Campaign: cccccccc-0000-4000-8000-000000000004
            X-Listmonk-Subscriber: bbbbbbbb-0000-4000-8000-000000000002
            List-Id: News <news.example.org>
            List-Unsubscribe: <https://news.example.org/subscription/c/s>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            X-Golden: yes
            Content-Type: multipart/alternative;
             boundary="=_BOUNDARY"

            --=_BOUNDARY
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: quoted-printable

            Plain f=C3=BCr Anon
            --=_BOUNDARY
            Content-Type: text/html; charset=UTF-8
            Content-Transfer-Encoding: quoted-printable

            <p>Anon</p>

            --=_BOUNDARY--

            """.ReplaceLineEndings("\r\n"),
            WithoutBoundary(message));
        Assert.Equal("golden@example.org", message.EnvelopeFrom);
        Assert.Equal(["anon@example.com"], message.EnvelopeRecipients);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        using OutboundMessage first = Write(Draft, Recipient, "text", "html");
        using OutboundMessage second = Write(Draft with { }, Recipient, "text", "html");

        Assert.Equal(first.Mime.ToArray(), second.Mime.ToArray());
    }

    [Theory]
    [InlineData(MessageBody.Plain, false, false, "text/plain")]
    [InlineData(MessageBody.Html, false, false, "text/html")]
    [InlineData(MessageBody.HtmlWithText, false, false, "multipart/alternative(text/plain,text/html)")]
    [InlineData(MessageBody.Html, true, false, "multipart/related(text/html,image/png)")]
    [InlineData(MessageBody.HtmlWithText, true, false, "multipart/alternative(text/plain,multipart/related(text/html,image/png))")]
    [InlineData(MessageBody.Plain, true, true, "multipart/mixed(text/plain,image/png,application/pdf)")]
    [InlineData(MessageBody.HtmlWithText, true, true, "multipart/mixed(multipart/alternative(text/plain,multipart/related(text/html,image/png)),application/pdf)")]
    public void The_structure_is_as_small_as_the_content_allows(MessageBody body, bool hasImage, bool hasFile, string expected)
    {
        byte[] png = [1, 2, 3, 200];
        List<Attachment> attachments = [];
        if (hasImage)
        {
            attachments.Add(new Attachment("dot.png", "image/png", png, "abc@email"));
        }

        if (hasFile)
        {
            attachments.Add(new Attachment("terms.pdf", "application/pdf", new byte[200]));
        }

        using OutboundMessage message = Write(Draft with { Body = body, Attachments = attachments }, Recipient, "Text ohne Ende ", "<p>ü</p>");
        using MimeMessage parsed = Parse(message);

        Assert.Equal(expected, Structure(parsed.Body!));
        if (body != MessageBody.Html)
        {
            Assert.Equal("Text ohne Ende ", parsed.TextBody);
        }

        if (body != MessageBody.Plain)
        {
            Assert.Equal("<p>ü</p>", parsed.HtmlBody);
        }

        if (hasImage)
        {
            MimePart image = parsed.BodyParts.OfType<MimePart>().Single(part => part.ContentType.IsMimeType("image", "png"));
            using var content = new MemoryStream();
            image.Content!.DecodeTo(content);
            Assert.Equal(png, content.ToArray());
            Assert.Equal("abc@email", image.ContentId);
        }
    }

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("with blank and \"quotes\".txt")]
    [InlineData("Übersicht für März.pdf")]
    [InlineData("とても長いファイル名なので一行には収まりきらないのですがそれでも正しく届かなければなりません.png")]
    [InlineData("a-very-long-file-name-in-plain-ascii-that-does-not-fit-into-a-single-line-of-a-header.txt")]
    public void File_names_arrive_as_they_were(string fileName)
    {
        using OutboundMessage message = Write(Draft with { Attachments = [new Attachment(fileName, "text/plain", "x"u8.ToArray())] }, Recipient, "t", "h");
        using MimeMessage parsed = Parse(message);

        Assert.Equal(fileName, parsed.Attachments.Single().ContentDisposition!.FileName);
        AssertLinesAreShort(message);
    }

    [Theory]
    [InlineData("Hello")]
    [InlineData("Grüße aus München")]
    [InlineData("こんにちは世界、これは長い件名で、折り返しが必要になるはずです。もう少し続けましょう。")]
    [InlineData("🎉 Party 🎉 with a long tail of ordinary words that has to be folded over more than one line, surely")]
    [InlineData("Plain words that go on and on until the line is full and has to be folded at a blank somewhere near its end")]
    [InlineData("=?UTF-8?Q?not_an_encoded_word?=")]
    [InlineData("double  blanks   inside")]
    [InlineData("50% = half_price?")]
    public void Subjects_arrive_as_they_were(string subject)
    {
        using OutboundMessage message = Write(Draft, Recipient with { Subject = subject }, "t", "h");
        using MimeMessage parsed = Parse(message);

        Assert.Equal(subject, parsed.Subject);
        AssertLinesAreShort(message);
    }

    [Theory]
    [InlineData("Shop <shop@kit.example>", "Shop", "shop@kit.example")]
    [InlineData("shop@kit.example", "", "shop@kit.example")]
    [InlineData("Dots, Commas & Co. \"x\" <shop@kit.example>", "Dots, Commas & Co. \"x\"", "shop@kit.example")]
    [InlineData("\"Quoted, Name\" <shop@kit.example>", "Quoted, Name", "shop@kit.example")]
    [InlineData("Jörg Müller <joerg@kit.example>", "Jörg Müller", "joerg@kit.example")]
    [InlineData("日本語の差出人名がとても長い場合でも正しく折り返されること <jp@kit.example>", "日本語の差出人名がとても長い場合でも正しく折り返されること", "jp@kit.example")]
    public void The_sender_arrives_as_written(string from, string name, string address)
    {
        using OutboundMessage message = Write(Draft with { From = from }, Recipient, "t", "h");
        using MimeMessage parsed = Parse(message);

        MailboxAddress sender = parsed.From.Mailboxes.Single();
        Assert.Equal((name, address), (sender.Name ?? "", sender.Address));
        Assert.Equal(address, message.FromAddress);
        AssertLinesAreShort(message);
    }

    [Fact]
    public void A_line_end_in_a_value_cannot_start_a_header()
    {
        MessageDraft draft = Draft with { From = "Evil\r\nX-Bad: 1 <a@b.example>", Headers = [new DraftHeader("X-Custom", "one\r\nX-Bad: 2"), new DraftHeader("X-Rendered", null)] };
        MessageRecipient recipient = Recipient with { Subject = "Hi\r\n\r\nX-Bad: 3\n", HeaderValues = ["a\rX-Bad: 4\u2028X-Bad: 5"] };

        using OutboundMessage message = Write(draft, recipient, "t", "h");
        using MimeMessage parsed = Parse(message);

        Assert.DoesNotContain(parsed.Headers, header => header.Field == "X-Bad");
        Assert.Equal("one X-Bad: 2", parsed.Headers["X-Custom"]);
        Assert.Equal("Hi X-Bad: 3", parsed.Subject);
    }

    [Theory]
    [InlineData("bad name")]
    [InlineData("bad:name")]
    [InlineData("bad\r\nname")]
    [InlineData("ümlaut")]
    [InlineData("")]
    public void A_header_name_that_no_mail_can_carry_is_refused(string name)
    {
        Assert.Throws<FormatException>(() => new MessageBlueprint(Draft with { Headers = [new DraftHeader(name, "x")] }));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("<>")]
    [InlineData("a@b.example\r\nRCPT TO:c@d.example")]
    public void A_sender_that_is_no_address_is_refused(string from)
    {
        Assert.Throws<FormatException>(() => new MessageBlueprint(Draft with { From = from }));
    }

    [Fact]
    public void Custom_headers_replace_those_a_sender_may_choose_and_none_of_the_others()
    {
        MessageDraft draft = Draft with
        {
            Headers =
            [
                new DraftHeader("from", "Boss <boss@other.example>"), new DraftHeader("Subject", null), new DraftHeader("Reply-To", "Jörg <reply@other.example>"),
                new DraftHeader("X-Listmonk-Campaign", "forged"), new DraftHeader("List-Unsubscribe", "<mailto:forged@x.example>"),
                new DraftHeader("Content-Type", "text/evil"), new DraftHeader("X-Twice", "first"), new DraftHeader("x-twice", "second"),
            ],
        };
        var blueprint = new MessageBlueprint(draft);
        Assert.Equal(["Subject"], blueprint.RenderedHeaders);

        using OutboundMessage message = new MessageWriter(blueprint).Write(Recipient with { HeaderValues = ["Custom subject"] }, "t", "h");
        using MimeMessage parsed = Parse(message);

        Assert.Equal("boss@other.example", message.FromAddress);
        Assert.EndsWith("@other.example", message.MessageId, StringComparison.Ordinal);
        Assert.Equal("Custom subject", parsed.Subject);
        Assert.Equal("Jörg", parsed.ReplyTo.Mailboxes.Single().Name);
        Assert.Equal(Campaign.ToString(), parsed.Headers["X-Listmonk-Campaign"]);
        Assert.Equal("<https://news.example.org/subscription/c/s>", parsed.Headers["List-Unsubscribe"]);
        Assert.Equal("first", parsed.Headers["X-Twice"]);
        Assert.Equal(parsed.Headers.Count, parsed.Headers.Select(header => header.Field.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void Return_path_and_copies_go_to_the_envelope_and_only_Cc_is_seen()
    {
        MessageDraft draft = Draft with
        {
            Headers = [new DraftHeader("Return-Path", "<bounces@example.org>"), new DraftHeader("Cc", "Boss <boss@example.org>, two@example.org"), new DraftHeader("Bcc", "hidden@example.org")],
        };

        using OutboundMessage message = Write(draft, Recipient, "t", "h");
        using MimeMessage parsed = Parse(message);

        Assert.Equal("bounces@example.org", message.EnvelopeFrom);
        Assert.Equal(["anon@example.com", "boss@example.org", "two@example.org", "hidden@example.org"], message.EnvelopeRecipients);
        Assert.Equal(["boss@example.org", "two@example.org"], parsed.Cc.Mailboxes.Select(mailbox => mailbox.Address));
        Assert.Null(parsed.Headers["Return-Path"]);
        Assert.Null(parsed.Headers["Bcc"]);
    }

    [Fact]
    public void A_writer_can_be_used_again_and_drops_what_was_not_completed()
    {
        var writer = new MessageWriter(new MessageBlueprint(Draft));
        writer.Begin(Recipient);
        writer.BeginText().Write("never sent");

        using OutboundMessage first = writer.Write(Recipient, "one", "1");
        using OutboundMessage second = writer.Write(Recipient with { Address = "two@example.com" }, "two", "2");

        Assert.Equal("one", Parse(first).TextBody);
        Assert.Equal("two", Parse(second).TextBody);
        Assert.Equal(["two@example.com"], second.EnvelopeRecipients);
    }

    [Fact]
    public void The_message_id_names_campaign_and_subscriber_and_a_test_mail_brings_its_own()
    {
        using OutboundMessage message = Write(Draft, Recipient, "t", "h");
        using OutboundMessage test = Write(Draft, Recipient with { MessageId = MessageIds.Unique("example.org") }, "t", "h");

        Assert.True(MessageIds.TryRead($"<{message.MessageId}>", out Guid campaign, out Guid subscriber));
        Assert.Equal((Campaign, Subscriber), (campaign, subscriber));
        Assert.False(MessageIds.TryRead(test.MessageId, out _, out _));
        Assert.Equal(test.MessageId, Parse(test).MessageId);
    }

    [Fact]
    public void A_message_without_headers_of_its_own_kind_has_none()
    {
        using OutboundMessage message = Write(new MessageDraft { From = "a@b.example", Body = MessageBody.Plain }, Recipient, "hello", null);
        using MimeMessage parsed = Parse(message);

        Assert.DoesNotContain(parsed.Headers, header => header.Field.StartsWith("X-", StringComparison.Ordinal) || header.Field.StartsWith("List-", StringComparison.Ordinal));
        Assert.Equal("hello", parsed.TextBody);
    }

    [Fact]
    public void The_structured_view_says_what_the_message_says()
    {
        using OutboundMessage message = Write(Draft with { Attachments = [new Attachment("a.txt", "text/plain", "attached"u8.ToArray())] }, Recipient, "text", "<p>html</p>");

        MessageContent content = message.Content;

        Assert.Equal(("Hello Anon", "Golden <golden@example.org>", "html", "<p>html</p>", "text"), (content.Subject, content.From, content.ContentType, content.Body, content.AltBody));
        Assert.Equal("attached", Encoding.UTF8.GetString(content.Attachments.Single().Content.Span));
    }

    private static OutboundMessage Write(MessageDraft draft, MessageRecipient recipient, string? text, string? html)
    {
        using var writer = new MessageWriter(new MessageBlueprint(draft));
        return writer.Write(recipient, text, html);
    }

    private static MimeMessage Parse(OutboundMessage message) => MimeMessage.Load(new MemoryStream(message.Mime.ToArray()));

    private static string Structure(MimeEntity entity) =>
        entity is Multipart multipart ? $"{entity.ContentType.MimeType}({string.Join(',', multipart.Select(Structure))})" : entity.ContentType.MimeType;

    private static string WithoutBoundary(OutboundMessage message)
    {
        string text = Encoding.UTF8.GetString(message.Mime.Span);
        int start = text.IndexOf("boundary=\"", StringComparison.Ordinal) + 10;
        string boundary = text[start..text.IndexOf('"', start)];
        return text.Replace(boundary, "=_BOUNDARY", StringComparison.Ordinal);
    }

    private static void AssertLinesAreShort(OutboundMessage message)
    {
        string text = Encoding.UTF8.GetString(message.Mime.Span);
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
    }
}
