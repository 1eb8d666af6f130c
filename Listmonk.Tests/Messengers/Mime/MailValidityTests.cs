using System.Text;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Tests.Support;
using MimeKit;

namespace Listmonk.Tests.Messengers.Mime;

/// <summary>Many kinds of mails, read by another implementation: what was put in comes out, and no line breaks the rules.</summary>
public sealed class MailValidityTests
{
    private static readonly string[] Senders = ["news@example.org", "Zoë Müller <news@example.org>", "\"Müller, Zoë (Redaktion)\" <news@münchen.example>", "新聞 <news@example.org>", "A \"quoted\" name <news@example.org>"];
    private static readonly string[] Recipients = ["ann@example.com", "o'brien+tag@example.com", "ann@bücher.example"];
    private static readonly string[] Subjects = ["Hello", "", "Grüße =?UTF-8?Q?x?= 🎉 " + new string('ü', 300), new string('x', 1500), "Words " + string.Join(' ', Enumerable.Repeat("word", 300)), "Line\r\nBcc: x@y.example"];
    private static readonly string[] Bodies = ["", "short", new string('y', 5000), "Ein langer Text. Übergröße 🎉\r\n.\r\n..dots\r\nFrom me\r\n" + string.Concat(Enumerable.Repeat("<td>  </td>", 800)), "trailing \t\r\n \r\n"];

    private static readonly Attachment[][] Files =
    [
        [],
        [new Attachment("Übersicht mit sehr langem Namen, der gewiss umgebrochen werden muss 2026.pdf", "application/pdf", new byte[3000])],
        [new Attachment("logo.png", "image/png", new byte[100], "logo@embedded"), new Attachment("", "nonsense", new byte[1])],
    ];

    public static TheoryData<int, int> Cases()
    {
        var data = new TheoryData<int, int>();
        for (var body = 0; body < 3; body++)
        {
            for (var files = 0; files < Files.Length; files++)
            {
                data.Add(body, files);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_another_reader_finds_is_what_was_written(int kind, int files)
    {
        foreach (var sender in Senders)
        {
            foreach (var recipient in Recipients)
            {
                foreach (var subject in Subjects)
                {
                    foreach (var body in Bodies)
                    {
                        Check((MessageBody)kind, Files[files], sender, recipient, subject, body);
                    }
                }
            }
        }
    }

    /// <summary>A third implementation, with a parser of its own that names every defect it meets.</summary>
    [Fact]
    public async Task Python_finds_no_defect_and_the_same_content()
    {
        var cases = new List<(MessageBody Kind, Attachment[] Files, string Sender, string Recipient, string Subject, string Body)>();
        foreach (var kind in Enum.GetValues<MessageBody>())
        {
            foreach (var files in Files)
            {
                cases.AddRange(Enumerable.Range(0, 30).Select(number => (
                    kind, files, Senders[number % Senders.Length], Recipients[number % Recipients.Length], Subjects[number % Subjects.Length], Bodies[number / Subjects.Length])));
            }
        }

        var readings = await PythonMail.ReadAsync(cases.Select(one => Write(one.Kind, one.Files, one.Sender, one.Recipient, one.Subject, one.Body)));

        Assert.Equal(cases.Count, readings.Count);
        Assert.All(cases.Zip(readings), pair =>
        {
            var (wanted, found) = pair;
            Assert.Empty(found.Defects);
            Assert.True(MailAddressText.TryParse(wanted.Sender, out var from));
            Assert.Equal((from.Name, MailAddressText.ToAsciiDomainAddress(from.Address)), (found.FromName, found.From));
            Assert.Equal(MailAddressText.ToAsciiDomainAddress(wanted.Recipient), found.To);
            Assert.Equal(wanted.Subject.Replace("\r\n", " ", StringComparison.Ordinal).Trim(), found.Subject);
            Assert.Equal(wanted.Kind == MessageBody.Html ? null : Lines(wanted.Body).TrimEnd('\n'), found.Text is null ? null : Lines(found.Text).TrimEnd('\n'));
            Assert.Equal(wanted.Kind == MessageBody.Plain ? null : Lines(wanted.Body).TrimEnd('\n'), found.Html is null ? null : Lines(found.Html).TrimEnd('\n'));
            Assert.Equal(wanted.Files.Select(file => file.FileName), found.Files);
        });
    }

    private static byte[] Write(MessageBody kind, Attachment[] files, string sender, string recipient, string subject, string body)
    {
        using var writer = new MessageWriter(new MessageBlueprint(new MessageDraft
        {
            From = sender,
            Body = kind,
            Attachments = files,
            CampaignUuid = Guid.Parse("cccccccc-0000-4000-8000-000000000004"),
            NamesSubscriber = true,
            HasUnsubscribeHeader = true,
            UnsubscribeMailbox = "leave@example.org",
            ListId = "<news.example.org>",
            DefaultHeaders = [new DraftHeader("Precedence", "bulk"), new DraftHeader("Feedback-ID", "a:b:regular:example_org")],
        }));
        using var message = writer.Write(
            new MessageRecipient
            {
                Address = recipient,
                Subject = subject,
                Date = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
                SubscriberUuid = Guid.Parse("bbbbbbbb-0000-4000-8000-000000000002"),
                UnsubscribeUrl = "https://news.example.org/subscription/c/s",
            },
            body,
            body);
        return message.Mime.ToArray();
    }

    private static void Check(MessageBody kind, Attachment[] files, string sender, string recipient, string subject, string body)
    {
        var bytes = Write(kind, files, sender, recipient, subject, body);
        AssertLines(bytes);
        using var parsed = MimeMessage.Load(new MemoryStream(bytes));
        Assert.True(MailAddressText.TryParse(sender, out var from));
        Assert.Equal(from.Name, parsed.From.Mailboxes.Single().Name ?? "");
        Assert.Equal(MailAddressText.ToAsciiDomainAddress(recipient), MailAddressText.ToAsciiDomainAddress(parsed.To.Mailboxes.Single().Address));
        Assert.Equal(subject.Replace("\r\n", " ", StringComparison.Ordinal).Trim(), parsed.Subject ?? "");
        Assert.Null(parsed.Headers["Bcc"]);
        Assert.Equal("<https://news.example.org/subscription/c/s>, <mailto:leave@example.org?subject=unsubscribe%20bbbbbbbb-0000-4000-8000-000000000002%20cccccccc-0000-4000-8000-000000000004>", parsed.Headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", parsed.Headers["List-Unsubscribe-Post"]);
        Assert.Equal("bulk", parsed.Headers["Precedence"]);
        Assert.Equal("a:b:regular:example_org", parsed.Headers["Feedback-ID"]);
        if (kind != MessageBody.Html)
        {
            Assert.Equal(Lines(body), Lines(parsed.TextBody));
        }

        if (kind != MessageBody.Plain)
        {
            Assert.Equal(Lines(body), Lines(parsed.HtmlBody));
        }

        Assert.Equal(files.Length, parsed.BodyParts.OfType<MimePart>().Count(part => part is not TextPart));
        Assert.Equal(files.Select(file => file.FileName), parsed.BodyParts.OfType<MimePart>().Where(part => part is not TextPart).Select(part => part.FileName ?? ""));
    }

    /// <summary>The reader gives line ends as the platform has them.</summary>
    private static string Lines(string? text) => (text ?? "").ReplaceLineEndings("\n");

    /// <summary>RFC 5322 §2.1.1: CRLF only, at most 998 characters; everything we write is ASCII, the local part of an address aside.</summary>
    private static void AssertLines(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        foreach (var line in text.Split("\r\n"))
        {
            Assert.InRange(line.Length, 0, 998);
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
            Assert.True(Ascii.IsValid(line), line);
        }
    }
}
