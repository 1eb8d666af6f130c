using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Tracking.Links;

public sealed class LinkRewriterTests
{
    private static readonly LinkPolicy Policy = new("https://mail.example.org");

    private static IReadOnlyList<LinkPlace> Places(string html, LinkPolicy? policy = null) => LinkRewriter.Find(html, policy ?? Policy).Places;

    private static LinkPlace Href(string value, LinkPolicy? policy = null) => Assert.Single(Places($"<a href=\"{value}\">x</a>", policy));

    [Theory]
    [InlineData("<a href=\"https://a.example/\">x</a>")]
    [InlineData("<A class=b HREF = 'https://a.example/' >x</A>")]
    [InlineData("<a href=https://a.example/>x</a>")]
    [InlineData("<a class=\"b\"href=\"https://a.example/\"target=_blank>x")]
    [InlineData("<map><area shape=rect href=\"https://a.example/\"/></map>")]
    [InlineData("<a title='{{ index .A \"<>\" }}' href=\"https://a.example/\">x</a>")]
    [InlineData("<a {{ if .A }}class=\"b\"{{ end }} href=\"https://a.example/\">x</a>")]
    [InlineData("<a {{ if .A }}href=\"https://a.example/\"{{ end }}>x</a>")]
    [InlineData("<a href=\"\n https://a.exa\r\n\tmple/ \">x</a>")]
    [InlineData("<svg><title/><a href=\"https://a.example/\">x</a></svg>")]
    [InlineData("<!--[if mso]><v:rect href=\"https://a.example/\"></v:rect><![endif]-->")]
    [InlineData("<!--[if (gte mso 9)|(IE)]><a href=\"https://a.example/\">x</a><![endif]-->")]
    [InlineData("<!--[if !mso]><!--><a href=\"https://a.example/\">x</a><!--<![endif]-->")]
    [InlineData("<!--><a href=\"https://a.example/\">x</a>")]
    [InlineData("<!-- a --!><a href=\"https://a.example/\">x</a>")]
    [InlineData("<title>a < b</title><a href=\"https://a.example/\">x</a>")]
    public void A_link_is_found_wherever_html_has_one(string html)
    {
        var place = Assert.Single(Places(html));

        Assert.True(place.IsTracked, place.Reason.ToString());
        Assert.Equal("https://a.example/", place.Destination);
        Assert.Equal(place.Raw, html.Substring(place.Start, place.Length));
    }

    [Theory]
    [InlineData("<link href=\"https://a.example/\"><img src=\"https://a.example/\"><form action=\"https://a.example/\">")]
    [InlineData("<!-- <a href=\"https://a.example/\">x</a> -->")]
    [InlineData("<!--[if IE]><a href=\"https://a.example/\">x</a><![endif]-->")]
    [InlineData("<!-- [if mso]> <a href=\"https://a.example/\">x</a> -->")]
    [InlineData("<style>/* <a href=\"https://a.example/\"> */</style>")]
    [InlineData("<title><a href=\"https://a.example/\"></titles></title>")]
    [InlineData("<textarea><a href=\"https://a.example/\"></textarea>")]
    [InlineData("<v:rect href=\"https://a.example/\"></v:rect>")]
    [InlineData("<a xlink:href=\"https://a.example/\" data-href=\"https://a.example/\" href>x</a>")]
    [InlineData("<a href=\"https://a.example/\"")]
    [InlineData("<a href=\"https://a.example/>x</a>")]
    [InlineData("{{/* <a href=\"https://a.example/\"> */}}")]
    [InlineData("{{ \"<a href='https://a.example/'>\" }}")]
    [InlineData("a < b <3 <")]
    [InlineData("")]
    public void Nothing_is_found_where_html_has_no_link(string html) => Assert.Empty(Places(html));

    [Theory]
    [InlineData("", LinkReason.Empty)]
    [InlineData(" ", LinkReason.Empty)]
    [InlineData("#top", LinkReason.Fragment)]
    [InlineData("/a", LinkReason.Relative)]
    [InlineData("//a.example/b", LinkReason.Relative)]
    [InlineData("www.a.example", LinkReason.Relative)]
    [InlineData("*|UNSUB|*", LinkReason.Relative)]
    [InlineData("mailto:a@b.example", LinkReason.OtherScheme)]
    [InlineData("TEL:+1", LinkReason.OtherScheme)]
    [InlineData("javascript&colon;alert(1)", LinkReason.OtherScheme)]
    [InlineData("whatsapp://send?text=https://a.example", LinkReason.OtherScheme)]
    [InlineData("https:a.example", LinkReason.InvalidAddress)]
    [InlineData("http://", LinkReason.InvalidAddress)]
    [InlineData("https:///a", LinkReason.InvalidAddress)]
    [InlineData("https://a.example:x/", LinkReason.InvalidAddress)]
    [InlineData("https://a b.example/", LinkReason.InvalidAddress)]
    [InlineData("https://[::1/", LinkReason.InvalidAddress)]
    [InlineData("https://a.example@b.example/", LinkReason.UserInformation)]
    [InlineData("https://a.example/&#10;b", LinkReason.ControlCharacter)]
    [InlineData("https://a.example/\u0001", LinkReason.ControlCharacter)]
    [InlineData("https://a.example/>x</a> <b title=", LinkReason.SwallowedMarkup)]
    [InlineData("https://mail.example.org", LinkReason.Own)]
    [InlineData("HTTPS://MAIL.example.org:443/subscription/a/b", LinkReason.Own)]
    [InlineData("http://mail.example.org/archive", LinkReason.Own)]
    [InlineData("{{ UnsubscribeURL }}", LinkReason.Own)]
    [InlineData("{{- ManageURL . -}}", LinkReason.Own)]
    [InlineData("{{ RootURL }}/a", LinkReason.Own)]
    [InlineData("https://{{ MessageURL }}", LinkReason.Own)]
    [InlineData("https://a.example/unsubscribe?b=c", LinkReason.Unsubscribe)]
    [InlineData("https://a.example/{{ .A | f &quot;x&quot; }}", LinkReason.UnclearExpression)]
    [InlineData("https://a.example/{{ if .A }}b", LinkReason.UnclearExpression)]
    [InlineData("{{ if .A }}https://a.example/{{ else }}mailto:a@b.example{{ end }}", LinkReason.OtherScheme)]
    [InlineData("{{ TrackLink \"mailto:a@b.example\" . }}", LinkReason.OtherScheme)]
    [InlineData("{{ TrackLink \"https://mail.example.org/x\" . }}", LinkReason.Own)]
    [InlineData("{{ TrackLink \"https://a.example\" . }}&b=c", LinkReason.UnclearExpression)]
    public void A_link_left_alone_says_why(string value, LinkReason reason)
    {
        var place = Href(value);

        Assert.Equal(reason, place.Reason);
        Assert.Null(place.Destination);
        Assert.NotEmpty(reason.Describe());
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal(LinkReason.ControlCharacter, Href("https://a.example/\ud83d").Reason);

    [Theory]
    [InlineData("https://a.example/?b=1&amp;c=2&d=3", "https://a.example/?b=1&c=2&d=3")]
    [InlineData("https://a.example/?b=1&amp;amp;c=2", "https://a.example/?b=1&amp;c=2")]
    [InlineData("https&colon;&sol;&#x2f;a.example", "https://a.example")]
    [InlineData("https://münchen.example/ü b?%C3%BC=%2f#c|d", "https://münchen.example/ü b?%C3%BC=%2f#c|d")]
    [InlineData("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/")]
    [InlineData("https://medium.example/@user", "https://medium.example/@user")]
    [InlineData("https://mail.example.org:8443/a", "https://mail.example.org:8443/a")]
    [InlineData("https://mail.example.org.evil.example/a", "https://mail.example.org.evil.example/a")]
    [InlineData("https://a.example/how-to-unsubscribe", "https://a.example/how-to-unsubscribe")]
    public void A_destination_is_decoded_once_and_otherwise_as_written(string value, string destination) =>
        Assert.Equal(destination, Href(value).Destination);

    [Theory]
    [InlineData("https://a.example/b@TrackLink", "https://a.example/b")]
    [InlineData("https://a.example/?e=b@c.example@TrackLink", "https://a.example/?e=b@c.example")]
    [InlineData("{{ TrackLink \"https://a.example/?b=1&amp;c=2\" }}", "https://a.example/?b=1&c=2")]
    [InlineData("{{TrackLink \"https://a.example/b\" .}}", "https://a.example/b")]
    [InlineData("{{- TrackLink `https://a.example/b` $ -}}", "https://a.example/b")]
    [InlineData("{{ TrackLink &quot;https://a.example/b&quot; . }}", "https://a.example/b")]
    [InlineData("{{ TrackLink .Subscriber.Attribs.url . }}", "{{ .Subscriber.Attribs.url }}")]
    [InlineData("{{ TrackLink (printf \"https://a.example/%s\" .Subscriber.UUID) . }}", "{{ printf \"https://a.example/%s\" .Subscriber.UUID }}")]
    [InlineData("https://a.example/{{ .Subscriber.UUID }}@TrackLink", "https://a.example/{{ .Subscriber.UUID }}")]
    [InlineData("{{ if .A }}https://a.example/1@TrackLink{{ else }}https://a.example/2@TrackLink{{ end }}", "{{ if .A }}https://a.example/1{{ else }}https://a.example/2{{ end }}")]
    public void The_old_marks_mean_the_same_tracked_link(string value, string destination) => Assert.Equal(destination, Href(value).Destination);

    [Theory]
    [InlineData("https://a.example/{{ .Subscriber.UUID }}?b=1&amp;c=2", "https://a.example/{{ .Subscriber.UUID }}?b=1&c=2")]
    [InlineData("https://{{ .Subscriber.Attribs.shop }}.example/", "https://{{ .Subscriber.Attribs.shop }}.example/")]
    [InlineData("{{ .Subscriber.Attribs.url }}", "{{ .Subscriber.Attribs.url }}")]
    [InlineData("{{ if .A }}https://a.example/{{ if .B }}b{{ end }}{{ else }}https://c.example{{ end }}", "{{ if .A }}https://a.example/{{ if .B }}b{{ end }}{{ else }}https://c.example{{ end }}")]
    [InlineData("https://a.example/?back={{ MessageURL | urlquery }}", "https://a.example/?back={{ MessageURL | urlquery }}")]
    public void Expressions_stay_in_the_destination(string value, string destination)
    {
        var place = Href(value);

        Assert.Equal(destination, place.Destination);
        Assert.True(place.HasExpressions);
        Assert.False(place.IsScoped);
    }

    [Theory]
    [InlineData("{{ .Subscriber.Attribs.url }}", true)]
    [InlineData("{{ printf \"https://%s\" .Subscriber.Attribs.host }}", true)]
    [InlineData("{{ if .A }}https://a.example/{{ else }}{{ .B }}{{ end }}", true)]
    [InlineData("{{ if .A }}https://a.example/{{ .B }}{{ else }}https://c.example/{{ end }}", false)]
    [InlineData("https://{{ .Subscriber.Attribs.host }}/", false)]
    public void It_is_known_whether_an_expression_decides_the_scheme(string value, bool expected) =>
        Assert.Equal(expected, Href(value).HasOpenScheme);

    [Theory]
    [InlineData("{{ range .Items }}<a href=\"https://a.example/{{ .id }}\">x</a>{{ end }}")]
    [InlineData("{{ if .A }}x{{ else with .B }}<a href=\"https://a.example/{{ . }}\">x</a>{{ end }}")]
    [InlineData("{{ $u := .A }}<a href=\"https://a.example/{{ $u }}\">x</a>")]
    public void A_destination_that_needs_a_loop_or_a_variable_is_tracked_on_request_only(string html)
    {
        Assert.Equal(LinkReason.ScopedExpression, Assert.Single(Places(html)).Reason);

        var place = Assert.Single(Places(html, Policy with { TracksScopedExpressions = true }));
        Assert.True(place.IsTracked);
        Assert.True(place.IsScoped);
    }

    [Theory]
    [InlineData("{{ range .Items }}<a href=\"https://a.example/\">x</a>{{ end }}")]
    [InlineData("{{ range .Items }}<a href=\"https://a.example/{{ $.Subscriber.UUID }}\">x</a>{{ end }}")]
    [InlineData("{{ range .Items }}{{ end }}<a href=\"https://a.example/{{ .Subscriber.UUID }}\">x</a>")]
    [InlineData("{{ range .Items }}<a href=\"{{ TrackLink \"https://a.example/\" . }}\">x</a>{{ end }}")]
    public void A_destination_beside_a_loop_needs_nothing_of_it(string html) => Assert.True(Assert.Single(Places(html)).IsTracked);

    [Fact]
    public void Positions_count_all_places_and_the_first_of_two_hrefs_wins()
    {
        var places = Places("<a href='mailto:a@b.example'>x</a><a href='https://a.example/1' href='https://a.example/2'>x</a><a href='https://a.example/1'>x</a>");

        Assert.Equal([1, 2, 3], places.Select(place => place.Position));
        Assert.Equal([null, "https://a.example/1", "https://a.example/1"], places.Select(place => place.Destination), StringComparer.Ordinal);
        Assert.Equal([11, 12], Places("<a href=#><a href=#>", Policy with { FirstPosition = 11 }).Select(place => place.Position));
    }

    [Fact]
    public void Both_hrefs_of_two_branches_are_places()
    {
        var places = Places("<a {{ if .A }}href=\"https://a.example/1\"{{ else }}href=\"https://a.example/2\"{{ end }}>x</a>");

        Assert.Equal(["https://a.example/1", "https://a.example/2"], places.Select(place => place.Destination), StringComparer.Ordinal);
    }

    [Fact]
    public void Attribute_domain_and_campaign_can_opt_out()
    {
        Assert.Equal(LinkReason.OptedOut, Assert.Single(Places("<a href='https://a.example/' data-no-track>x</a>")).Reason);
        Assert.Equal(LinkReason.OptedOut, Assert.Single(Places("<a x-plain=1 href='https://a.example/'>x</a>", Policy with { NoTrackAttribute = "x-plain" })).Reason);

        var excluding = Policy with { ExcludedDomains = ["*.b.example", "münchen.example"] };
        Assert.Equal(LinkReason.ExcludedDomain, Href("https://b.example/", excluding).Reason);
        Assert.Equal(LinkReason.ExcludedDomain, Href("https://a.B.example.:8080/", excluding).Reason);
        Assert.Equal(LinkReason.ExcludedDomain, Href("https://xn--mnchen-3ya.example/", excluding).Reason);
        Assert.Equal(LinkReason.None, Href("https://ab.example/", excluding).Reason);

        var off = LinkRewriter.Find("<body><a href='https://a.example/'>x</a><a data-no-track href=#>x</a></body>", Policy with { IsTrackingOff = true });
        Assert.All(off.Places, place => Assert.Equal(LinkReason.TrackingOff, place.Reason));
        Assert.Null(off.PixelOffset);
    }

    [Fact]
    public void A_site_under_a_path_owns_that_path_only()
    {
        var policy = new LinkPolicy("https://a.example/news/");

        Assert.Equal(LinkReason.Own, Href("https://a.example/news/archive", policy).Reason);
        Assert.Equal(LinkReason.Own, Href("https://a.example/news?b", policy).Reason);
        Assert.Equal(LinkReason.None, Href("https://a.example/newsletter", policy).Reason);
    }

    [Theory]
    [InlineData("https://a.example", "https://a.example?utm_source=n+1&utm_medium=email")]
    [InlineData("https://a.example/?", "https://a.example/?utm_source=n+1&utm_medium=email")]
    [InlineData("https://a.example/?b#c?d", "https://a.example/?b&utm_source=n+1&utm_medium=email#c?d")]
    [InlineData("https://a.example/?UTM_Source=x&amp;b", "https://a.example/?UTM_Source=x&b&utm_medium=email")]
    [InlineData("https://a.example/{{ .A }}?b={{ .C }}#d", "https://a.example/{{ .A }}?b={{ .C }}&utm_source=n+1&utm_medium=email#d")]
    [InlineData("{{ .Subscriber.Attribs.url }}", "{{ .Subscriber.Attribs.url }}")]
    [InlineData("{{ TrackLink \"https://a.example/\" . }}", "https://a.example/?utm_source=n+1&utm_medium=email")]
    public void Campaign_parameters_go_before_the_fragment_and_existing_ones_win(string value, string destination) =>
        Assert.Equal(destination, Href(value, Policy with { Utm = new UtmParameters([new("utm_source", "n 1"), new("utm_medium", "email"), new("utm_campaign", "")]) }).Destination?.Replace("%20", "+"));

    [Theory]
    [InlineData("<body>a|</body></html>")]
    [InlineData("<body>a</body>b|</BODY\n ></html>")]
    [InlineData("<body>a|</body><!-- </body> -->")]
    [InlineData("<body><script>'</body>'</script>a|</body>")]
    [InlineData("<body>a{{/* </body> */}}|</body>")]
    [InlineData("<body>a<!--[if mso]></body><![endif]-->|</body>")]
    [InlineData("<body>{{ if .A }}</body>{{ else }}</body>{{ end }}|")]
    [InlineData("{{ define \"x\" }}{{ end }}<body>|</body>")]
    [InlineData("<p>a</p>\r\n|")]
    [InlineData("<p>a|<b title=\"")]
    [InlineData("<p>a|<!-- ")]
    [InlineData("<p>a|<style> ")]
    [InlineData("<body>a{{ \"TrackView\" }}<!-- {{ TrackView }} -->|</body>")]
    [InlineData("|")]
    public void The_pixel_goes_where_it_is_shown(string marked)
    {
        var rewrite = LinkRewriter.Find(marked.Replace("|", "", StringComparison.Ordinal), Policy);

        Assert.Equal(marked.IndexOf('|', StringComparison.Ordinal), rewrite.PixelOffset);
        Assert.False(rewrite.HasTrackView);
    }

    [Theory]
    [InlineData("<body>{{ TrackView }}</body>")]
    [InlineData("<body><!-- x -->{{- TrackView . -}}</body>")]
    public void A_mail_that_places_the_pixel_itself_gets_no_second_one(string html)
    {
        var rewrite = LinkRewriter.Find(html, Policy);

        Assert.True(rewrite.HasTrackView);
        Assert.Null(rewrite.PixelOffset);
    }

    [Fact]
    public void An_amp_part_is_never_rewritten()
    {
        var rewrite = LinkRewriter.Find("<html ⚡4email><body><a href='https://a.example/'>x</a></body></html>", Policy);

        Assert.Equal(LinkReason.AmpPart, Assert.Single(rewrite.Places).Reason);
        Assert.Null(rewrite.PixelOffset);
    }

    [Fact]
    public void Splicing_replaces_tracked_values_and_nothing_else()
    {
        const string Html = "<a href='#'>x</a>\r\n<A HREF='https://a.example/1' >x</A><a href=https://a.example/2>\ty</a>";
        var places = Places(Html);

        Assert.Equal(
            "<a href='#'>x</a>\r\n<A HREF='{2}' >x</A><a href=\"{3}\">\ty</a>",
            LinkRewriter.Splice(Html, places, place => $"{{{place.Position}}}"));
    }

    [Fact]
    public void A_scanner_that_fails_leaves_the_mail_alone()
    {
        var thrown = LinkRewriter.Guarded((_, _) => throw new InvalidOperationException(), "<a>", Policy);
        var wrong = LinkRewriter.Guarded((_, _) => new LinkRewrite([new LinkPlace(1, 0, "other", "a", LinkReason.None, "x")], 0, HasTrackView: false, null), "<a>", Policy);

        Assert.All([thrown, wrong], rewrite =>
        {
            Assert.NotNull(rewrite.Failure);
            Assert.Empty(rewrite.Places);
            Assert.Null(rewrite.PixelOffset);
        });
    }
}
