using System.Diagnostics.CodeAnalysis;
using HtmlAgilityPack;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Tests.Tracking.Links;

public sealed class LinkRewriterFuzzTests
{
    private const string Newsletter = """
        <!DOCTYPE html>
        <html><head><title>a < b</title><style>td > a { color: red }</style></head><body class=x>
        {{ if .Subscriber.Attribs.vip }}<p title='{{ index .Subscriber.Attribs "a" }}'>{{/* <a href="x"> */}}{{ end }}
        <a class="b" href="https://a.example/?b=1&amp;c=2">x</a><a href=https://a.example/2 >y</a> <A HREF='mailto:a@b.example'>z</A>
        <!--[if mso | IE]><table><tr><td><v:rect href="https://a.example/3" arcsize="1%"/></td></tr></table><![endif]-->
        <!-- <a href="https://a.example/no"> --><map><area href="https://a.example/{{ .Subscriber.UUID }}"></map>
        {{ range .Subscriber.Attribs.items }}<a href="{{ .url }}">i</a>{{ else }}<a href="{{ UnsubscribeURL }}">u</a>{{ end }}
        https://a.example/text (http://a.example/4), {{ TrackLink "https://a.example/5" . }} https://a.example/6@TrackLink
        <script>"</body>"</script>{{ printf "%s" `raw }}` }}</body></html>
        """;

    private static readonly LinkPolicy Policy = new("https://mail.example.org") { TracksScopedExpressions = true, Utm = new UtmParameters([new("utm_source", "a"), new("utm_medium", "b"), new("utm_campaign", "c")]) };

    [Fact]
    public void Truncated_mails_keep_every_byte()
    {
        for (var length = 0; length <= Newsletter.Length; length++)
        {
            AssertSound(Newsletter[..length]);
            AssertSound(Newsletter[length..]);
        }
    }

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "A fixed seed makes a failure repeatable; nothing here is secret.")]
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The same: Random.Shared cannot be seeded.")]
    public void Mutated_mails_keep_every_byte()
    {
        string[] pieces = ["<", ">", "\"", "'", "{{", "}}", "<!--", "-->", "<![endif]", "{{ end }}", "{{ if .a }}", "=", "/", "&", "&#", "<a href=", "https://", "\0", "\ud83d", "`", "\n", "\uffff", "@TrackLink"];
        var random = new Random(20_260_901);
        for (var round = 0; round < 3000; round++)
        {
            var mail = Newsletter;
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(mail.Length);
                mail = random.Next(3) switch
                {
                    0 => mail.Remove(at, Math.Min(random.Next(1, 40), mail.Length - at)),
                    1 => mail.Insert(at, pieces[random.Next(pieces.Length)]),
                    _ => mail.Insert(random.Next(mail.Length), mail.Substring(at, Math.Min(random.Next(1, 60), mail.Length - at))),
                };
            }

            AssertSound(mail);
        }
    }

    [Theory]
    [InlineData("<a href=\"")]
    [InlineData("<a href=x ")]
    [InlineData("{{\"")]
    [InlineData("{{ if .x }}https://a.example/")]
    [InlineData("<!--[if mso]>")]
    [InlineData("<!--")]
    [InlineData("<title></titl")]
    [InlineData("<a href=\"https://a.example/&a")]
    [InlineData("https://a.example/))))")]
    [InlineData("<<<")]
    public void Hostile_repetition_is_read_to_its_end(string piece) => AssertSound(string.Concat(Enumerable.Repeat(piece, 20_000)));

    [Fact]
    public void Places_agree_with_an_independent_parser()
    {
        const string Html = """
            <html><body><p>1 < 2</p><a class='b"' href="https://a.example/1?b=1&amp;c">x<a href = 'https://a.example/2'>y</a>
            <A HREF=https://a.example/3 target=_blank>z</A><area alt="" href="#"/><table><td><a
              data-x="<a href='https://a.example/no'>" href="mailto:a@b.example">m</table><!-- <a href="no"> --></body></html>
            """;
        var document = new HtmlDocument();
        document.LoadHtml(Html);
        var expected = document.DocumentNode.Descendants()
            .Where(node => node.Name is "a" or "area")
            .Select(node => node.Attributes["href"]!)
            .Select(attribute => (attribute.ValueStartIndex, attribute.ValueLength))
            .OrderBy(place => place.ValueStartIndex);

        Assert.Equal(expected, LinkRewriter.Find(Html, Policy).Places.Select(place => (place.Start, place.Length)));
    }

    private static void AssertSound(string mail)
    {
        foreach (var rewrite in new[] { LinkRewriter.Find(mail, Policy), TextLinkRewriter.Find(mail, Policy) })
        {
            Assert.Null(rewrite.Failure);
            Assert.Equal(mail, LinkRewriter.Splice(mail, rewrite.Places, place => place.Raw));

            var marked = LinkRewriter.Splice(mail, rewrite.Places, _ => "\u0001");
            var outside = rewrite.Places.Where(place => place.IsTracked).Aggregate((Text: "", At: 0), (done, place) =>
                (done.Text + mail[done.At..place.Start] + (place.IsUnquoted ? "\"\u0001\"" : "\u0001"), place.End));
            Assert.Equal(outside.Text + mail[outside.At..], marked);
            Assert.All(rewrite.Places, place => Assert.Equal(place.IsTracked, place.Destination is not null));
        }
    }
}
