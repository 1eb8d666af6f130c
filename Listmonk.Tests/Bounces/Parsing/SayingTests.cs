using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Tests.Bounces.Parsing;

/// <summary>What large receivers and mail programs say, in many languages, and what it is taken for. A new saying is a line here and a line in the tables.</summary>
[Trait("Kind", "Unit")]
public sealed class SayingTests
{
    [Theory]
    // Gmail
    [InlineData("550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address - gsmtp", "RCPT", "hard")]
    [InlineData("552-5.2.2 The recipient's inbox is out of storage space and inactive. - gsmtp", "RCPT", "soft")]
    [InlineData("550-5.2.1 The email account that you tried to reach is inactive. - gsmtp", "RCPT", "soft")]
    [InlineData("550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.", "DATA", "policy")]
    [InlineData("421-4.7.0 This message is suspicious due to the very low reputation of the sending domain.", "DATA", "policy")]
    [InlineData("550-5.4.5 Daily user sending quota exceeded. - gsmtp", "MAIL", "policy")]
    [InlineData("550-5.7.1 This message does not have a PTR record that meets our IPv6 guidelines", "DATA", "policy")]
    [InlineData("550 5.7.1 Messages missing a valid Message-ID header are not accepted. RFC 5322", "DATA", "policy")]
    // Outlook and Microsoft 365
    [InlineData("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [name.prod.protection.outlook.com]", "RCPT", "hard")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied. [name.eop.protection.outlook.com]", "RCPT", "hard")]
    [InlineData("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "RCPT", "hard")]
    [InlineData("550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized", "DATA", "soft")]
    [InlineData("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "RCPT", "policy")]
    [InlineData("550 5.7.1 Unfortunately, messages from [192.0.2.4] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).", "MAIL", "policy")]
    [InlineData("550 5.7.515 Access denied, sending domain sender.test does not meet the required authentication level.", "DATA", "policy")]
    [InlineData("451 4.7.500 Server busy. Please try again later from [192.0.2.4]. (S77719)", "RCPT", "policy")]
    [InlineData("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", "DATA", "soft")]
    [InlineData("550 5.7.507 Access denied, rejected by recipient", "DATA", "soft")]
    // Yahoo and AOL
    [InlineData("554 delivery error: dd This user doesn't have a yahoo.com account (pat@yahoo.com) [0] - mta1.mail.yahoo.com", "DATA", "hard")]
    [InlineData("421 4.7.0 [TSS04] Messages from 192.0.2.4 temporarily deferred due to unexpected volume or user complaints", "CONN", "policy")]
    [InlineData("553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.4, because the ip is in Spamhaus's list", "CONN", "policy")]
    [InlineData("554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes", "DATA", "policy")]
    [InlineData("552 1 Requested mail action aborted, mailbox not found", "RCPT", "hard")]
    // GMX, WEB.DE, T-Online, Ionos
    [InlineData("550 Requested action not taken: mailbox unavailable (gmx.net)", "RCPT", "hard")]
    [InlineData("554 gmx.net (mxgmx101) Nemesis ESMTP Service not available. No SMTP service. Bad DNS PTR resource record.", "CONN", "policy")]
    [InlineData("552 Requested mail action aborted: exceeded storage allocation. Quota exceeded. The recipient's mailbox is full.", "RCPT", "soft")]
    [InlineData("554 IP=192.0.2.4 - None/bad reputation. Ask your postmaster for help or to contact tosa@rx.t-online.de for reset.", "CONN", "policy")]
    // Proofpoint, Mimecast, IronPort, Barracuda, Symantec
    [InlineData("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.4", "CONN", "policy")]
    [InlineData("550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550", "RCPT", "hard")]
    [InlineData("550 Rejected by header based Anti-Spoofing policy - https://community.mimecast.com/docs/DOC-1369#550", "DATA", "policy")]
    [InlineData("550 csi.mimecast.org Poor Reputation Sender", "CONN", "policy")]
    [InlineData("452 Too many recipients received this hour", "RCPT", "policy")]
    [InlineData("554 Service unavailable; Client host [192.0.2.4] blocked using Barracuda Reputation", "RCPT", "policy")]
    [InlineData("553-mail rejected because your IP is in the PBL", "CONN", "policy")]
    // Postfix, Exim, qmail, sendmail, Courier
    [InlineData("550 5.1.1 <pat@reader.test>: Recipient address rejected: User unknown in virtual mailbox table", "RCPT", "hard")]
    [InlineData("450 4.2.0 <pat@reader.test>: Recipient address rejected: Greylisted, see http://postgrey.test", "RCPT", "soft")]
    [InlineData("454 4.7.1 <pat@reader.test>: Relay access denied", "RCPT", "policy")]
    [InlineData("550 Verification failed for <news@sender.test> Unrouteable address Sender verify failed", "RCPT", "policy")]
    [InlineData("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "RCPT", "policy")]
    [InlineData("550 sorry, no mailbox here by that name. (#5.1.1)", "RCPT", "hard")]
    [InlineData("553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)", "MAIL", "policy")]
    [InlineData("511 sorry, this recipient is in my badrecipientto list (#5.1.1)", "RCPT", "hard")]
    [InlineData("550 5.1.1 user missing home directory", "RCPT", "hard")]
    [InlineData("451 4.3.0 Temporary lookup failure", "RCPT", "soft")]
    [InlineData("554 5.4.6 Too many hops, message probably in a routing loop", "DATA", "soft")]
    [InlineData("554 5.3.0 unknown mailer error 1; command failed: exited with value 77", "DATA", "soft")]
    [InlineData("556 reader.test", "RCPT", "hard")]
    // Zoho, Yandex, Mail.ru, QQ, 163, Naver, Apple, Orange, Facebook, Cox
    [InlineData("550 5.1.1 User does not exist - pat@zoho.com", "RCPT", "hard")]
    [InlineData("541 5.4.1 Mail rejected by destination domain: ip blocked. zoho.com", "CONN", "policy")]
    [InlineData("550 5.7.1 No such user! yandex.ru", "RCPT", "hard")]
    [InlineData("554 5.7.1 [2] Message rejected under suspicion of SPAM; yandex.ru", "DATA", "policy")]
    [InlineData("550 Message was not accepted -- invalid mailbox. Local mailbox pat@mail.ru is unavailable: user not found", "RCPT", "hard")]
    [InlineData("550 Mailbox not found. http://service.mail.qq.com", "RCPT", "hard")]
    [InlineData("550 Connection frequency limited qq.com", "RCPT", "policy")]
    [InlineData("554 DT:SPM 163 smtp1,abc,1400000000 http://mail.163.com/help/help_spam_16.htm", "DATA", "policy")]
    [InlineData("550 5.1.1 unknown user address pat@naver.com", "RCPT", "hard")]
    [InlineData("554 5.7.1 [CS01] Message rejected due to local policy. icloud.com", "DATA", "policy")]
    [InlineData("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 orange.fr", "RCPT", "hard")]
    [InlineData("554 5.1.1 RCP-P1 https://www.facebook.com/postmaster/response_codes", "RCPT", "hard")]
    [InlineData("554 5.7.1 POL-P7 https://www.facebook.com/postmaster/response_codes", "DATA", "policy")]
    [InlineData("550 5.1.0 <news@sender.test> sender rejected. AUP#CXSNDR", "MAIL", "policy")]
    // The person wants none, or the account sleeps.
    [InlineData("550 5.7.1 You have been blocked by the recipient", "DATA", "soft")]
    [InlineData("550 5.2.1 This mailbox unavailable or access denied", "RCPT", "soft")]
    [InlineData("550 5.2.1 <pat@reader.test> user unknown", "RCPT", "hard")]
    [InlineData("550 5.2.1 <pat@reader.test> user unknown", "", "soft")]
    [InlineData("554 Due to extended inactivity new mail is not currently being accepted for this mailbox", "RCPT", "soft")]
    // Other languages
    [InlineData("550 5.1.1 Dieser Benutzer ist hier nicht bekannt", "RCPT", "hard")]
    [InlineData("550 Compte inexistant", "RCPT", "hard")]
    [InlineData("550 La cuenta no existe", "RCPT", "hard")]
    [InlineData("550 Utente inesistente", "RCPT", "hard")]
    [InlineData("550 Usuário inexistente", "RCPT", "hard")]
    [InlineData("550 Nieznany użytkownik", "RCPT", "hard")]
    [InlineData("550 Ящика не существует", "RCPT", "hard")]
    [InlineData("550 ユーザーが存在しません", "RCPT", "hard")]
    [InlineData("550 사용자를 찾을 수 없습니다", "RCPT", "hard")]
    [InlineData("552 Espace de stockage insuffisant", "RCPT", "soft")]
    [InlineData("552 Brak miejsca w skrzynce", "RCPT", "soft")]
    [InlineData("552 邮箱空间不足", "RCPT", "soft")]
    [InlineData("553 Absenderadresse abgelehnt", "MAIL", "policy")]
    [InlineData("550 发信频率过高", "DATA", "policy")]
    public void A_saying_is_taken_for_what_it_means(string reply, string stage, string expected)
    {
        var reading = BounceMailReader.ReadReply(reply, stage, "pat@reader.test", null);
        Assert.True(expected == BounceClassText.Of(reading.Class), $"{reply}\nwas taken for {BounceClassText.Of(reading.Class)}: {reading.Reason}, by {reading.DecidedBy}");
    }

    [Theory]
    [InlineData("5.1.1", "permanent: bad destination mailbox address")]
    [InlineData("4.2.2", "temporary: mailbox is full")]
    [InlineData("5.7.999", "permanent: reason of security or policy")]
    [InlineData("5.99.1", "permanent")]
    [InlineData("x", "")]
    public void Codes_are_said_in_words(string status, string expected) => Assert.Equal(expected, EnhancedStatus.Describe(status));

    [Fact]
    public void Each_mail_of_a_mailbox_file_is_read()
    {
        var one = System.Text.Encoding.UTF8.GetString(SampleMails.Report(SampleMails.Block("one@reader.test", "5.1.1", "smtp; 550 5.1.1 User unknown"), text: "Sorry.\nFrom here on it is sad."));
        var two = System.Text.Encoding.UTF8.GetString(SampleMails.Report(SampleMails.Block("two@reader.test", "5.2.2", "smtp; 552 5.2.2 Mailbox full")));

        var mails = MboxFile.Split(SampleMails.Bytes($"From MAILER-DAEMON  Thu Jul  2 12:05:05 2026\n{one}\nFrom MAILER-DAEMON  Thu Jul  2 12:06:05 2026\n{two}"));

        Assert.Equal(["one@reader.test", "two@reader.test"], mails.Select(mail => BounceMailReader.Read(mail, default).Recipients.Single().Recipient));
        Assert.Single(MboxFile.Split(SampleMails.Bytes(one)));
    }

    [Fact]
    public void A_report_told_inside_of_another_mail_is_read()
    {
        var mail = SampleMails.Words(
            "This came back:\n\nReturn-Path: <>\nReceived: from mx.test\nFrom: MAILER-DAEMON@mx.test\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <m@mx.test>\n\nFinal-Recipient: rfc822; pat@reader.test\nAction: failed\nStatus: 4.0.0\nDiagnostic-Code: x-postfix; server refused to talk to me: 421 not available\n");

        var reading = BounceMailReader.Read(mail, default).Recipients.Single();

        Assert.Equal(("pat@reader.test", BounceClass.Policy), (reading.Recipient, reading.Class));
    }
}
