using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class PreflightRulesTests
{
    private const string UnsubscribeUrl = "https://news.test.example-press.org/subscription/c/s";
    private const string Enough = "The quick brown fox jumps over the lazy dog, and does so again and again until there is enough text in this mail to be more than a picture with a caption, which takes about two hundred letters, so here are some more of them.";

    private static readonly CampaignAudience OneHundred = new() { Total = 100, Lists = [new CampaignAudienceList { ListId = 1, Name = "News", Qualified = 100 }] };

    [Fact]
    public void A_sound_mail_has_only_notes() =>
        Assert.DoesNotContain(Judge(Mail()), finding => finding.Severity != PreflightSeverity.Info);

    [Fact]
    public void The_gravest_findings_come_first()
    {
        var findings = Judge(Mail($"<img src=\"https://a.example-press.org/x.png\">{Enough}") with { HasUnsubscribeHeader = false });
        Assert.Equal(findings.OrderByDescending(finding => finding.Severity).Select(finding => finding.Title), findings.Select(finding => finding.Title));
        Assert.Equal(PreflightSeverity.Error, findings[0].Severity);
    }

    [Fact]
    public void A_mail_that_cannot_be_rendered_is_an_error_with_the_reason()
    {
        var error = Assert.Single(Judge(mail: null, facts => facts with { Fault = "line 3: unknown function" }), finding => finding.Severity == PreflightSeverity.Error);
        Assert.Equal((PreflightCheck.Content, "line 3: unknown function"), (error.Check, error.Items[0]));
    }

    [Fact]
    public void A_mail_that_fails_for_some_people_is_an_error() =>
        Assert.Contains("for 3 of 100", Only(Judge(Mail() with { FailedCount = 3, Failure = "no such field" }), PreflightCheck.Content).Title, StringComparison.Ordinal);

    [Fact]
    public void An_empty_audience_is_an_error() =>
        Assert.Equal(PreflightSeverity.Error, Only(Judge(Mail(), facts => facts with { Audience = OneHundred with { Total = 0 } }), PreflightCheck.Audience).Severity);

    [Fact]
    public void The_audience_names_who_is_left_out()
    {
        var audience = OneHundred with { Blocked = 3, Lists = [OneHundred.Lists[0] with { Unsubscribed = 7, Unconfirmed = 5 }] };
        var finding = Only(Judge(Mail(), facts => facts with { Audience = audience }), PreflightCheck.Audience);
        Assert.Contains("100 people", finding.Title, StringComparison.Ordinal);
        Assert.Equal(["left out: 5 not confirmed", "left out: 7 unsubscribed", "left out: 3 blocked or disabled"], finding.Items);
    }

    [Fact]
    public void The_audience_names_bounces_and_refused_domains_apart_and_counts_only_who_is_mailed()
    {
        var audience = OneHundred with { Blocked = 5, Bounced = 4, RefusedDomain = 20 };
        var finding = Only(Judge(Mail(), facts => facts with { Audience = audience }), PreflightCheck.Audience);
        Assert.Contains("80 people", finding.Title, StringComparison.Ordinal);
        Assert.Equal(["left out: 1 blocked or disabled", "left out: 4 blocked because mails to them bounced", "left out: 20 at domains that the privacy settings refuse"], finding.Items);
        Assert.Equal(PreflightSeverity.Error, Only(Judge(Mail(), facts => facts with { Audience = audience with { RefusedDomain = 100 } }), PreflightCheck.Audience).Severity);
    }

    [Theory]
    [InlineData("", PreflightSeverity.Error)]
    [InlineData("A subject that goes on and on about the many things that this newsletter holds for you", PreflightSeverity.Warning)]
    [InlineData("BUY THIS NOW PLEASE", PreflightSeverity.Warning)]
    [InlineData("Sale!!", PreflightSeverity.Warning)]
    [InlineData("Re: our meeting", PreflightSeverity.Warning)]
    [InlineData("Your free gift", PreflightSeverity.Warning)]
    public void Subjects_that_harm_are_found(string subject, PreflightSeverity severity) =>
        Assert.Equal(severity, Only(Judge(Mail() with { Subjects = [subject] }, facts => facts with { Campaign = Campaign(subject) }), PreflightCheck.Subject).Severity);

    [Theory]
    [InlineData("What is new in May?")]
    [InlineData("NASA news")]
    [InlineData("Was gibt es Neues – Ausgabe 12")]
    public void Ordinary_subjects_pass(string subject) =>
        Assert.DoesNotContain(Judge(Mail() with { Subjects = [subject] }), finding => finding.Check == PreflightCheck.Subject);

    [Fact]
    public void A_subject_that_is_empty_for_somebody_is_an_error() =>
        Assert.Equal(PreflightSeverity.Error, Only(Judge(Mail() with { Subjects = ["Hello", " "] }), PreflightCheck.Subject).Severity);

    [Theory]
    [InlineData(true, PreflightSeverity.Warning)]
    [InlineData(false, PreflightSeverity.Error)]
    public void Without_an_unsubscribe_link_the_header_decides(bool hasHeader, PreflightSeverity severity) =>
        Assert.Equal(severity, Only(Judge(Mail($"<p>{Enough}</p>") with { HasUnsubscribeHeader = hasHeader }), PreflightCheck.Unsubscribe).Severity);

    [Theory]
    [InlineData("<a href=\"https://shop.example-press.org/out\">Abmelden</a>")]
    [InlineData("<a href=\"https://shop.example-press.org/unsubscribe?x=1\">here</a>")]
    [InlineData("<a href=\"" + UnsubscribeUrl + "?manage=true\">preferences</a>")]
    public void An_unsubscribe_link_is_known_by_its_address_or_its_words(string link) =>
        Assert.DoesNotContain(Judge(Mail($"<p>{Enough}</p>{link}")), finding => finding.Check == PreflightCheck.Unsubscribe);

    [Fact]
    public void An_optin_campaign_needs_no_unsubscribe_link() =>
        Assert.DoesNotContain(
            Judge(Mail($"<p>{Enough}</p>"), facts => facts with { Campaign = new Campaign { Name = "n", Subject = "s", Type = CampaignType.Optin } }),
            finding => finding.Check == PreflightCheck.Unsubscribe);

    [Fact]
    public void Pictures_without_alternative_text_are_named_but_decoration_and_the_pixel_pass()
    {
        var body = $"<p>{Enough}</p>{Unsubscribe}<img src=\"https://a.example-press.org/1.png\"><img src=\"https://a.example-press.org/2.png\" alt=\"\">"
            + "<img src=\"https://a.example-press.org/p\" width=\"1\" height=\"1\"><a href=\"https://b.example-press.org\"><img src=\"https://a.example-press.org/3.png\" alt=\"\"></a>";
        Assert.Equal(["https://a.example-press.org/1.png", "https://a.example-press.org/3.png"], Only(Judge(Mail(body)), PreflightCheck.Images).Items);
    }

    [Theory]
    [InlineData("<img src=\"http://a.example-press.org/1.png\" alt=\"x\">", "not encrypted")]
    [InlineData("<img src=\"/uploads/1.png\" alt=\"x\">", "no complete address")]
    [InlineData("<img src=\"data:image/png;base64,AAAA\" alt=\"x\">", "into the HTML itself")]
    public void Pictures_that_recipients_will_not_see_are_found(string image, string title) =>
        Assert.Contains(title, Only(Judge(Mail($"<p>{Enough}</p>{Unsubscribe}{image}")), PreflightCheck.Images).Title, StringComparison.Ordinal);

    [Fact]
    public void A_mail_of_pictures_only_is_found() =>
        Assert.Contains("only pictures", Only(Judge(Mail($"<img src=\"https://a.example-press.org/1.png\" alt=\"Sale\">{Unsubscribe}")), PreflightCheck.Images).Title, StringComparison.Ordinal);

    [Theory]
    [InlineData(PreflightRules.GmailLimit, PreflightSeverity.Info)]
    [InlineData(PreflightRules.GmailLimit + 1, PreflightSeverity.Warning)]
    public void Gmail_clips_what_is_larger_than_its_limit(int size, PreflightSeverity severity) =>
        Assert.Equal(severity, Only(Judge(Mail() with { BodySize = size }), PreflightCheck.Size).Severity);

    [Fact]
    public void A_mail_that_servers_refuse_for_its_size_is_an_error() =>
        Assert.Equal(PreflightSeverity.Error, Only(Judge(Mail() with { MessageSize = PreflightRules.MessageLimit + 1 }), PreflightCheck.Size).Severity);

    [Fact]
    public void Empty_merge_fields_tell_for_how_many_people()
    {
        var finding = Only(Judge(Mail(), facts => facts with { EmptyFields = [new("{{ .Subscriber.Name }}", 0), new("{{ .Subscriber.Attribs.city }}", 12)] }), PreflightCheck.MergeFields);
        Assert.Equal(["{{ .Subscriber.Attribs.city }} is empty for 12 of 100"], finding.Items);
    }

    [Theory]
    [InlineData("", LinkReason.Empty, "nowhere")]
    [InlineData("/shop", LinkReason.Relative, "not complete")]
    [InlineData("https://exa mple", LinkReason.InvalidAddress, "malformed")]
    [InlineData("https://me:pw@site.example-press.org", LinkReason.UserInformation, "user name")]
    [InlineData("http://site.example-press.org", LinkReason.None, "not encrypted")]
    [InlineData("https://localhost:9000/x", LinkReason.None, "private network")]
    [InlineData("https://192.168.1.4/x", LinkReason.None, "private network")]
    public void Faulty_links_are_named(string address, LinkReason reason, string title) =>
        Assert.Contains(Judge(Mail() with { Links = [Link(address, reason)] }),
            finding => finding is { Check: PreflightCheck.Links, Severity: PreflightSeverity.Warning } && finding.Title.Contains(title, StringComparison.Ordinal) && finding.Items.Count == 1);

    [Theory]
    [InlineData(LinkState.Broken, PreflightSeverity.Warning)]
    [InlineData(LinkState.Private, PreflightSeverity.Warning)]
    [InlineData(LinkState.Refuses, PreflightSeverity.Info)]
    public void Answers_of_links_are_judged(LinkState state, PreflightSeverity severity) =>
        Assert.Equal(severity, Only(Judge(Mail() with { Links = [Link("https://site.example-press.org", LinkReason.None) with { Answer = new LinkAnswer(state, "so it is") }] }), PreflightCheck.Links).Severity);

    [Fact]
    public void Untracked_links_are_a_note() =>
        Assert.Contains("0 of 1 links", Only(Judge(Mail() with { Links = [Link("https://site.example-press.org", LinkReason.OptedOut)] }), PreflightCheck.Links).Title, StringComparison.Ordinal);

    [Theory]
    [InlineData("not an address", null, PreflightSeverity.Error)]
    [InlineData("a@example.com", "example.com", PreflightSeverity.Warning)]
    [InlineData("a@gmail.com", "gmail.com", PreflightSeverity.Warning)]
    public void Senders_that_cannot_send_are_found(string from, string? domain, PreflightSeverity severity) =>
        Assert.Equal(severity, Only(Judge(Mail(), facts => facts with { From = from, Domain = domain }), PreflightCheck.Sender).Severity);

    [Fact]
    public void Mails_for_the_outbox_need_no_sender_of_ones_own() =>
        Assert.Equal(PreflightSeverity.Info, Only(Judge(Mail(), facts => facts with { Domain = "example.com", StaysInOutbox = true }), PreflightCheck.Sender).Severity);

    [Fact]
    public void A_root_address_that_only_works_here_is_found() =>
        Assert.Contains(Judge(Mail(), facts => facts with { RootUrl = "http://localhost:9000" }), finding => finding.Severity == PreflightSeverity.Warning && finding.Title.Contains("http://localhost:9000", StringComparison.Ordinal));

    [Fact]
    public void A_missing_attachment_is_a_warning()
    {
        var campaign = Campaign("Hello");
        campaign.Media = [new CampaignMedia { MediaId = null, Filename = "gone.pdf" }];
        Assert.Equal(["gone.pdf"], Only(Judge(Mail(), facts => facts with { Campaign = campaign }), PreflightCheck.Attachments).Items);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script>")]
    [InlineData("<form action=\"x\"><input></form>", "<form>")]
    public void Elements_that_mails_lose_are_named(string element, string name) =>
        Assert.Contains(name, Only(Judge(Mail($"<p>{Enough}</p>{Unsubscribe}{element}")), PreflightCheck.Content).Items);

    [Fact]
    public void Several_spam_phrases_are_a_note_and_one_is_none()
    {
        Assert.DoesNotContain(Judge(Mail($"<p>{Enough} Click here.</p>{Unsubscribe}")), finding => finding.Check == PreflightCheck.Spam);
        Assert.Equal(["act now", "click here", "risk free"], Only(Judge(Mail($"<p>{Enough} Click here, act now, risk free!</p>{Unsubscribe}")), PreflightCheck.Spam).Items);
    }

    private static string Unsubscribe => $"<a href=\"{UnsubscribeUrl}\">Unsubscribe</a>";

    private static PreflightLink Link(string address, LinkReason reason) => new() { Address = address, Part = PreflightPart.Body, IsTracked = reason == LinkReason.None, Reason = reason };

    private static PreflightMail Mail(string? body = null) => new()
    {
        Sources = [],
        Links = [],
        IsPlain = false,
        HasTextPart = true,
        HasUnsubscribeHeader = true,
        Body = body ?? $"<p>{Enough}</p>{Unsubscribe}",
        UnsubscribeUrl = UnsubscribeUrl,
        Subjects = ["Hello"],
        BodySize = 2000,
        MessageSize = 4000,
    };

    private static Campaign Campaign(string subject) => new() { Name = "News", Subject = subject };

    private static IReadOnlyList<PreflightFinding> Judge(PreflightMail? mail, Func<PreflightFacts, PreflightFacts>? change = null)
    {
        var facts = new PreflightFacts
        {
            Campaign = Campaign("Hello"),
            From = "a@news.test.example-press.org",
            Domain = "news.test.example-press.org",
            RootUrl = "https://news.test.example-press.org",
            Audience = OneHundred,
            SampleSize = 100,
            Mail = mail,
        };
        return PreflightRules.Judge(change is null ? facts : change(facts));
    }

    private static PreflightFinding Only(IReadOnlyList<PreflightFinding> findings, PreflightCheck check) => Assert.Single(findings, finding => finding.Check == check);
}
