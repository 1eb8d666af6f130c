using System.Text;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.SmartyPants;
using Markdig.Helpers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Listmonk.Core.Templates;

/// <summary>
/// Turns Markdown bodies into HTML before they are compiled. Expressions travel through Markdown as marks that it does not
/// touch, so that quotes, stars and dashes inside <c>{{ }}</c> mean what the template language means by them.
/// </summary>
public static class MarkdownBody
{
    // A private-use character that stands for the apostrophe until the markup is written.
    private const char Apostrophe = '\uE0F3';

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseTaskLists()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .UseSmartyPants(new SmartyPantOptions
        {
            Mapping =
            {
                [SmartyPantType.LeftDoubleQuote] = "&quot;",
                [SmartyPantType.RightDoubleQuote] = "&quot;",
                [SmartyPantType.LeftAngleQuote] = "&lt;&lt;",
                [SmartyPantType.RightAngleQuote] = "&gt;&gt;",
            },
        })
        .Build();

    public static string ToHtml(string markdown) => ToHtml(markdown, prepare: null, write: null);

    /// <summary>
    /// Lets <paramref name="prepare"/> change the parsed document before it is written; expressions are marks of letters in it.
    /// <paramref name="write"/> says how each expression is put back.
    /// </summary>
    internal static string ToHtml(string markdown, Action<MarkdownDocument>? prepare, Func<string, string>? write)
    {
        // Marks are lower-case ASCII letters (numbers in a to p, so that no number contains a mark): they pass through addresses, heading ids and typography unchanged.
        var mark = "qzx";
        while (markdown.Contains(mark, StringComparison.OrdinalIgnoreCase))
        {
            mark += "z";
        }

        var expressions = new List<string>();
        var document = Markdown.Parse(Protect(markdown, mark, expressions), Pipeline);
        foreach (var literal in document.Descendants<LiteralInline>())
        {
            // Paired quotes are done by the pipeline; what is left over is an apostrophe.
            if (literal.Content.IndexOf('\'') >= 0)
            {
                literal.Content = new StringSlice(literal.Content.ToString().Replace('\'', Apostrophe));
            }
        }

        prepare?.Invoke(document);
        var html = document.ToHtml(Pipeline).Replace(Apostrophe.ToString(), "&rsquo;", StringComparison.Ordinal);
        return expressions.Count == 0 ? html : Restore(html, mark, write is null ? expressions : expressions.ConvertAll(expression => write(expression)));
    }

    private static string Protect(string markdown, string mark, List<string> expressions)
    {
        var text = new StringBuilder(markdown.Length);
        var at = 0;
        while (true)
        {
            var open = markdown.IndexOf("{{", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : ExpressionText.End(markdown, open + 2);
            if (close < 0)
            {
                return text.Append(markdown, at, markdown.Length - at).ToString();
            }

            text.Append(markdown, at, open - at).Append(mark).Append(Letters(expressions.Count)).Append(mark);
            expressions.Add(markdown[open..close]);
            at = close;
        }
    }

    private static string Restore(string html, string mark, List<string> expressions)
    {
        var text = new StringBuilder(html.Length);
        var at = 0;
        while (true)
        {
            var start = html.IndexOf(mark, at, StringComparison.Ordinal);
            var end = start < 0 ? -1 : html.IndexOf(mark, start + mark.Length, StringComparison.Ordinal);
            if (end < 0)
            {
                return text.Append(html, at, html.Length - at).ToString();
            }

            text.Append(html, at, start - at);
            var expression = expressions[Number(html.AsSpan(start + mark.Length, end - start - mark.Length))];
            text.Append(IsInHeadingId(html, start) ? Slug(expression) : expression);
            at = end + mark.Length;
        }
    }

    // The only attribute that Markdown makes from text: an id must be the same for everybody.
    private static bool IsInHeadingId(string html, int at)
    {
        var tag = html.LastIndexOf('<', at);
        return tag >= 0 && tag + 8 <= at && html[tag + 1] == 'h' && char.IsAsciiDigit(html[tag + 2])
            && string.CompareOrdinal(html, tag + 3, " id=\"", 0, 5) == 0 && html.IndexOf('"', tag + 8, at - tag - 8) < 0;
    }

    private static string Slug(string expression)
    {
        var slug = new StringBuilder();
        foreach (var c in expression)
        {
            if (char.IsLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (c is ' ' or '-' or '_')
            {
                slug.Append(c == ' ' ? '-' : c);
            }
        }

        return slug.ToString();
    }

    private static string Letters(int number)
    {
        var letters = new StringBuilder();
        do
        {
            letters.Insert(0, (char)('a' + (number % 16)));
            number /= 16;
        }
        while (number > 0);
        return letters.ToString();
    }

    private static int Number(ReadOnlySpan<char> letters)
    {
        var number = 0;
        foreach (var c in letters)
        {
            number = (number * 16) + (c - 'a');
        }

        return number;
    }
}
