using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Tests.Bounces.Parsing;

/// <summary>What mails that reach the bounce address are taken for.</summary>
[Trait("Kind", "Unit")]
public sealed class BounceMailReaderTests
{
    [Theory]
    [InlineData("5.1.1", "smtp; 550 5.1.1 <pat@reader.test>: Recipient address rejected: User unknown in virtual mailbox table", "hard", "user-unknown")]
    [InlineData("5.7.1", "smtp; 554 5.7.1 <pat@reader.test>: Recipient address rejected: User unknown in relay recipient table", "hard", "user-unknown")]
    [InlineData("4.1.1", "smtp; 450 4.1.1 <pat@reader.test>: Recipient address rejected: User unknown in virtual alias table", "hard", "user-unknown")]
    [InlineData("5.4.4", "X-Postfix; Host or domain name not found. Name service error for name=reader.test type=A: Host not found", "hard", "host-unknown")]
    [InlineData("5.1.10", "smtp; 556 5.1.10 Recipient address has null MX", "hard", "no-mail-here")]
    [InlineData("5.1.6", "smtp; 551 5.1.6 recipient no longer on server", "hard", "moved")]
    [InlineData("5.2.2", "smtp; 552 5.2.2 Mailbox full", "soft", "mailbox-full")]
    [InlineData("5.1.1", "smtp; 552 5.1.1 sorry, that mailbox is over quota", "soft", "mailbox-full")]
    [InlineData("5.0.0", "smtp; 554 delivery error: This mailbox is disabled", "soft", "disabled")]
    [InlineData("4.4.1", "X-Postfix; connect to mx.reader.test[192.0.2.9]:25: Connection timed out", "soft", "network")]
    [InlineData("5.4.6", "smtp; 554 5.4.6 Too many hops", "soft", "network")]
    [InlineData("5.7.515", "smtp; 550 5.7.515 Access denied, sending domain sender.test does not meet the required authentication level.", "policy", "authentication")]
    [InlineData("5.7.26", "smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated", "policy", "authentication")]
    [InlineData("5.7.1", "smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using zen.blocklist.test", "policy", "blocked")]
    [InlineData("5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", "policy", "too-large")]
    [InlineData("5.7.1", "smtp; 550 5.7.1 This message looks like spam", "policy", "spam")]
    [InlineData("4.7.28", "smtp; 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail", "policy", "rate")]
    [InlineData("5.1.8", "smtp; 553 5.1.8 <news@sender.test>: Domain of sender address does not exist", "policy", "sender-refused")]
    [InlineData("5.7.1", "smtp; 550 5.7.1 Unable to relay", "policy", "relaying")]
    [InlineData("5.7.25", "smtp; 550-5.7.25 [192.0.2.4] The IP address sending this message does not have a PTR record", "policy", "reverse-dns")]
    [InlineData("5.0.0", "smtp; 554 Transaction failed", "soft", "system")]
    public void A_delivery_report_is_judged_by_its_words_and_codes(string status, string diagnostic, string expected, string reason)
    {
        var reading = Only(SampleMails.Report(SampleMails.Block("pat@reader.test", status, diagnostic)));

        Assert.Equal((expected, reason, "pat@reader.test"), (BounceClassText.Of(reading.Class), reading.Reason, reading.Recipient));
        Assert.Equal(status, reading.Status);
        Assert.True(reading.Counts);
    }

    [Theory]
    [InlineData("550 unbekannter Empfänger: Postfach existiert nicht", "hard")]
    [InlineData("550 Utilisateur inconnu", "hard")]
    [InlineData("550 El usuario no existe", "hard")]
    [InlineData("550 Casella postale inesistente", "hard")]
    [InlineData("550 Usuário desconhecido", "hard")]
    [InlineData("550 Пользователь не найден", "hard")]
    [InlineData("550 用户不存在", "hard")]
    [InlineData("552 Das Postfach ist voll", "soft")]
    [InlineData("552 La boîte aux lettres est pleine", "soft")]
    [InlineData("552 Почтовый ящик переполнен", "soft")]
    [InlineData("550 被判定为垃圾邮件", "policy")]
    public void Refusals_in_other_languages_are_understood(string reply, string expected) =>
        Assert.Equal(expected, BounceClassText.Of(BounceMailReader.ReadReply(reply, "RCPT", "pat@reader.test", null).Class));

    [Fact]
    public void Each_recipient_of_a_report_is_judged_alone()
    {
        var readings = Read(SampleMails.Report(
            $"{SampleMails.Block("gone@reader.test", "5.1.1", "smtp; 550 5.1.1 User unknown")}\n\n{SampleMails.Block("full@reader.test", "5.2.2", "smtp; 552 5.2.2 Mailbox full")}\n\n{SampleMails.Block("well@reader.test", "2.1.5", "smtp; 250 Ok", "delivered")}"));

        Assert.Equal(
            [("gone@reader.test", BounceClass.Hard), ("full@reader.test", BounceClass.Soft), ("well@reader.test", BounceClass.Delivered)],
            readings.Select(reading => (reading.Recipient!, reading.Class)));
    }

    [Fact]
    public void A_delay_is_a_warning_and_never_counts()
    {
        var reading = Only(SampleMails.Report(SampleMails.Block("pat@reader.test", "4.4.1", "smtp; 450 4.1.1 User unknown", "delayed")));

        Assert.Equal((BounceClass.Soft, true, false), (reading.Class, reading.IsDelayed, reading.Counts));
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("relayed")]
    [InlineData("expanded")]
    public void A_confirmation_is_no_bounce(string action) =>
        Assert.Equal(BounceClass.Delivered, Only(SampleMails.Report(SampleMails.Block("pat@reader.test", "2.0.0", "smtp; 250 2.0.0 Ok", action))).Class);

    [Fact]
    public void The_part_for_machines_may_be_encoded()
    {
        var fields = Convert.ToBase64String(SampleMails.Bytes("Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; pat@reader.test\nAction: failed\nStatus: 5.1.1\n"));
        var mail = SampleMails.Bytes(
            $"""
            From: postmaster@mx.test
            Subject: x
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary=cut

            --cut
            Content-Type: message/delivery-status
            Content-Transfer-Encoding: base64

            {fields}
            --cut--
            """);

        Assert.Equal(("pat@reader.test", BounceClass.Hard), (Only(mail).Recipient, Only(mail).Class));
    }

    [Fact]
    public void An_internationalised_report_names_its_recipient()
    {
        var reading = Only(SampleMails.Bytes(
            """
            From: postmaster@mx.test
            Subject: x
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary=cut

            --cut
            Content-Type: message/global-delivery-status

            Reporting-MTA: dns; mx.test

            Final-Recipient: utf-8; j\x{F6}rg@reader.test
            Action: failed
            Status: 5.1.1

            --cut--
            """));

        Assert.Equal(("jörg@reader.test", BounceClass.Hard), (reading.Recipient, reading.Class));
    }

    [Fact]
    public void A_mail_with_lone_carriage_returns_is_read()
    {
        var mail = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(SampleMails.Report(SampleMails.Block("pat@reader.test", "5.1.1", "smtp; 550 5.1.1 User unknown"))).Replace("\r\n", "\r", StringComparison.Ordinal));

        Assert.Equal(("pat@reader.test", BounceClass.Hard), (Only(mail).Recipient, Only(mail).Class));
    }

    [Fact]
    public void Broken_and_empty_mails_blame_nobody()
    {
        foreach (var mail in new[] { "", "\0\0\0", "no header at all", "Content-Type: multipart/report; boundary=x\n\n--x\n--x\n--x--", new string('(', 5000), "Content-Type: text/plain; charset=nobody-knows\n\nHello" })
        {
            Assert.DoesNotContain(Read(SampleMails.Bytes(mail)), reading => reading.Counts);
        }
    }

    private static IReadOnlyList<RecipientReading> Read(byte[] mail) => BounceMailReader.Read(mail, CancellationToken.None).Recipients;

    private static RecipientReading Only(byte[] mail) => Assert.Single(Read(mail));
}
