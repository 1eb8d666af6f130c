using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Listmonk.Bench.Load;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Bench;

/// <summary>
/// Mutates templates and mails for as long as it is told and runs each through the template engine and the link rewriters. Allowed are a
/// result and the engine's own error; anything else, and anything slow, is printed with the source that caused it.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "The seed is printed, so that a run can be repeated; nothing here is secret.")]
[SuppressMessage("ApiDesign", "RS0030", Justification = "The same: Random.Shared cannot be seeded.")]
internal sealed class FuzzScenario(int seed)
{
    /// <summary>A text of this size takes microseconds; a second means that something grows faster than its input.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private static readonly string[] Seeds =
    [
        Newsletter.Html,
        """<p title="{{ .Subscriber.Attribs.city | default "x" }}">{{ range $i, $t := list 1 2 3 }}{{ if $i }}, {{ else if eq $t 9 }}b{{ else }}-{{ end }}{{ $t | add 1 }}{{ end }}</p>""",
        """<!--[if mso]><a href='https://a.example/{{ .Subscriber.UUID }}?q={{ .Subscriber.Name }}@TrackLink'><![endif]--><script>var a = "{{ .Subject }}", b = {{ .Subscriber.Attribs }};</script>""",
        """{{ define "x" }}{{ . }}{{ end }}{{- template "x" (dict "a" 1 "b" (list 1 2.5 'c' nil)) -}} {{ printf "%5.2f|%-8s|%q|%+v" 1.5 "a" `b` . }}{{/* c */}}{{ break }}""",
        """<style>p { background: url({{ .Subscriber.Attribs.page }}); color: {{ .Subscriber.Attribs.hue }} }</style>{{ with $x := .Campaign }}{{ $x.Name }}{{ else }}{{ end }}""",
        """{{ .Subscriber.CreatedAt.Time.Format "Mon Jan _2 15:04:05.000 -07:00 2006" }}{{ regexReplaceAll "a(b)+" "abab" "${1}" }}{{ toDate "2006-01-02" "2024-02-29" | date "02 Jan" }}""",
        """<html><head><title>a < b</title></head><body class=x><a href=https://a.example/2 >y</a><A HREF='mailto:a@b.example'>z</A><map><area href="https://a.example/{{ .Subscriber.UUID }}"></map> https://a.example/6@TrackLink</body></html>""",
    ];

    private static readonly string[] Pieces =
    [
        "{{", "}}", "-}}", "{{- ", "(", ")", "|", "\"", "`", "'", "<", ">", "=", "$x", ".", ":=", "nil", "end", "else", "if 1", "range 2", "@TrackLink", "<!--", "-->", "--!>", "<![endif]-->", "<!--[if mso]>",
        "\\", "\0", "\ud800", "9e99", "-1", "{", "/*", "*/", "TrackedLink 1", "{{ template \"content\" . }}", "<a href=", "</body>", "<script>", "</style", "&", "&#", "&#x110000;", "https://", "//", "\r", "\n", "\uffff",
        "repeat 9999999 \"a\"", "untilStep 0 9999999 1", "regexMatch \"(a+)+$\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"", "<<<<<<<<<<<<<<<<", "((((((((((((((((", "{{ if .x }}{{ if .x }}{{ if .x }}{{ if .x }}",
    ];

    private static readonly LinkPolicy Policy = new("https://mail.example.org") { TracksScopedExpressions = true };

    private readonly Random _random = new(seed);

    private readonly RenderContext _context = new()
    {
        Root = new MessageTemplateObject { Subscriber = new SubscriberTemplateObject { Id = 7, Name = "Ann Archer", Email = "ann@example.com", AttributesJson = Newsletter.Attributes } },
        Limits = new TemplateLimits { MaxSteps = 5_000, MaxOutputLength = 200_000 },
    };

    private string _source = "";
    private long _startedAt;

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var seed = options.Number("seed") is not 0 and var given ? given : Random.Shared.Next();
        var run = new FuzzScenario(seed);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(TimeSpan.FromMinutes(options.Number("minutes")));
        using var watch = new Timer(_ => run.EndIfItHangs(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        await Task.Run(() => run.Run(time.Token), cancellationToken);
    }

    private void Run(CancellationToken cancellationToken)
    {
        var (rounds, refused, failures, slowest) = (0L, 0L, 0, TimeSpan.Zero);
        while (!cancellationToken.IsCancellationRequested)
        {
            _source = Mutate();
            var used = Environment.CpuUsage.TotalTime;
            Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
            try
            {
                refused += Check(_source) ? 0 : 1;
            }
#pragma warning disable CA1031 // Finding them is what this is for.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures++;
                Figures.Print(new { Failure = exception.GetType().Name, exception.Message, Source = _source });
            }

            // Processor time, since a busy machine makes anything look slow.
            used = Environment.CpuUsage.TotalTime - used;
            slowest = used > slowest ? used : slowest;
            if (used > Slow)
            {
                Figures.Print(new { Slow = used.TotalSeconds, Source = _source });
            }

            rounds++;
        }

        Figures.Print(new { Scenario = "fuzz", Seed = seed, Rounds = rounds, Refused = refused, Failures = failures, SlowestMs = Math.Round(slowest.TotalMilliseconds, 1) });
        if (failures > 0)
        {
            throw new InvalidOperationException($"{failures} sources failed.");
        }
    }

    private string Mutate()
    {
        var source = Seeds[_random.Next(Seeds.Length)];
        for (var change = _random.Next(1, 8); change > 0; change--)
        {
            var at = _random.Next(source.Length + 1);
            source = _random.Next(5) switch
            {
                0 => source[..at],
                1 => source.Remove(at, Math.Min(_random.Next(1, 40), source.Length - at)),
                2 => source.Insert(_random.Next(source.Length + 1), source.Substring(at, Math.Min(_random.Next(1, 200), source.Length - at))),
                3 => source.Insert(at, string.Concat(Enumerable.Repeat(Pieces[_random.Next(Pieces.Length)], _random.Next(1, 200)))),
                _ => source.Insert(at, Pieces[_random.Next(Pieces.Length)]),
            };
        }

        return source;
    }

    /// <returns>False when the template engine refused the source, as it may.</returns>
    private bool Check(string source)
    {
        foreach (var rewrite in new[] { LinkRewriter.Find(source, Policy), TextLinkRewriter.Find(source, Policy) })
        {
            if (rewrite.Failure is not null || LinkRewriter.Splice(source, rewrite.Places, place => place.Raw) != source)
            {
                throw new InvalidOperationException($"The links could not be found and put back: {rewrite.Failure}");
            }
        }

        try
        {
            CompiledTemplate.Compile(source, _random.Next(2) == 0 ? TemplateMode.Html : TemplateMode.Text, TemplateFunctionSet.Campaign).RenderText(_context);
            return true;
        }
        catch (TemplateException)
        {
            return false;
        }
    }

    private void EndIfItHangs()
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) > TimeSpan.FromSeconds(20) && Volatile.Read(ref _startedAt) != 0)
        {
            Figures.Print(new { Failure = "hangs", Source = _source });
            Environment.Exit(1);
        }
    }
}
