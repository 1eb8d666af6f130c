using System.Text;
using Listmonk.Core.Templates.Expressions.Escaping;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>What Go's template language brings itself, and Sprig's functions on defaults and types.</summary>
internal static class LanguageFunctions
{
    public static readonly TemplateFunction[] All =
    [
        new("not", 1, 1, static (_, arguments) => Value.Bool(!Value.IsTrue(arguments[0]))),
        new("eq", 2, int.MaxValue, static (_, arguments) => Value.Bool(EqualsAny(arguments))),
        new("ne", 2, 2, static (_, arguments) => Value.Bool(!Value.AreEqual(arguments[0], arguments[1]))),
        new("lt", 2, 2, static (_, arguments) => Value.Bool(Value.Compare(arguments[0], arguments[1]) < 0)),
        new("le", 2, 2, static (_, arguments) => Value.Bool(Value.Compare(arguments[0], arguments[1]) <= 0)),
        new("gt", 2, 2, static (_, arguments) => Value.Bool(Value.Compare(arguments[0], arguments[1]) > 0)),
        new("ge", 2, 2, static (_, arguments) => Value.Bool(Value.Compare(arguments[0], arguments[1]) >= 0)),
        new("len", 1, 1, static (_, arguments) => Length(arguments[0])),
        new("index", 1, int.MaxValue, static (_, arguments) => Index(arguments)),
        new("print", 0, int.MaxValue, static (state, arguments) => GoText.Print(arguments, state.Limits.MaxOutputLength)),
        new("println", 0, int.MaxValue, static (state, arguments) => GoText.PrintLine(arguments, state.Limits.MaxOutputLength)),
        new("printf", 1, int.MaxValue, static (state, arguments) => GoPrintf.Format(Arguments.Text(arguments[0]), arguments[1..], state.Limits.MaxOutputLength)),
        new("html", 0, int.MaxValue, static (state, arguments) => HtmlEscaping.Text(Joined(state, arguments), state.Limits.MaxOutputLength)),
        new("js", 0, int.MaxValue, static (state, arguments) => ScriptText(Joined(state, arguments), state.Limits.MaxOutputLength)),
        new("urlquery", 0, int.MaxValue, static (state, arguments) => QueryText(Joined(state, arguments))),
        new("call", 1, int.MaxValue, static (_, arguments) => throw new EvaluationException($"a {Value.Describe(arguments[0])} cannot be called")),

        new("default", 1, 2, static (_, arguments) => arguments.Length == 2 && Value.IsTrue(arguments[1]) ? arguments[1] : arguments[0]),
        new("empty", 1, 1, static (_, arguments) => Value.Bool(!Value.IsTrue(arguments[0]))),
        new("coalesce", 0, int.MaxValue, static (_, arguments) => Coalesce(arguments)),
        new("all", 0, int.MaxValue, static (_, arguments) => Value.Bool(CountTrue(arguments) == arguments.Length)),
        new("any", 0, int.MaxValue, static (_, arguments) => Value.Bool(CountTrue(arguments) > 0)),
        new("ternary", 3, 3, static (_, arguments) => arguments[2] is bool condition ? arguments[condition ? 0 : 1] : throw new EvaluationException($"ternary needs true or false, not a {Value.Describe(arguments[2])}")),
        new("fail", 1, 1, static (_, arguments) => throw new EvaluationException(Arguments.Text(arguments[0]))),
        new("typeOf", 1, 1, static (_, arguments) => Value.TypeName(arguments[0])),
        new("typeIs", 2, 2, static (_, arguments) => Value.Bool(Value.TypeName(arguments[1]) == Arguments.Text(arguments[0]))),
        new("typeIsLike", 2, 2, static (_, arguments) => Value.Bool(Value.TypeName(arguments[1]) == Arguments.Text(arguments[0]).TrimStart('*'))),
        new("kindOf", 1, 1, static (_, arguments) => Value.KindName(arguments[0])),
        new("kindIs", 2, 2, static (_, arguments) => Value.Bool(Value.KindName(arguments[1]) == Arguments.Text(arguments[0]))),
        new("deepEqual", 2, 2, static (state, arguments) => Value.Bool(Value.DeepEquals(arguments[0], arguments[1], state))),
        new("hello", 0, 0, static (_, _) => "Hello!"),
    ];

    private static bool EqualsAny(ReadOnlySpan<object?> arguments)
    {
        foreach (var candidate in arguments[1..])
        {
            if (Value.AreEqual(arguments[0], candidate))
            {
                return true;
            }
        }

        return false;
    }

    // Bytes, as in Go: templates that were written for listmonk count on it.
    private static object Length(object? value) => value switch
    {
        string text => Value.Whole(Encoding.UTF8.GetByteCount(text)),
        SafeHtml html => Value.Whole(Encoding.UTF8.GetByteCount(html.Markup)),
        TemplateMap map => Value.Whole(map.Count),
        IReadOnlyList<object?> list => Value.Whole(list.Count),
        _ => throw new EvaluationException($"a {Value.Describe(value)} has no length"),
    };

    private static object? Index(ReadOnlySpan<object?> arguments)
    {
        var value = arguments[0];
        foreach (var index in arguments[1..])
        {
            switch (value)
            {
                case TemplateMap map:
                    value = Value.TryText(index, out var key)
                        ? (map.TryGetValue(key, out var item) ? Value.Normal(item) : null)
                        : throw new EvaluationException($"a map is indexed by a text, not by a {Value.Describe(index)}");
                    break;
                case IReadOnlyList<object?> list:
                    value = Value.Normal(list[At(index, list.Count)]);
                    break;
                case string text:
                    var bytes = Encoding.UTF8.GetBytes(text);
                    value = Value.Whole(bytes[At(index, bytes.Length)]);
                    break;
                default:
                    throw new EvaluationException($"a {Value.Describe(value)} cannot be indexed");
            }
        }

        return value;

        static int At(object? index, int count)
        {
            if (!Value.TryWhole(index, out var at))
            {
                throw new EvaluationException($"a list is indexed by a whole number, not by a {Value.Describe(index)}");
            }

            return at >= 0 && at < count ? (int)at : throw new EvaluationException($"the index {at} is out of range: there are {count} elements, counted from 0");
        }
    }

    private static object? Coalesce(ReadOnlySpan<object?> arguments)
    {
        foreach (var argument in arguments)
        {
            if (Value.IsTrue(argument))
            {
                return argument;
            }
        }

        return null;
    }

    private static int CountTrue(ReadOnlySpan<object?> arguments)
    {
        var count = 0;
        foreach (var argument in arguments)
        {
            count += Value.IsTrue(argument) ? 1 : 0;
        }

        return count;
    }

    private static string Joined(RenderState state, ReadOnlySpan<object?> arguments)
        => arguments.Length == 1 && arguments[0] is string only ? only : GoText.Print(arguments, state.Limits.MaxOutputLength);

    private static string ScriptText(string text, int limit)
    {
        var escaped = new TextBuilder(limit);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\\\"),
                '\'' => escaped.Append("\\'"),
                '"' => escaped.Append("\\\""),
                '<' => escaped.Append("\\u003C"),
                '>' => escaped.Append("\\u003E"),
                '&' => escaped.Append("\\u0026"),
                '=' => escaped.Append("\\u003D"),
                < ' ' => escaped.Append("\\u").Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    // As Go's url.QueryEscape: a blank becomes +, hexadecimal in capitals.
    private static string QueryText(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
