using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Expressions;

public sealed class LimitTests
{
    [Theory]
    [InlineData("{{ until 100000000 }}")]
    [InlineData("{{ range 100000000 }}{{ end }}")]
    [InlineData("{{ seq 1 2000000000 }}")]
    [InlineData("{{ repeat 1000000000 \"abc\" }}")]
    [InlineData("{{ indent 1000000000 \"x\" }}")]
    [InlineData("{{ replace \"\" (repeat 100000 \"x\") (repeat 100000 \"y\") }}")]
    [InlineData("{{ $s := \"ab\" }}{{ range until 60 }}{{ $s = print $s $s }}{{ end }}")]
    [InlineData("{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ $l }}")]
    [InlineData("{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ deepEqual $l (deepCopy $l) }}")]
    [InlineData("{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}{{ $d := dict }}{{ $_ := set $d \"a\" $l }}")]
    [InlineData("{{ $d := dict }}{{ $_ := set $d \"self\" (list $d) }}")]
    [InlineData("{{ $l := list }}{{ range until 5000 }}{{ $l = append $l (repeat 4000000 \"x\") }}{{ end }}")]
    [InlineData("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}")]
    [InlineData("{{ range 100000 }}{{ repeat 1000 \"x\" }}{{ end }}")]
    public void Runaway_templates_are_stopped(string source)
    {
        var template = CompiledTemplate.Compile(source, TemplateMode.Html, TemplateFunctionSet.Campaign);

        Assert.Throws<TemplateException>(() => template.RenderText(Rendering.Context()));
    }

    [Fact]
    public void Deep_sources_are_refused_without_using_up_the_stack()
    {
        foreach (var source in new[]
        {
            "{{ " + new string('(', 50_000) + "1" + new string(')', 50_000) + " }}",
            string.Concat(Enumerable.Repeat("{{ if 1 }}", 50_000)),
            "{{ 1" + string.Concat(Enumerable.Repeat(" | print", 50_000)) + " }}",
            string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{{{{ define \"t{i}\" }}}}{{{{ template \"t{i + 1}\" }}}}{{{{ end }}}}")) + "{{ template \"t0\" }}",
        })
        {
            Assert.Throws<TemplateException>(() => CompiledTemplate.Compile(source, TemplateMode.Html, TemplateFunctionSet.Campaign));
        }
    }

    [Fact]
    public void Limits_can_be_tightened()
    {
        var template = CompiledTemplate.Compile("{{ range until 20 }}x{{ end }}", TemplateMode.Text, TemplateFunctionSet.Campaign);

        Assert.Equal(20, template.RenderText(Rendering.Context()).Length);
        Assert.Throws<TemplateException>(() => template.RenderText(Rendering.Context(limits: new TemplateLimits { MaxSteps = 30 })));
        Assert.Throws<TemplateException>(() => template.RenderText(Rendering.Context(limits: new TemplateLimits { MaxOutputLength = 19 })));
    }
}
