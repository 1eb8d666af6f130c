using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using MimeKit;
using MimeKit.Cryptography;

namespace Listmonk.Tests.Messengers.Dkim;

public sealed class DkimSignerTests : SendingTest
{
    public static TheoryData<string> Bodies() =>
    [
        "",
        "One line without an end",
        "Lines\r\n\r\nwith  double\tand trailing blanks \t\r\n  indented\r\n",
        "Empty lines at the end\r\n\r\n \r\n\t\r\n",
        "\r\n\r\n",
        " \r\nA first line of white space",
        string.Concat(Enumerable.Repeat("A long text whose words are  parted by one blank or two. Übergröße\r\n", 900)),
        new string('x', 40_000),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task MimeKits_verifier_accepts_the_signatures(string body)
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa, DkimKey.Ed25519);
        using var message = Compose(body);

        var signed = world.Sign(message);

        await AssertVerifiesAsync(world, signed, count: 2);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_second_verifier_that_follows_the_RFC_word_by_word_accepts_the_signature(string body)
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        using var message = Compose(body);

        Assert.Equal("pass", DkimCheck.Verify(world.Sign(message), world.Keys[0].PublicKey));
    }

    [Fact]
    public async Task White_space_that_relays_change_does_not_break_the_signature()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        using var message = new OutboundMessage(Encoding.UTF8.GetBytes("From: <a@example.org>\r\nTo: <b@example.com>\r\nSubject: A  long\r\n\tsubject \r\n\r\nText  of\r\nmine\r\n"))
        {
            EnvelopeFrom = "a@example.org",
            EnvelopeRecipients = ["b@example.com"],
            FromAddress = "a@example.org",
            MessageId = "1@example.org",
        };
        var text = Encoding.UTF8.GetString(world.Sign(message));

        var changed = text.Replace("Subject: A  long\r\n\tsubject \r\n", "subject:A long subject\r\n", StringComparison.Ordinal).Replace("Text  of\r\n", "Text of \t\r\n", StringComparison.Ordinal);

        Assert.NotEqual(text, changed);
        Assert.Equal("pass", DkimCheck.Verify(Encoding.UTF8.GetBytes(changed), world.Keys[0].PublicKey));
        Assert.Equal("body", DkimCheck.Verify(Encoding.UTF8.GetBytes(changed.Replace("mine", "mines", StringComparison.Ordinal)), world.Keys[0].PublicKey));
    }

    [Theory]
    [InlineData("Subject: other\r\n")]
    [InlineData("From: <forger@example.net>\r\n")]
    [InlineData("List-Unsubscribe: <https://forger.example>\r\n")]
    public async Task A_second_header_of_a_signed_name_breaks_the_signature(string added)
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        using var message = Compose("<p>Hello</p>");
        var signed = Encoding.UTF8.GetString(world.Sign(message));

        Assert.Equal("signature", DkimCheck.Verify(Encoding.UTF8.GetBytes(added + signed), world.Keys[0].PublicKey));
    }

    [Fact]
    public async Task The_signature_names_what_readers_and_providers_go_by()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        using var message = Compose("<p>Hello</p>");

        var names = DkimCheck.Tags(Encoding.UTF8.GetString(world.Sign(message)))["h"].Split(':');

        foreach (var name in new[] { "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID" })
        {
            Assert.Equal(2, names.Count(one => one == name));
        }

        Assert.DoesNotContain("Reply-To", names);
    }

    [Fact]
    public async Task Lines_of_the_signature_are_short_and_ASCII()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa, DkimKey.Ed25519);
        using var message = Compose("<p>Hello</p>");

        world.Signer.Sign(message);

        Assert.All(Encoding.UTF8.GetString(message.Signature.Span).Split("\r\n"), line =>
        {
            Assert.True(Ascii.IsValid(line));
            Assert.InRange(line.Length, 0, 110);
        });
    }

    [Theory]
    [InlineData("news@example.org", true)]
    [InlineData("news@EXAMPLE.org", true)]
    [InlineData("news@mail.example.org", true)]
    [InlineData("news@anexample.org", false)]
    [InlineData("news@example.com", false)]
    public async Task Mails_from_the_domain_and_from_those_below_it_are_signed(string from, bool isSigned)
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        using var message = Compose("text", from);

        world.Signer.Sign(message);

        Assert.Equal(isSigned, !message.Signature.IsEmpty);
    }

    [Fact]
    public async Task A_rotation_signs_with_the_new_key_from_the_moment_it_is_switched_on()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        var fresh = await world.Service.CreateAsync("example.org", DkimKey.Rsa, "", Actor.System, CancellationToken.None);
        Assert.True(fresh.IsOk, fresh.Message);
        using var before = Compose("text");
        Assert.Equal(world.Keys[0].Selector, DkimCheck.Tags(Encoding.UTF8.GetString(world.Sign(before)))["s"]);

        await world.Service.SetEnabledAsync(fresh.Value.Uuid, isEnabled: true, Actor.System, CancellationToken.None);

        using var after = Compose("text");
        Assert.Equal(fresh.Value.Selector, DkimCheck.Tags(Encoding.UTF8.GetString(world.Sign(after)))["s"]);
        Assert.NotEqual(world.Keys[0].Selector, fresh.Value.Selector);
        Assert.Single(world.Settings.Current.Dkim.Keys, key => key.Enabled);
    }

    [Fact]
    public async Task The_private_key_is_stored_protected_and_shown_to_nobody()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa);
        var secret = world.Settings.Current.Dkim.Keys[0].PrivateKey;

        var stored = await world.Database.ReadAsync(db => Task.FromResult(db.Settings.Single(row => row.Key == "dkim.keys").Value));

        Assert.NotEmpty(secret);
        Assert.Contains(world.Database.Get<ISecretProtector>().Protect(secret), stored, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, world.Database.Get<SettingsService>().GetMasked()["dkim.keys"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, world.Settings.Current.Dkim.Keys[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no domain", DkimKey.Rsa, "", "domain")]
    [InlineData("example.org", "rot13", "", "algorithm")]
    [InlineData("example.org", DkimKey.Rsa, "a selector", "selector")]
    public async Task What_could_not_stand_in_the_DNS_is_refused(string domain, string algorithm, string selector, string field)
    {
        await using var world = await DkimWorld.CreateAsync();

        var made = await world.Service.CreateAsync(domain, algorithm, selector, Actor.System, CancellationToken.None);

        Assert.Equal($"dkim.keys[0].{field}", made.Errors.Single().Field);
    }

    [Theory]
    [InlineData(null, DkimRecordState.Unknown)]
    [InlineData("", DkimRecordState.Missing)]
    [InlineData("v=DKIM1; k=rsa; p=AAAA", DkimRecordState.Different)]
    [InlineData("v=DKIM1; k=rsa; p=", DkimRecordState.Different)]
    [InlineData("v=DKIM1; k=rsa; p=SECRET", DkimRecordState.Published)]
    [InlineData("p= SEC RET ;k=rsa", DkimRecordState.Published)]
    [InlineData("v=DKIM1; k=ed25519; p=SECRET", DkimRecordState.Different)]
    public void The_published_record_is_compared_with_the_key(string? published, DkimRecordState state)
    {
        var key = new DkimKey { Domain = "example.org", Selector = "s", PublicKey = "SECRET" };

        Assert.Equal(state, DkimRecord.Compare(key, published is null ? null : published.Length == 0 ? [] : [published]));
    }

    [Fact]
    public async Task A_mail_on_the_wire_verifies_together_with_the_servers_own_headers()
    {
        await using var world = await DkimWorld.CreateAsync(DkimKey.Rsa, DkimKey.Ed25519);
        await using var server = FakeSmtpServer.Start();
        await SetAsync(world.Database, ("smtp", new object[]
        {
            new
            {
                uuid = Guid.NewGuid(), enabled = true, host = "127.0.0.1", port = server.Port, tls_type = "none", auth_protocol = "none",
                email_headers = new[] { new Dictionary<string, string> { ["X-Relay"] = "one", ["Reply-To"] = "answers@example.org" } },
            },
        }));
        using var message = Compose(".A line that begins with a dot\r\n..and another\r\n");

        var result = await world.Database.Get<EmailMessenger>().SendAsync(message, CancellationToken.None);

        Assert.True(result.IsSent);
        var mail = server.Mails.Single();
        Assert.Equal("answers@example.org", mail.Parse().ReplyTo.Mailboxes.Single().Address);
        await AssertVerifiesAsync(world, mail.Raw, count: 2);
        Assert.Equal("pass", DkimCheck.Verify(mail.Raw, world.Keys[0].PublicKey));
    }

    private static async Task AssertVerifiesAsync(DkimWorld world, byte[] signed, int count)
    {
        using var parsed = await MimeMessage.LoadAsync(new MemoryStream(signed));
        var signatures = parsed.Headers.Where(header => header.Id == HeaderId.DkimSignature).ToList();
        Assert.Equal(count, signatures.Count);
        var verifier = new DkimVerifier(new SettingsKeyLocator(world.Settings.Current.Dkim.Keys));
        foreach (var signature in signatures)
        {
            Assert.True(await verifier.VerifyAsync(parsed, signature), signature.Value);
        }
    }

    private static OutboundMessage Compose(string body, string from = "Zoë Müller <news@example.org>")
    {
        using var writer = new MessageWriter(new MessageBlueprint(new MessageDraft
        {
            From = from,
            Body = MessageBody.HtmlWithText,
            CampaignUuid = Guid.Parse("cccccccc-0000-4000-8000-000000000004"),
            NamesSubscriber = true,
            HasUnsubscribeHeader = true,
            ListId = "<news.example.org>",
            Headers = [new DraftHeader("Feedback-ID", "1:list:listmonk")],
            Attachments = [new Attachment("Übersicht.txt", "text/plain", "data"u8.ToArray())],
        }));
        return writer.Write(
            new MessageRecipient
            {
                Address = "anon@example.com",
                Subject = "Grüße an alle, die eine sehr lange Betreffzeile mögen, welche gefaltet werden muss, denn sie hört nicht auf",
                Date = At,
                SubscriberUuid = Guid.Parse("bbbbbbbb-0000-4000-8000-000000000002"),
                UnsubscribeUrl = "https://news.example.org/subscription/c/s",
            },
            body,
            body);
    }

    private sealed class SettingsKeyLocator(IReadOnlyList<DkimKey> keys) : DkimPublicKeyLocatorBase
    {
        public override Org.BouncyCastle.Crypto.AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            GetPublicKey(DkimRecord.Value(keys.Single(key => key.Domain == domain && key.Selector == selector)));

        public override Task<Org.BouncyCastle.Crypto.AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
