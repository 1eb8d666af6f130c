using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>What the facts about a campaign mean, in words for the person who is about to send it. Pure.</summary>
/// <remarks>
/// An error is what makes the mail useless or unlawful beyond doubt: it cannot be rendered, nobody gets it, nobody can leave. Everything
/// that depends on judgement, or on a network that may look different to recipients, is a warning.
/// </remarks>
internal static partial class PreflightRules
{
    /// <summary>Gmail cuts the body off behind so many bytes and hides the rest, unsubscribe link and pixel included.</summary>
    public const int GmailLimit = 102 * 1024;

    /// <summary>From here on a little more text can reach <see cref="GmailLimit"/>.</summary>
    public const int NearGmailLimit = 90 * 1024;

    /// <summary>Common limit of a whole mail at receivers, as it travels.</summary>
    public const int MessageLimit = 25 * 1024 * 1024;

    /// <summary>A mail beyond this is slow to send and to open, and looked at with distrust.</summary>
    public const int LargeMessage = 5 * 1024 * 1024;

    /// <summary>Longer subjects are cut off in most mail programs.</summary>
    public const int LongSubject = 70;

    private const int FewLetters = 200;

    private static readonly string[] UnsubscribeWords =
        ["unsubscribe", "opt out", "opt-out", "abmelden", "abbestellen", "désabonner", "désinscri", "darse de baja", "cancelar suscripción", "disiscriviti", "cancellati", "uitschrijven", "afmelden", "wypisz", "отписаться"];

    public static IReadOnlyList<PreflightFinding> Judge(PreflightFacts facts)
    {
        var findings = new List<PreflightFinding>();
        findings.AddRange(JudgeAudience(facts));
        findings.AddRange(JudgeSender(facts));
        findings.AddRange(JudgeAttachments(facts.Campaign));
        if (facts.Mail is { } mail)
        {
            var html = mail.IsPlain ? null : HtmlMailFacts.Read(mail.Body);
            findings.AddRange(JudgeContent(facts, mail, html));
            findings.AddRange(JudgeSubject(facts.Campaign.Subject, mail.Subjects));
            findings.AddRange(JudgeUnsubscribe(facts, mail, html));
            findings.AddRange(JudgeLinks(mail));
            findings.AddRange(JudgeImages(mail, html));
            findings.AddRange(JudgeSize(mail));
            findings.AddRange(JudgeFields(facts));
            findings.AddRange(JudgeText(mail, html));
        }
        else
        {
            findings.Add(new(PreflightCheck.Content, PreflightSeverity.Error, "The mail cannot be rendered.", "Mend the template expression that the message names.") { Items = [facts.Fault ?? ""] });
        }

        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    private static IEnumerable<PreflightFinding> JudgeAudience(PreflightFacts facts)
    {
        var audience = facts.Audience;
        if (audience.Lists.Count == 0)
        {
            yield return new(PreflightCheck.Audience, PreflightSeverity.Error, "The campaign goes to no list.", "Choose at least one list in its settings.");
            yield break;
        }

        if (audience.IsSegmentMissing)
        {
            yield return new(PreflightCheck.Audience, PreflightSeverity.Error, "The campaign's segment has been deleted.", "Choose another segment, or none, in its settings.");
            yield break;
        }

        if (audience.Mailed == 0)
        {
            yield return new(PreflightCheck.Audience, PreflightSeverity.Error, "Nobody would get this mail.", audience.OutsideSegment > 0
                ? "Nobody of the lists matches the segment. Look at the segment's count, or choose other lists."
                : "Check the lists, and whether their people have confirmed.");
            yield break;
        }

        var leftOut = new List<string>();
        Add("not confirmed", facts.Campaign.Type == CampaignType.Regular ? audience.Lists.Sum(list => list.Unconfirmed) : 0);
        Add("unsubscribed", audience.Lists.Sum(list => list.Unsubscribed));
        Add("outside the segment", audience.OutsideSegment);
        Add("blocked or disabled", audience.Blocked - audience.Bounced);
        Add("blocked because mails to them bounced", audience.Bounced);
        Add("at domains that the privacy settings refuse", audience.RefusedDomain);
        Add("on the suppression list", audience.Suppressed);
        Add("have it already", facts.Campaign.Sent);
        var remaining = Math.Max(0, audience.Mailed - facts.Campaign.Sent);
        yield return new(PreflightCheck.Audience, PreflightSeverity.Info, $"About {Number(remaining)} {(remaining == 1 ? "person" : "people")} will get this mail.",
            "Counted now, each person once. Whoever leaves before their mail goes out is left out.")
        { Items = leftOut };

        void Add(string reason, int count)
        {
            if (count > 0)
            {
                leftOut.Add($"left out: {Number(count)} {reason}");
            }
        }
    }

    private static List<PreflightFinding> JudgeSender(PreflightFacts facts)
    {
        if (facts.Domain is not { } domain)
        {
            return [new(PreflightCheck.Sender, PreflightSeverity.Error, $"'{facts.From}' is not an address that can send.", "Write the From address as 'Name <name@your-domain>'.")];
        }

        if (facts.StaysInOutbox)
        {
            return [new(PreflightCheck.Sender, PreflightSeverity.Info, "The mails stay in the outbox.", "No mail server is set yet. Fine for trying things out; add one in the settings to reach people.")];
        }

        if (DomainRules.IsPlaceholder(domain))
        {
            return [new(PreflightCheck.Sender, PreflightSeverity.Warning, $"The sender's domain {domain} is only an example.", "Set the From address to one of your own domain, in the campaign or in the settings; mail from this one is refused.")];
        }

        var findings = new List<PreflightFinding>();
        if (Uri.TryCreate(facts.RootUrl, UriKind.Absolute, out var root) && IsPrivateHost(root.IdnHost))
        {
            findings.Add(new(PreflightCheck.Links, PreflightSeverity.Warning, $"This installation calls itself {facts.RootUrl}, which recipients cannot reach.",
                "Tracked links, pictures and the unsubscribe page would lead nowhere. Set the root URL in the settings to the public address."));
        }

        if (DomainRules.IsFreemail(domain))
        {
            findings.Add(new(PreflightCheck.Sender, PreflightSeverity.Warning, $"Mail from {domain} may only be sent by that provider.", "Receivers check this (DMARC) and refuse or junk newsletters from such addresses. Send from a domain of your own, and put this address into Reply-To."));
        }
        else if (facts.HasLookedUpDomain)
        {
            findings.AddRange(DomainRules.Judge(domain, facts.Records, facts.OwnKeys));
        }

        return findings;
    }

    private static IEnumerable<PreflightFinding> JudgeAttachments(Campaign campaign)
    {
        var gone = campaign.Media.Where(file => file.MediaId is null).Select(file => file.Filename).ToList();
        if (gone.Count > 0)
        {
            yield return new(PreflightCheck.Attachments, PreflightSeverity.Warning, gone.Count == 1 ? "An attachment is no longer in the media library." : $"{gone.Count} attachments are no longer in the media library.",
                "The mail goes out without it. Attach it again, or remove it.")
            { Items = gone };
        }

        if (campaign.Media.Count > gone.Count)
        {
            yield return new(PreflightCheck.Attachments, PreflightSeverity.Info, "Newsletters with attachments land in the junk folder more often.", "A link to the file in the media library reaches more people and can be counted.");
        }
    }

    private static IEnumerable<PreflightFinding> JudgeContent(PreflightFacts facts, PreflightMail mail, HtmlMailFacts? html)
    {
        if (mail.FailedCount > 0)
        {
            yield return new(PreflightCheck.Content, PreflightSeverity.Error,
                facts.SampleSize == 0 ? "The mail cannot be rendered." : $"The mail cannot be rendered for {mail.FailedCount} of {facts.SampleSize} people looked at.",
                "Mend the template expression that the message names.")
            { Items = [mail.Failure ?? ""] };
        }
        else if ((html?.Text ?? mail.Body).Trim().Length == 0 && html is not { ImageCount: > 0 })
        {
            yield return new(PreflightCheck.Content, PreflightSeverity.Error, "The mail is empty.", "Write something into its body.");
        }

        if (html is { Active: { Count: > 0 } active })
        {
            yield return new(PreflightCheck.Content, PreflightSeverity.Warning, "Some elements do not work in mails.", "Mail programs remove scripts, forms and embedded pages, and distrust mails that hold them. Link to a page instead.") { Items = active };
        }
    }

    private static IEnumerable<PreflightFinding> JudgeSubject(string source, IReadOnlyList<string> subjects)
    {
        if (source.Trim().Length == 0)
        {
            yield return Finding(PreflightSeverity.Error, "The mail has no subject.", "Write one: it decides whether the mail is opened.");
            yield break;
        }

        if (subjects.Any(subject => subject.Trim().Length == 0))
        {
            yield return Finding(PreflightSeverity.Error, "The subject is empty for some people.", "Give its merge fields a default, such as {{ .Subscriber.FirstName | default \"friend\" }}.");
        }

        var longest = subjects.DefaultIfEmpty("").MaxBy(LengthOf)!;
        if (LengthOf(longest) > LongSubject)
        {
            yield return Finding(PreflightSeverity.Warning, $"The subject has {LengthOf(longest)} characters.", $"Mail programs show about {LongSubject}, phones about 40. Put what matters first, or shorten it.");
        }

        var example = subjects.FirstOrDefault(subject => subject.Trim().Length > 0) ?? "";
        var letters = example.Where(char.IsLetter).ToList();
        if (letters.Count >= 8 && letters.Count(char.IsUpper) > letters.Count * 0.7)
        {
            yield return Finding(PreflightSeverity.Warning, "The subject is written in capitals.", "It reads as shouting, to people and to spam filters.");
        }

        if (RepeatedMarks().IsMatch(example))
        {
            yield return Finding(PreflightSeverity.Warning, "The subject repeats exclamation marks, question marks or currency signs.", "One is enough; spam filters count them.");
        }

        if (ReplyPrefix().IsMatch(example))
        {
            yield return Finding(PreflightSeverity.Warning, "The subject pretends to be an answer.", "'Re:' and 'Fwd:' on a newsletter mislead people, which laws on commercial mail forbid.");
        }

        if (SpamSigns.In(example) is { Count: > 0 } phrases)
        {
            yield return Finding(PreflightSeverity.Warning, "The subject uses phrases that spam filters know.", "Say it in your own words.") with { Items = phrases };
        }

        static PreflightFinding Finding(PreflightSeverity severity, string title, string advice) => new(PreflightCheck.Subject, severity, title, advice);

        static int LengthOf(string text) => new StringInfo(text).LengthInTextElements;
    }

    private static IEnumerable<PreflightFinding> JudgeUnsubscribe(PreflightFacts facts, PreflightMail mail, HtmlMailFacts? html)
    {
        // Who is asked to confirm has not subscribed yet: not to answer is to leave.
        if (facts.Campaign.Type == CampaignType.Optin || mail.FailedCount > 0)
        {
            yield break;
        }

        var hasLink = html is null
            ? mail.Body.Contains(mail.UnsubscribeUrl, StringComparison.OrdinalIgnoreCase) || UnsubscribeWords.Any(word => mail.Body.Contains(word, StringComparison.OrdinalIgnoreCase))
            : html.Anchors.Any(anchor => anchor.Address.StartsWith(mail.UnsubscribeUrl, StringComparison.OrdinalIgnoreCase)
                || UnsubscribeWords.Any(word => anchor.Text.Contains(word, StringComparison.OrdinalIgnoreCase) || anchor.Address.Contains(word, StringComparison.OrdinalIgnoreCase)));
        if (!hasLink)
        {
            yield return mail.HasUnsubscribeHeader
                ? new(PreflightCheck.Unsubscribe, PreflightSeverity.Warning, "The mail has no visible unsubscribe link.", "People who cannot find it press 'spam' instead, and laws ask for it. Put a link to {{ UnsubscribeURL }} at the end.")
                : new(PreflightCheck.Unsubscribe, PreflightSeverity.Error, "Nobody can unsubscribe from this mail.", "It has neither a link nor the header for it. Put a link to {{ UnsubscribeURL }} at the end, or switch the header on in the privacy settings.");
        }
        else if (!mail.HasUnsubscribeHeader)
        {
            yield return new(PreflightCheck.Unsubscribe, PreflightSeverity.Warning, "The mail has no unsubscribe header.", "Gmail and Yahoo require one-click unsubscribing from large senders. Switch it on in the privacy settings.");
        }
    }

    private static IEnumerable<PreflightFinding> JudgeLinks(PreflightMail mail)
    {
        var links = mail.Links;
        foreach (var (reasons, title, advice) in LinkFaults)
        {
            if (Of(link => reasons.Contains(link.Reason)) is { Count: > 0 } faulty)
            {
                yield return Warning(title, advice, faulty);
            }
        }

        if (Of(link => IsInsecure(link)) is { Count: > 0 } insecure)
        {
            yield return Warning("Some links are not encrypted (http).", "Browsers warn of such pages. If the site can do https, write the links that way.", insecure);
        }

        if (Of(link => link.Answer is not { State: LinkState.Private } && HostOf(link) is { } host && IsPrivateHost(host)) is { Count: > 0 } local)
        {
            yield return Warning("Some links lead into a private network.", "They may work here, but not for recipients. The address of this installation itself is set as the root URL in the settings.", local);
        }

        foreach (var (state, severity, title, advice) in AnswerFaults)
        {
            var found = links.Where(link => link.Answer?.State == state).Select(link => $"{Shorten(link.Address)}: {link.Answer!.Text}").Distinct(StringComparer.Ordinal).ToList();
            if (found.Count > 0)
            {
                yield return new(PreflightCheck.Links, severity, title, advice) { Items = found };
            }
        }

        if (Of(link => link.Answer is { EndsInsecurely: true }) is { Count: > 0 } downgraded)
        {
            yield return Warning("Some encrypted links end at a page that is not.", "Browsers warn of it. Ask who runs the site.", downgraded);
        }

        if (links.Where(link => !link.IsTracked).ToList() is { Count: > 0 } untracked)
        {
            yield return new(PreflightCheck.Links, PreflightSeverity.Info, $"{Number(links.Count - untracked.Count)} of {Number(links.Count)} links are tracked.", "Clicks on the others are not counted; the list of links says why.");
        }

        IReadOnlyList<string> Of(Func<PreflightLink, bool> isMeant) => [.. links.Where(isMeant).Select(link => Shorten(link.Address)).Distinct(StringComparer.Ordinal)];

        static PreflightFinding Warning(string title, string advice, IReadOnlyList<string> items) => new(PreflightCheck.Links, PreflightSeverity.Warning, title, advice) { Items = items };
    }

    private static readonly (LinkReason[] Reasons, string Title, string Advice)[] LinkFaults =
    [
        ([LinkReason.Empty], "Some links lead nowhere.", "They have no address. Fill it in, or take the link away."),
        ([LinkReason.Relative], "Some links are not complete.", "A mail has no address of its own to which they could be added. Write them with https:// and the domain."),
        ([LinkReason.InvalidAddress, LinkReason.ControlCharacter, LinkReason.SwallowedMarkup, LinkReason.UnclearExpression], "Some links are malformed.", "They go out as they are written, and most will not work. Look for missing quotes and stray characters."),
        ([LinkReason.UserInformation], "Some links contain a user name.", "Mail programs take them for fraud. Everybody who gets the mail could also sign in with it."),
    ];

    private static readonly (LinkState State, PreflightSeverity Severity, string Title, string Advice)[] AnswerFaults =
    [
        (LinkState.Broken, PreflightSeverity.Warning, "Some links are broken.", "Open them in a browser; if they fail there too, mend them before you send."),
        (LinkState.Unreachable, PreflightSeverity.Warning, "Some links could not be reached.", "Open them in a browser. If they work there, this server has no way to them, and all is well."),
        (LinkState.Private, PreflightSeverity.Warning, "Some links lead into a private network.", "They may work here, but not for recipients."),
        (LinkState.Refuses, PreflightSeverity.Info, "Some sites do not answer programs.", "That is common and says nothing about people. Open the links in a browser if in doubt."),
    ];

    private static IEnumerable<PreflightFinding> JudgeImages(PreflightMail mail, HtmlMailFacts? html)
    {
        if (html is null)
        {
            yield break;
        }

        if (mail.MissingImages.Count > 0)
        {
            yield return Warning("Some pictures that should travel inside the mail are not in the media library.", "They stay links to where they were. Upload them under these names, or take the attribute data-embed away.", mail.MissingImages);
        }

        if (html.ImagesWithoutAlt.Count > 0)
        {
            yield return Warning(html.ImagesWithoutAlt.Count == 1 ? "A picture has no alternative text." : $"{html.ImagesWithoutAlt.Count} pictures have no alternative text.",
                "Many people see it instead of the picture, and screen readers read it out. Describe the picture in 'alt'; write alt=\"\" for mere decoration.", html.ImagesWithoutAlt);
        }

        if (html.UnreachableImages.Count > 0)
        {
            yield return Warning("Some pictures have no complete address.", "They cannot be shown in a mail. Choose them from the media library, or write the address with https://.", html.UnreachableImages);
        }

        if (html.DataImageCount > 0)
        {
            yield return Warning("Some pictures are written into the HTML itself.", "Gmail and Outlook do not show them, and they make the mail large. Upload them to the media library.", []);
        }

        if (html.InsecureImages.Count > 0)
        {
            yield return Warning("Some pictures are not encrypted (http).", "Mail programs in browsers leave them out. Use https.", html.InsecureImages);
        }

        if (html.ImageCount > 0 && html.Text.Length < FewLetters && html.Text.Count(char.IsLetter) < FewLetters)
        {
            yield return Warning("The mail is almost only pictures.", "Many mail programs show no pictures at first, and spam filters distrust such mails. Put the message into text.", []);
        }

        static PreflightFinding Warning(string title, string advice, IReadOnlyList<string> items) => new(PreflightCheck.Images, PreflightSeverity.Warning, title, advice) { Items = items };
    }

    private static IEnumerable<PreflightFinding> JudgeSize(PreflightMail mail)
    {
        if (mail.BodySize > GmailLimit)
        {
            yield return new(PreflightCheck.Size, PreflightSeverity.Warning, $"The body has {Kilobytes(mail.BodySize)}; Gmail shows the first {Kilobytes(GmailLimit)}.",
                "The rest hides behind a link, with the unsubscribe link and the pixel that counts opens. Shorten the mail, or clean up HTML that was pasted from a word processor.");
        }
        else if (mail.BodySize > NearGmailLimit)
        {
            yield return new(PreflightCheck.Size, PreflightSeverity.Info, $"The body has {Kilobytes(mail.BodySize)}, close to the {Kilobytes(GmailLimit)} that Gmail shows.", "A little more text, and Gmail cuts it off.");
        }

        if (mail.MessageSize > MessageLimit)
        {
            yield return new(PreflightCheck.Size, PreflightSeverity.Error, $"The whole mail has {Megabytes(mail.MessageSize)}; most servers refuse more than {Megabytes(MessageLimit)}.", "Remove attachments and link to them instead.");
        }
        else if (mail.MessageSize > LargeMessage)
        {
            yield return new(PreflightCheck.Size, PreflightSeverity.Warning, $"The whole mail has {Megabytes(mail.MessageSize)}.", "It takes long to send and to open, and some servers refuse it. Link to large files instead of attaching them.");
        }
    }

    private static IEnumerable<PreflightFinding> JudgeFields(PreflightFacts facts)
    {
        var empty = facts.EmptyFields.Where(field => field.Count > 0).OrderByDescending(field => field.Count).ToList();
        if (empty.Count > 0)
        {
            yield return new(PreflightCheck.MergeFields, PreflightSeverity.Warning, empty.Count == 1 ? "A merge field is empty for some people." : "Some merge fields are empty for some people.",
                "They would read a sentence with a hole in it. Give the field a default, such as {{ .Subscriber.Attribs.city | default \"your city\" }}.")
            {
                Items = [.. empty.Select(field => $"{field.Field} is empty for {field.Count} of {facts.SampleSize}")],
            };
        }
    }

    private static IEnumerable<PreflightFinding> JudgeText(PreflightMail mail, HtmlMailFacts? html)
    {
        if (html is not null && !mail.HasTextPart)
        {
            yield return new(PreflightCheck.TextPart, PreflightSeverity.Info, "The mail has no plain-text version.", "Watches, screen readers and some companies show only that, and filters like to see it.");
        }

        if (SpamSigns.In(html?.Text ?? mail.Body) is { Count: > SpamSigns.Tolerated } phrases)
        {
            yield return new(PreflightCheck.Spam, PreflightSeverity.Info, "The text uses several phrases that spam filters know.", "Each is harmless by itself; together they count. Say some of it in your own words.") { Items = phrases };
        }
    }

    private static bool IsInsecure(PreflightLink link) =>
        link.Reason is not (LinkReason.Own or LinkReason.Fragment) && link.Address.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static string? HostOf(PreflightLink link) =>
        link.Reason != LinkReason.Own && Uri.TryCreate(link.Address, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address.IdnHost : null;

    private static bool IsPrivateHost(string host) =>
        IPAddress.TryParse(host, out var address)
            ? !PublicNetwork.IsPublic(address)
            : host is "localhost" || !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".local", StringComparison.Ordinal) || host.EndsWith(".internal", StringComparison.Ordinal)
                || host.EndsWith(".localhost", StringComparison.Ordinal);

    private static string Shorten(string address) => address.Length == 0 ? "(empty)" : address.Length > 160 ? address[..159] + "…" : address;

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Kilobytes(int bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB");

    private static string Megabytes(int bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.#} MB");

    [GeneratedRegex(@"[!?$€£]\s*[!?$€£]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RepeatedMarks();

    [GeneratedRegex(@"^\s*(?:re|fwd?|aw|wg)\s*:", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReplyPrefix();
}
