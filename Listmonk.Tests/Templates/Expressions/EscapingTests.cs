using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Expressions;

public sealed class EscapingTests
{
    [Theory]
    [InlineData("{{ .Subscriber.Attribs.markup }}", "&lt;i&gt;a&lt;/i&gt; &amp; b")]
    [InlineData("{{ .Subscriber.Attribs.markup | Safe }}", "<i>a</i> & b")]
    [InlineData("{{ html \"<\" }}", "&lt;")]
    [InlineData("a < b {{ \"+\" }} <{{ \"x\" }}", "a < b &#43; &lt;x")]
    [InlineData("1 < 2 <3 <= {{ 4 }} <", "1 < 2 <3 <= 4 &lt;")]
    [InlineData("<!-- a <b title=\" --><i>{{ \"<\" }}</i><!-->{{ \"<\" }}<!-- c --!>{{ \"<\" }}", "<!-- a <b title=\" --><i>&lt;</i><!-->&lt;<!-- c --!>&lt;")]
    [InlineData("a<!-- for {{ .Subscriber.Email }} only -->{{ \"<\" }}", "a&lt;")]
    [InlineData("<p title=\"{{ .Subscriber.Attribs.quote }}\">", "<p title=\"it&#39;s &#34;so&#34;\">")]
    [InlineData("<p title={{ .Subscriber.Attribs.quote }}>", "<p title=it&#39;s&#32;&#34;so&#34;>")]
    [InlineData("<p title=\"{{ .Subscriber.Attribs.markup | Safe }}\">", "<p title=\"a & b\">")]
    [InlineData("<title>{{ .Subscriber.Attribs.markup | Safe }}</title>", "<title>&lt;i&gt;a&lt;/i&gt; & b</title>")]
    [InlineData("<a href=\"{{ .Subscriber.Attribs.page }}\">", "<a href=\"https://shop.example/?a=1&amp;b=2\">")]
    [InlineData("<a href=\"{{ .Subscriber.Attribs.evil }}\">", "<a href=\"#ZgotmplZ\">")]
    [InlineData("<a href=\"{{ .Subscriber.Attribs.phone }}\">", "<a href=\"tel:&#43;431\">")]
    [InlineData("<a href=\"/a/{{ .Subscriber.Attribs.quote }}?q={{ .Subscriber.Attribs.page }}\">", "<a href=\"/a/it%27s%20%22so%22?q=https%3a%2f%2fshop.example%2f%3fa%3d1%26b%3d2\">")]
    [InlineData("<a href=\"/?q={{ urlquery .Subscriber.Attribs.quote }}\">", "<a href=\"/?q=it%27s&#43;%22so%22\">")]
    [InlineData("<p data-url='{{ .Subscriber.Attribs.evil }}'>", "<p data-url='#ZgotmplZ'>")]
    [InlineData("<p style=\"color: {{ .Subscriber.Attribs.teint }}\">", "<p style=\"color: #00ff00\">")]
    [InlineData("<p style=\"{{ .Subscriber.Attribs.css }}\">", "<p style=\"ZgotmplZ\">")]
    [InlineData("<style>p { color: {{ .Subscriber.Attribs.teint }}; } /* {{ .Subscriber.Name }} kept */</style>", "<style>p { color: #00ff00; } /*  kept */</style>")]
    [InlineData("<td style=\"background:url('{{ .Subscriber.Attribs.evil }}')\">", "<td style=\"background:url('#ZgotmplZ')\">")]
    [InlineData("<script>f({{ .Subscriber.Attribs.quote }}, {{ .Subscriber.Attribs.visits }}, {{ .Subscriber.Attribs.tags }})</script>{{ \"<\" }}", "<script>f(\"it's \\\"so\\\"\",  7 , [\"red\",\"blue\"])</script>&lt;")]
    [InlineData("<script>f('{{ .Subscriber.Attribs.quote }}')</script>", "<script>f('it\\u0027s \\u0022so\\u0022')</script>")]
    [InlineData("<p {{ \"title\" }}=\"x\" {{ \"onclick\" }}=\"y\">", "<p title=\"x\" ZgotmplZ=\"y\">")]
    [InlineData("<img srcset=\"{{ .Subscriber.Attribs.page }} 2x\">", "<img srcset=\"https://shop.example/?a=1&amp;b=2 2x\">")]
    [InlineData("<a {{ if .Subscriber.Attribs.vip }}href=\"/x\"{{ end }}>{{ \"<\" }}</a>", "<a href=\"/x\">&lt;</a>")]
    [InlineData("{{ if .Subscriber.Attribs.vip }}<p title=\"{{ else }}<p class=\"x{{ end }}{{ \"<\" }}\">", "<p title=\"&lt;\">")]
    [InlineData("a<!-- {{ .Subscriber.Name }} -->b<!---->c", "ab<!---->c")]
    [InlineData("<!--[if mso]><td title=\"{{ .Subscriber.Attribs.quote }}\"><![endif]-->x", "<!--[if mso]><td title=\"it&#39;s &#34;so&#34;\"><![endif]-->x")]
    [InlineData("<!--[if !mso]><!-->{{ .Subscriber.Attribs.town }}<!--<![endif]-->", "<!--[if !mso]><!-->Graz<!--<![endif]-->")]
    [InlineData("{{ range .Subscriber.Attribs.tags }}<a title=\"{{ . }}\">{{ end }}", "<a title=\"red\"><a title=\"blue\">")]
    [InlineData("{{ TrackView }}", "<img src=\"https://m.example/pixel\">")]
    [InlineData("<a href=\"{{ TrackedLink 4 }}\">{{ \"&\" }}</a>", "<a href=\"https://m.example/t/4+token\">&amp;</a>")]
    public void Values_are_escaped_for_their_place(string source, string expected) => Assert.Equal(expected, Rendering.Html(source));

    [Theory]
    [InlineData("<div title=\"{{ template \"content\" . }}\">", "{{ .Subscriber.Attribs.quote }}", "<div title=\"it&#39;s &#34;so&#34;\">")]
    [InlineData("<a href=\"{{ template \"content\" . }}\">", "{{ .Subscriber.Attribs.evil }}", "<a href=\"#ZgotmplZ\">")]
    [InlineData("<script>f({{ template \"content\" . }})</script>", "{{ .Subscriber.Attribs.town }}", "<script>f(\"Graz\")</script>")]
    [InlineData("{{ with .Campaign }}{{ template \"content\" $ }}{{ end }}<p title='{{ template \"content\" . }}'>", "{{ .Subscriber.Attribs.quote }}", "it&#39;s &#34;so&#34;<p title='it&#39;s &#34;so&#34;'>")]
    public void The_body_is_escaped_for_the_place_the_template_puts_it(string template, string body, string expected)
        => Assert.Equal(expected, CompiledTemplate.Compile(template, body, TemplateMode.Html, TemplateFunctionSet.Campaign).RenderText(Rendering.Context()));

    [Theory]
    [InlineData("<a href=\"x")]
    [InlineData("<script>f(")]
    [InlineData("{{ if .Subscriber.Name }}<a href=\"{{ end }}x")]
    [InlineData("<a href=\"{{ if .Subscriber.Name }}a?{{ else }}b{{ end }}{{ .Subscriber.Name }}\">")]
    [InlineData("<script>`${ {{ .Subscriber.Name }} }`</script>")]
    public void Markup_whose_context_is_unclear_is_refused(string source)
        => Assert.Throws<TemplateException>(() => CompiledTemplate.Compile(source, TemplateMode.Html, TemplateFunctionSet.Campaign));

    [Fact]
    public void Plain_text_is_not_escaped() => Assert.Equal("it's \"so\" <i>a</i> & b", Rendering.Text("{{ .Subscriber.Attribs.quote }} {{ .Subscriber.Attribs.markup }}"));
}
