using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Gathers what can lead back to the mail that a report is about.</summary>
internal static partial class TraceReader
{
    private static readonly string[] EnvelopeFields = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Apparently-To", "X-RCPT-To"];

    public static MailTrace Read(MailParts parts)
    {
        var outer = parts.Headers;
        var originals = parts.Originals;
        return new MailTrace
        {
            EnvelopeAddresses =
            [
                .. EnvelopeFields
                    .SelectMany(outer.All).SelectMany(MailAddresses.Of)
                    .Concat(originals.SelectMany(original => original.All("Return-Path")).SelectMany(MailAddresses.Of))
                    .Concat(parts.Feedback?.All("Original-Mail-From").SelectMany(MailAddresses.Of) ?? [])
                    .Concat(parts.Statuses.SelectMany(block => block.All("X-Postfix-Sender")).SelectMany(MailAddresses.Of))
                    .Distinct(StringComparer.Ordinal),
            ],
            Campaign = First("X-Listmonk-Campaign"),
            Subscriber = First("X-Listmonk-Subscriber"),
            MessageIds =
            [
                .. originals.SelectMany(original => original.All("Message-ID"))
                    .Concat(outer.All("In-Reply-To")).Concat(outer.All("References")).Concat(outer.All("X-Original-Message-ID"))
                    .Concat(parts.Statuses.SelectMany(block => block.All("X-Original-Message-ID")))
                    .SelectMany(value => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal),
            ],
            UnsubscribeUrls = [.. originals.SelectMany(original => original.All("List-Unsubscribe")).SelectMany(value => Urls().Matches(value).Select(match => match.Value))],
            OriginalRecipients = [.. originals.SelectMany(original => original.All("To").Concat(original.All("Cc"))).SelectMany(MailAddresses.Of).Distinct(StringComparer.Ordinal)],
            OriginalSender = originals.Select(original => MailAddresses.First(original["From"])).FirstOrDefault(address => address is not null),
        };

        Guid? First(string name) =>
            originals.SelectMany(original => original.All(name)).Select(value => Guid.TryParseExact(value.Trim(), "D", out var uuid) ? uuid : (Guid?)null).FirstOrDefault(uuid => uuid is not null);
    }

    [GeneratedRegex(@"https?://[^\s<>,]{4,500}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Urls();
}
