using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Expressions;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("no expression }} here", "no expression }} here")]
    [InlineData("{{ .Subscriber.FirstName }}/{{ .Subscriber.LastName }}", "Eva/Huber")]
    [InlineData("{{ $.Subscriber.Email }}", "eva@example.net")]
    [InlineData("[{{ .Subscriber.Attribs.absent }}][{{ .Subscriber.Attribs.nothing }}][{{ .Subscriber.Attribs.absent.deeper }}]", "[][][]")]
    [InlineData("{{ .Subscriber.Attribs.pet.name }} {{ (index .Subscriber.Attribs.buys 1).sku }}", "Rex K2")]
    [InlineData("{{ index .Subscriber.Attribs \"two-words\" }}", "yes")]
    [InlineData("{{ .Subscriber.Attribs.large }} {{ .Subscriber.Attribs.weight }} {{ .Subscriber.Attribs.tiny }}", "2500000 1.5 2e-05")]
    [InlineData("{{ 1 }} {{ -2.50 }} {{ 0x10 }} {{ 1_000 }} {{ .5 }} {{ 'a' }} {{ true }} {{ `raw \\n` }}", "1 -2.5 16 1000 0.5 97 true raw \\n")]
    [InlineData("{{ .Subscriber.Attribs.tags }} {{ .Subscriber.Attribs.pet }}", "[red blue] map[legs:4 name:Rex]")]
    [InlineData("{{ if .Subscriber.Attribs.vip }}a{{ else }}b{{ end }}{{ if .Subscriber.Attribs.zero }}c{{ else if .Subscriber.Attribs.town }}d{{ else }}e{{ end }}", "ad")]
    [InlineData("{{ if eq .Subscriber.Attribs.visits 7 }}whole{{ end }}{{ if lt 1 1.5 }} mixed{{ end }}", "whole mixed")]
    [InlineData("{{ eq .Subscriber.Attribs.town \"Wien\" \"Graz\" }} {{ eq .Subscriber.Attribs.absent \"x\" }} {{ eq .Subscriber.Attribs.nothing nil }}", "true false true")]
    [InlineData("{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ not 1 }}", "0 3 false")]
    [InlineData("{{ or true (index .Subscriber.Attribs.tags 9) }}", "true")]
    [InlineData("{{ range .Subscriber.Attribs.tags }}<{{ . }}>{{ else }}none{{ end }}", "<red><blue>")]
    [InlineData("{{ range $i, $t := .Subscriber.Attribs.tags }}{{ if $i }}, {{ end }}{{ $i }}={{ $t }}{{ end }}", "0=red, 1=blue")]
    [InlineData("{{ range $k, $v := .Subscriber.Attribs.pet }}{{ $k }}:{{ $v }};{{ end }}", "legs:4;name:Rex;")]
    [InlineData("{{ range .Subscriber.Attribs.absent }}x{{ else }}none{{ end }}", "none")]
    [InlineData("{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}", "02")]
    [InlineData("{{ range .Subscriber.Attribs.buys }}{{ .sku }} for {{ $.Subscriber.FirstName }};{{ end }}", "K1 for Eva;K2 for Eva;")]
    [InlineData("{{ with .Subscriber.Attribs.absent }}x{{ else with .Subscriber.Attribs.town }}{{ . }}{{ else }}z{{ end }}", "Graz")]
    [InlineData("{{ $sum := 0.0 }}{{ range .Subscriber.Attribs.buys }}{{ $sum = addf $sum .price }}{{ end }}{{ printf \"%.2f\" $sum }}", "22.25")]
    [InlineData("{{ define \"cell\" }}<{{ . }}>{{ end }}{{ range .Subscriber.Attribs.tags }}{{ template \"cell\" . }}{{ end }}", "<red><blue>")]
    [InlineData("{{ block \"foot\" .Subscriber }}by {{ .FirstName }}{{ end }}", "by Eva")]
    [InlineData("{{ define \"down\" }}{{ $n := . }}{{ if gt . 0 }}{{ template \"down\" (sub . 1) }}{{ $n }}{{ end }}{{ end }}{{ template \"down\" 3 }}", "123")]
    [InlineData("a  {{- \" b \" -}}  c {{/* note */}}d {{- /* two\nlines */ -}} e", "a b c de")]
    [InlineData("{{ \"{{\" }}x{{ \"}}\" }}", "{{x}}")]
    [InlineData("{{ .Subscriber.Attribs.town | upper | printf \"%s-%s\" \"x\" }}", "x-GRAZ")]
    [InlineData("{{ .Subscriber.CreatedAt.Time.Format \"2 Jan 2006\" }} {{ .Subscriber.CreatedAt.Valid }} {{ .Campaign.SendAt.Valid }}", "7 Jun 2021 true false")]
    [InlineData("{{ .Campaign.Attribs.issue }} {{ join \"+\" .Campaign.Tags }} {{ .Subject }}", "12 x+y Rendered subject")]
    [InlineData("{{ L.T \"k\" }} {{ L.Ts \"k\" \"n\" 2 }} {{ L.Tc \"k\" 3 }}", "T:k Ts:k:n,2 Tc:k:3")]
    [InlineData("{{ range .Subscriber.Attribs.tags }}{{ UnsubscribeURL }} {{ end }}{{ ManageURL . }}", "https://m.example/unsubscribe https://m.example/unsubscribe https://m.example/manage")]
    public void Templates_render_as_in_go(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("Jo Smith", "Jo", "Smith")]
    [InlineData("Ana Li", "Ana", "Li")]
    [InlineData("Cher", "Cher", "Cher")]
    public void Short_names_are_names_too(string name, string first, string last)
    {
        var subscriber = new Core.Templates.SubscriberTemplateObject { Name = name };

        Assert.Equal((first, last), (subscriber.FirstName, subscriber.LastName));
    }

    [Theory]
    [InlineData("line\n  {{ if }}x{{ end }}", 2, 9)]
    [InlineData("{{ nosuch 1 }}", 1, 4)]
    [InlineData("a\nb {{ $x }}", 2, 6)]
    [InlineData("{{ if true }}x", 1, 1)]
    [InlineData("x{{ end }}", 1, 9)]
    [InlineData("{{ if 1 }}a{{ else }}b{{ else }}c{{ end }}", 1, 26)]
    [InlineData("{{ .a.b-c }}", 1, 8)]
    [InlineData("{{ \"open }}", 1, 4)]
    [InlineData("{{/* open", 1, 1)]
    [InlineData("{{ break }}", 1, 4)]
    [InlineData("{{ template \"nosuch\" }}", 1, 1)]
    [InlineData("{{ range 1 }}{{ $y := 1 }}{{ end }}{{ $y }}", 1, 39)]
    [InlineData("{{ 1 | 2 }}", 1, 8)]
    [InlineData("{{}}", 1, 3)]
    [InlineData("{{ env \"PATH\" }}", 1, 4)]
    public void Broken_templates_are_refused_with_their_position(string source, int line, int column)
    {
        var failure = Assert.Throws<TemplateException>(() => Rendering.Text(source));

        Assert.Equal((line, column), (failure.Line, failure.Column));
    }

    [Theory]
    [InlineData("{{ .Subscriber.Nope }}")]
    [InlineData("{{ .Subscriber.Attribs.town.deeper }}")]
    [InlineData("{{ upper .Subscriber.Attribs.absent }}")]
    [InlineData("{{ upper 5 }}")]
    [InlineData("{{ index .Subscriber.Attribs.tags 2 }}")]
    [InlineData("{{ range .Subscriber.Attribs.town }}x{{ end }}")]
    [InlineData("{{ eq .Subscriber.Attribs.vip \"true\" }}")]
    [InlineData("{{ gt .Subscriber.Attribs.absent 1 }}")]
    [InlineData("{{ true 1 }}")]
    [InlineData("{{ .Subscriber.Name 1 }}")]
    [InlineData("{{ div 1 0 }}")]
    [InlineData("{{ fail \"no\" }}")]
    [InlineData("{{ set .Subscriber.Attribs \"town\" \"x\" }}")]
    public void Templates_that_do_not_fit_the_data_fail_when_rendered(string source)
    {
        var template = CompiledTemplate.Compile(source, TemplateMode.Text, TemplateFunctionSet.Campaign);

        Assert.Throws<TemplateException>(() => template.RenderText(Rendering.Context()));
    }

    [Fact]
    public void A_call_with_the_wrong_number_of_arguments_is_a_warning_until_it_is_reached()
    {
        var template = CompiledTemplate.Compile("{{ if false }}{{ upper }}{{ end }}ok", TemplateMode.Text, TemplateFunctionSet.Campaign);

        Assert.Single(template.Warnings);
        Assert.Equal("ok", template.RenderText(Rendering.Context()));
    }

    [Fact]
    public void The_error_names_the_source_it_is_in()
    {
        var failure = Assert.Throws<TemplateException>(() => CompiledTemplate.Compile("{{ template \"content\" . }}", "a\n{{ x }}", TemplateMode.Html, TemplateFunctionSet.Campaign));

        Assert.Equal(("body", 2, 4), (failure.Source, failure.Line, failure.Column));
    }

    [Fact]
    public void A_template_around_a_body_needs_the_placeholder()
        => Assert.Throws<TemplateException>(() => CompiledTemplate.Compile("<p>x</p>", "body", TemplateMode.Html, TemplateFunctionSet.Campaign));

    [Fact]
    public void Functions_of_a_campaign_are_refused_in_transactional_mails()
        => Assert.Throws<TemplateException>(() => CompiledTemplate.Compile("{{ UnsubscribeURL }}", TemplateMode.Html, TemplateFunctionSet.Transactional));

    [Fact]
    public void A_template_without_expressions_is_constant_and_one_literal()
    {
        var template = CompiledTemplate.Compile("<p>{{ template \"content\" . }}</p>", "<b>x</b>{{/* note */}}<!-- kept -->y", TemplateMode.Html, TemplateFunctionSet.Campaign);

        Assert.True(template.IsConstant);
        Assert.Equal("<p><b>x</b><!-- kept -->y</p>", template.ConstantText);
    }

    [Fact]
    public void The_fields_and_functions_a_template_uses_are_listed()
    {
        var template = CompiledTemplate.Compile("{{ .Subscriber.Name }}{{ if $.Subscriber.Attribs.town }}{{ .Subscriber.Name }}{{ TrackView }}{{ end }}", TemplateMode.Html, TemplateFunctionSet.Campaign);

        Assert.Equal(["Name", "Attribs.town"], template.SubscriberFields);
        Assert.True(template.Calls("TrackView"));
        Assert.False(template.Calls("TrackLink"));
    }

    [Fact]
    public void Both_writers_write_the_same()
    {
        var template = CompiledTemplate.Compile("ä{{ .Subscriber.Attribs.markup }}€{{ range 300 }}{{ . }}😀{{ end }}", TemplateMode.Html, TemplateFunctionSet.Campaign);
        using var bytes = new Utf8TemplateWriter(initialCapacity: 1);

        template.Render(Rendering.Context(), bytes);

        Assert.Equal(template.RenderText(Rendering.Context()), bytes.ToString());
    }

    [Fact]
    public void A_context_is_ready_again_after_a_failure()
    {
        var context = Rendering.Context();
        var failing = CompiledTemplate.Compile("{{ range .Subscriber.Attribs.tags }}{{ upper 1 }}{{ end }}", TemplateMode.Text, TemplateFunctionSet.Campaign);
        var good = CompiledTemplate.Compile("{{ .Subscriber.Name }}", TemplateMode.Text, TemplateFunctionSet.Campaign);

        Assert.Throws<TemplateException>(() => failing.RenderText(context));

        Assert.Equal("Eva Maria Huber", good.RenderText(context));
    }

    [Fact]
    public void Failures_of_the_host_are_not_blamed_on_the_template()
    {
        var template = CompiledTemplate.Compile("{{ .x }}", TemplateMode.Text, TemplateFunctionSet.Campaign);

        Assert.Throws<IOException>(() => template.RenderText(new RenderContext { Root = new BrokenObject() }));
    }

    private sealed class BrokenObject : ITemplateObject
    {
        public bool TryGetMember(string name, out object? value) => throw new IOException();
    }
}
