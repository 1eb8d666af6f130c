using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>
/// Sprig's regular expressions, run without backtracking (as Go's are) and under the time limit of the rendering.
/// </summary>
internal static class RegexFunctions
{
    private const int MaxPatternLength = 1000;
    private const int MaxCached = 500;
    private static readonly ConcurrentDictionary<(string Pattern, TimeSpan Timeout), Regex> Cache = new();

    public static readonly TemplateFunction[] All =
    [
        .. Must("regexMatch", 2, static (state, arguments) => Value.Bool(Get(state, arguments[0]).IsMatch(Arguments.Text(arguments[1])))),
        .. Must("regexFind", 2, static (state, arguments) => Get(state, arguments[0]).Match(Arguments.Text(arguments[1])).Value),
        .. Must("regexFindAll", 3, static (state, arguments) =>
        {
            var most = Arguments.Count(arguments[2]);
            var found = new List<object?>();
            for (var match = Get(state, arguments[0]).Match(Arguments.Text(arguments[1])); match.Success && (most < 0 || found.Count < most); match = match.NextMatch())
            {
                state.Step();
                found.Add(match.Value);
            }

            return found.ToArray();
        }),
        .. Must("regexReplaceAll", 3, static (state, arguments) => Replace(state, arguments, isLiteral: false)),
        .. Must("regexReplaceAllLiteral", 3, static (state, arguments) => Replace(state, arguments, isLiteral: true)),
        .. Must("regexSplit", 3, static (state, arguments) => Split(state, arguments)),
        new("regexQuoteMeta", 1, 1, static (state, arguments) => QuoteMeta(state, Arguments.Text(arguments[0]))),
    ];

    private static TemplateFunction[] Must(string name, int count, FunctionBody body)
        => [new(name, count, count, body), new("must" + char.ToUpperInvariant(name[0]) + name[1..], count, count, body)];

    private static Regex Get(RenderState state, object? pattern)
    {
        state.Step(10);
        var text = Arguments.Text(pattern);
        var key = (text, state.Limits.RegexTimeout);
        if (Cache.TryGetValue(key, out var regex))
        {
            return regex;
        }

        if (text.Length > MaxPatternLength)
        {
            throw new EvaluationException($"a regular expression has at most {MaxPatternLength} characters");
        }

        try
        {
            regex = new Regex(text.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, state.Limits.RegexTimeout);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new EvaluationException($"\"{text}\" is not a regular expression that can be used here");
        }

        if (Cache.Count >= MaxCached)
        {
            Cache.Clear();
        }

        return Cache.GetOrAdd(key, regex);
    }

    private static string Replace(RenderState state, ReadOnlySpan<object?> arguments, bool isLiteral)
    {
        var (text, replacement) = (Arguments.Text(arguments[1]), Arguments.Text(arguments[2]));
        var result = new TextBuilder(state.Limits.MaxOutputLength);
        var copied = 0;
        for (var match = Get(state, arguments[0]).Match(text); match.Success; match = match.NextMatch())
        {
            state.Step();
            result.Append(text.AsSpan(copied, match.Index - copied));
            if (isLiteral)
            {
                result.Append(replacement);
            }
            else
            {
                AppendExpanded(result, replacement, match);
            }

            copied = match.Index + match.Length;
        }

        return result.Append(text.AsSpan(copied)).ToString();
    }

    // $1, $name, ${1}, ${name} and $$; a name is the longest run of letters, digits and underscores, as in Go.
    private static void AppendExpanded(TextBuilder result, string replacement, Match match)
    {
        var rest = replacement.AsSpan();
        while (true)
        {
            var dollar = rest.IndexOf('$');
            if (dollar < 0 || dollar == rest.Length - 1)
            {
                result.Append(rest);
                return;
            }

            result.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            if (rest[0] == '$')
            {
                result.Append('$');
                rest = rest[1..];
                continue;
            }

            var isBraced = rest[0] == '{';
            var name = isBraced ? rest[1..] : rest;
            var length = 0;
            while (length < name.Length && (char.IsAsciiLetterOrDigit(name[length]) || name[length] == '_'))
            {
                length++;
            }

            if (length == 0 || (isBraced && (length == name.Length || name[length] != '}')))
            {
                result.Append('$');
                continue;
            }

            result.Append(match.Groups[name[..length].ToString()].Value);
            rest = rest[(length + (isBraced ? 2 : 0))..];
        }
    }

    private static object?[] Split(RenderState state, ReadOnlySpan<object?> arguments)
    {
        var (text, most) = (Arguments.Text(arguments[1]), Arguments.Count(arguments[2]));
        if (most == 0)
        {
            return [];
        }

        var parts = new List<object?>();
        var copied = 0;
        for (var match = Get(state, arguments[0]).Match(text); match.Success && (most < 0 || parts.Count < most - 1); match = match.NextMatch())
        {
            state.Step();
            if (match.Length == 0 && (match.Index == 0 || match.Index == text.Length))
            {
                continue;
            }

            parts.Add(text[copied..match.Index]);
            copied = match.Index + match.Length;
        }

        parts.Add(text[copied..]);
        return [.. parts];
    }

    private static string QuoteMeta(RenderState state, string text)
    {
        var quoted = new TextBuilder(state.Limits.MaxOutputLength);
        foreach (var c in text)
        {
            if ("\\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.ToString();
    }
}
