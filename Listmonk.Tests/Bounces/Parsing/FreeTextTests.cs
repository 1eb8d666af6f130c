using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Tests.Bounces.Parsing;

/// <summary>Reports without any machine-readable part, complaints, and mails that only look like reports.</summary>
[Trait("Kind", "Unit")]
public sealed class FreeTextTests
{
    [Fact]
    public void Qmail_names_the_address_above_the_answer()
    {
        var reading = Only(SampleMails.Words(
            """
            Hi. This is the qmail-send program at mx.test.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            <pat@reader.test>:
            192.0.2.7 does not like recipient.
            Remote host said: 550 5.1.1 no mailbox by that name
            Giving up on 192.0.2.7.

            --- Below this line is a copy of the message.

            Return-Path: <news@sender.test>
            Received: (qmail 1)
            From: news@sender.test
            To: pat@reader.test
            Subject: spam of the month
            Message-ID: <m1@sender.test>
            """));

        Assert.Equal(("pat@reader.test", BounceClass.Hard, "user-unknown"), (reading.Recipient, reading.Class, reading.Reason));
    }

    [Fact]
    public void Exim_names_several_addresses_with_an_answer_each()
    {
        var readings = Read(SampleMails.Words(
            """
            A message that you sent could not be delivered to one or more of its recipients.
            The following address(es) failed:

              gone@reader.test
                host mx.reader.test [192.0.2.7]
                SMTP error from remote mail server after RCPT TO:<gone@reader.test>:
                550 5.1.1 <gone@reader.test>: user unknown
              full@reader.test
                host mx.reader.test [192.0.2.7]
                SMTP error from remote mail server after end of data:
                552 5.2.2 mailbox is full
            """,
            headers: "X-Failed-Recipients: gone@reader.test, full@reader.test\nAuto-Submitted: auto-replied"));

        Assert.Equal([("gone@reader.test", BounceClass.Hard), ("full@reader.test", BounceClass.Soft)], readings.Select(reading => (reading.Recipient!, reading.Class)));
    }

    [Fact]
    public void A_transcript_is_judged_by_its_first_refusal()
    {
        var reading = Only(SampleMails.Words(
            """
               ----- The following addresses had permanent fatal errors -----
            <pat@reader.test>
                (reason: 550 5.7.1 IP address blacklisted by recipient)

               ----- Transcript of session follows -----
            ... while talking to mx.reader.test.:
            >>> DATA
            <<< 550 5.7.1 IP address blacklisted by recipient
            550 5.1.1 <pat@reader.test>... User unknown
            <<< 503 5.0.0 Need RCPT (recipient)
            """, subject: "Returned mail: see transcript for details"));

        Assert.Equal(("pat@reader.test", BounceClass.Policy, "blocked"), (reading.Recipient, reading.Class, reading.Reason));
    }

    [Fact]
    public void An_unknown_user_after_the_content_is_a_filter_in_disguise() =>
        Assert.Equal((BounceClass.Soft, "filtered"), BounceMailReader.ReadReply("550 unknown user", "DATA", "pat@reader.test", null) is var reading ? (reading.Class, reading.Reason) : default);

    [Fact]
    public void The_sender_of_a_report_in_html_is_not_its_recipient()
    {
        var reading = Only(SampleMails.Bytes(
            """
            From: postmaster@reader.test
            To: news@sender.test
            Subject: Undeliverable: News
            MIME-Version: 1.0
            Content-Type: text/html; charset=utf-8

            <html><body><p>Delivery has failed to these recipients:</p><p><a href="mailto:pat@reader.test">pat@reader.test</a></p>
            <p>The email address you entered couldn't be found.</p><p>#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup ##</p></body></html>
            """));

        Assert.Equal(("pat@reader.test", BounceClass.Hard, "5.1.10"), (reading.Recipient, reading.Class, reading.Status));
    }

    [Theory]
    [InlineData("Automatic reply: News", "I am out of the office.")]
    [InlineData("Abwesenheitsnotiz: News", "Ich bin im Urlaub. 550 Grüße")]
    [InlineData("Réponse automatique : News", "Je suis absent.")]
    [InlineData("Respuesta automática: News", "No existe nadie aquí.")]
    [InlineData("自動返信: News", "不在です。")]
    public void An_automatic_answer_is_known_by_its_subject(string subject, string body)
    {
        var reading = Only(SampleMails.Words(body, "Pat <pat@reader.test>", subject));

        Assert.Equal(("pat@reader.test", BounceClass.AutoReply, false), (reading.Recipient, reading.Class, reading.Counts));
    }

    [Fact]
    public void An_automatic_answer_is_known_by_its_header() =>
        Assert.Equal(BounceClass.AutoReply, Only(SampleMails.Words("user unknown", "pat@reader.test", "Re: News", "Auto-Submitted: auto-replied (vacation)")).Class);

    [Fact]
    public void A_person_who_quotes_a_refusal_is_no_mail_system()
    {
        var mail = SampleMails.Bytes("Return-Path: <pat@reader.test>\nFrom: Pat <pat@reader.test>\nTo: news@sender.test\nSubject: Re: News\nContent-Type: text/plain\n\nBob got \"550 5.1.1 user unknown\" from you. Delivery failed?\n");

        Assert.Equal((BounceClass.Other, "no-report"), Only(mail) is var reading ? (reading.Class, reading.Reason) : default);
    }

    [Theory]
    [InlineData("abuse", BounceClass.Complaint)]
    [InlineData("fraud", BounceClass.Complaint)]
    [InlineData("opt-out", BounceClass.Complaint)]
    [InlineData("auth-failure", BounceClass.Other)]
    [InlineData("not-spam", BounceClass.Other)]
    public void A_feedback_report_is_a_complaint_unless_it_blames_nobody(string type, BounceClass expected)
    {
        var reading = Only(SampleMails.Complaint($"Feedback-Type: {type}\nUser-Agent: test/1\nVersion: 1\nOriginal-Rcpt-To: <pat@reader.test>", "To: hidden@receiver.test\nSubject: News"));

        Assert.Equal(("pat@reader.test", expected), (reading.Recipient, reading.Class));
    }

    [Fact]
    public void A_redacted_complaint_is_traced_by_what_came_back()
    {
        var (campaign, subscriber) = (Guid.NewGuid(), Guid.NewGuid());
        var reading = BounceMailReader.Read(
            SampleMails.Complaint(
                "Feedback-Type: abuse\nUser-Agent: test/1\nVersion: 1",
                $"From: news@sender.test\nTo: undisclosed-recipients:;\nReturn-Path: <bounces+token@sender.test>\nX-Listmonk-Campaign: {campaign}\nX-Listmonk-Subscriber: {subscriber}\nMessage-ID: <m1@sender.test>\nList-Unsubscribe: <https://sender.test/subscription/{campaign}/{subscriber}>"),
            CancellationToken.None);

        Assert.Equal((BounceClass.Complaint, null), (reading.Recipients[0].Class, reading.Recipients[0].Recipient));
        Assert.Equal((campaign, subscriber), (reading.Trace.Campaign, reading.Trace.Subscriber));
        Assert.Contains("bounces+token@sender.test", reading.Trace.EnvelopeAddresses);
        Assert.Equal(["<m1@sender.test>"], reading.Trace.MessageIds);
        Assert.Equal([$"https://sender.test/subscription/{campaign}/{subscriber}"], reading.Trace.UnsubscribeUrls);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("7bit")]
    public void The_returned_headers_are_found_attached_in_any_encoding(string encoding)
    {
        var subscriber = Guid.NewGuid();
        var original = $"From: news@sender.test\nTo: pat@reader.test\nX-Listmonk-Subscriber: {subscriber}\nMessage-ID: <m1@sender.test>\n\nbody";
        var content = encoding == "base64" ? Convert.ToBase64String(SampleMails.Bytes(original)) : original;
        var mail = SampleMails.Bytes($"From: MAILER-DAEMON@mx.test\nSubject: failure notice\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nCould not be delivered: pat@reader.test: 550 user unknown\n--cut\nContent-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n{content}\n--cut--\n");

        Assert.Equal(subscriber, BounceMailReader.Read(mail, CancellationToken.None).Trace.Subscriber);
    }

    [Fact]
    public void The_returned_headers_are_found_quoted()
    {
        var subscriber = Guid.NewGuid();
        var reading = BounceMailReader.Read(
            SampleMails.Words($"The following message could not be delivered to pat@reader.test: user unknown\n\n> Received: from sender.test\n> From: news@sender.test\n> To: pat@reader.test\n> X-Listmonk-Subscriber: {subscriber}\n> Subject: News\n"),
            CancellationToken.None);

        Assert.Equal(subscriber, reading.Trace.Subscriber);
    }

    private static IReadOnlyList<RecipientReading> Read(byte[] mail) => BounceMailReader.Read(mail, CancellationToken.None).Recipients;

    private static RecipientReading Only(byte[] mail) => Assert.Single(Read(mail));
}
