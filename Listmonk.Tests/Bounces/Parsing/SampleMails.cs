using System.Text;

namespace Listmonk.Tests.Bounces.Parsing;

/// <summary>Reports in the shapes that mail systems write, made up for these tests.</summary>
internal static class SampleMails
{
    public static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));

    /// <summary>A delivery report (RFC 3464) with the given recipient blocks.</summary>
    public static byte[] Report(string blocks, string text = "Your message could not be delivered.", string original = "From: news@sender.test\nTo: Pat <pat@reader.test>\nSubject: News\nMessage-ID: <1@sender.test>") => Bytes(
        $"""
        Return-Path: <>
        From: Mail System <MAILER-DAEMON@mx.test>
        To: bounces@sender.test
        Subject: Undelivered Mail Returned to Sender
        Date: Tue, 03 Mar 2026 10:00:00 +0000
        Message-ID: <report-1@mx.test>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

        --cut
        Content-Type: text/plain; charset=utf-8

        {text}
        --cut
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.test

        {blocks}

        --cut
        Content-Type: text/rfc822-headers

        {original}

        --cut--
        """);

    public static string Block(string recipient, string status, string diagnostic, string action = "failed") =>
        $"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}";

    /// <summary>A report in plain words only.</summary>
    public static byte[] Words(string body, string from = "MAILER-DAEMON@mx.test", string subject = "failure notice", string headers = "") => Bytes(
        $"""
        Return-Path: <>
        From: {from}
        To: news@sender.test
        Subject: {subject}
        {(headers.Length == 0 ? "X-Test: 1" : headers)}
        Content-Type: text/plain; charset=utf-8

        {body}
        """);

    /// <summary>A complaint (RFC 5965).</summary>
    public static byte[] Complaint(string fields, string original) => Bytes(
        $"""
        From: feedback@receiver.test
        To: abuse@sender.test
        Subject: complaint
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

        --cut
        Content-Type: text/plain

        This is an email abuse report.
        --cut
        Content-Type: message/feedback-report

        {fields}

        --cut
        Content-Type: message/rfc822

        {original}

        body
        --cut--
        """);
}
