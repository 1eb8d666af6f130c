using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Tests.Templates.Expressions;

public sealed class TemplateFuzzTests
{
    private static readonly string[] Seeds =
    [
        "<p title=\"{{ .Subscriber.Attribs.quote | default \"x\" }}\">{{ range $i, $t := .Subscriber.Attribs.tags }}{{ if $i }}, {{ else }}-{{ end }}{{ $t | upper }}{{ end }}</p>",
        "<!--[if mso]><a href='https://a.example/{{ .Subscriber.UUID }}?q={{ .Subscriber.Name }}@TrackLink'><![endif]--><script>var a = \"{{ .Subject }}\", b = {{ .Subscriber.Attribs }};</script>",
        "{{ define \"x\" }}{{ . }}{{ end }}{{- template \"x\" (dict \"a\" 1 \"b\" (list 1 2.5 'c' nil)) -}} {{ printf \"%5.2f|%-8s|%q\" 1.5 \"a\" `b` }}{{/* c */}}",
        "<style>p { background: url({{ .Subscriber.Attribs.page }}); color: {{ .Subscriber.Attribs.teint }} }</style>{{ with $x := .Campaign }}{{ $x.Name }}{{ else }}{{ end }}",
        "{{ .Subscriber.CreatedAt.Time.Format \"Mon Jan _2 15:04:05.000 -07:00 2006\" }}{{ toDate \"2006-01-02\" \"2024-02-29\" | dateModify \"-48h\" | date \"02 Jan\" }}{{ regexReplaceAll \"a(b)\" \"abab\" \"${1}\" }}",
    ];

    private static readonly string[] Pieces = ["{{", "}}", "-}}", "{{- ", "(", ")", "|", "\"", "`", "'", "<", ">", "=", "$x", ".", ":=", "nil", "end", "else", "if 1", "range 2", "@TrackLink", "<!--", "-->", "\\", "\0", "\ud800", "9e99", "-1", "{", "/*", "*/", "TrackedLink 1"];

    [Fact]
    public void Broken_templates_fail_only_with_template_errors()
    {
        var choice = new Sequence(20260305);
        for (var round = 0; round < 6_000; round++)
        {
            var source = Seeds[choice.Next(Seeds.Length)];
            for (var change = choice.Next(4); change >= 0; change--)
            {
                var at = choice.Next(source.Length + 1);
                source = choice.Next(3) switch
                {
                    0 => source[..at],
                    1 => source.Remove(at, Math.Min(choice.Next(6), source.Length - at)),
                    _ => source.Insert(at, Pieces[choice.Next(Pieces.Length)]),
                };
            }

            Render(source, choice.Next(2) == 0 ? TemplateMode.Html : TemplateMode.Text);
        }
    }

    [Fact]
    public void Every_function_survives_any_arguments()
    {
        string[] values = ["nil", "\"\"", "\"a,b\"", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "1e300", "true", "(list)", "(list 1 \"a\" nil)", "(dict)", "(dict \"a\" (list 1))", "now", "now.Month", "(Safe \"<b>\")", ".", ".Subscriber.Attribs", "L", "\"2006-01-02\"", "\"(\"", "\"48h\""];
        var choice = new Sequence(7);
        foreach (var name in Core.Templates.Expressions.Functions.FunctionTable.For(TemplateFunctionSet.Campaign).Names.Order(StringComparer.Ordinal))
        {
            for (var round = 0; round < 120; round++)
            {
                var arguments = string.Join(' ', Enumerable.Range(0, round % 5).Select(_ => values[choice.Next(values.Length)]));
                Render($"{{{{ {name} {arguments} }}}}", TemplateMode.Html);
            }
        }
    }

    private static void Render(string source, TemplateMode mode)
    {
        try
        {
            CompiledTemplate.Compile(source, mode, TemplateFunctionSet.Campaign).RenderText(Rendering.Context(limits: new TemplateLimits { MaxSteps = 2_000, MaxOutputLength = 20_000 }));
        }
        catch (TemplateException)
        {
            // The one answer allowed besides success.
        }
        catch (Exception failure)
        {
            Assert.Fail($"{failure.GetType().Name} from: {source}\n{failure}");
        }
    }

    /// <summary>A fixed pseudo-random sequence, so that a failure repeats.</summary>
    private sealed class Sequence(uint seed)
    {
        private uint _state = seed;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)below);
        }
    }
}
