using System.Globalization;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Writes values as JSON in Go's form: keys sorted, <c>&lt; &gt; &amp;</c> escaped unless asked otherwise.</summary>
internal static class JsonText
{
    private const int MaxNesting = 100;

    public static string Write(object? value, bool escapeHtml, string? indent, int limit)
    {
        var text = new TextBuilder(limit);
        Append(text, Value.Normal(value), escapeHtml, indent, 0);
        return text.ToString();
    }

    private static void Append(TextBuilder text, object? value, bool escapeHtml, string? indent, int nesting)
    {
        if (nesting > MaxNesting)
        {
            throw new EvaluationException("the value is nested too deeply");
        }

        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long whole:
                text.Append(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case NamedNumber named:
                text.Append(named.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(double.IsFinite(number) ? Number(number) : "null");
                break;
            case DateTimeOffset time:
                AppendText(text, GoTime.Format(time, "2006-01-02T15:04:05.999999999Z07:00"), escapeHtml);
                break;
            case TimeSpan duration:
                text.Append((duration.Ticks * 100m).ToString("F0", CultureInfo.InvariantCulture));
                break;
            case TemplateMap map:
                text.Append('{');
                var isFirst = true;
                foreach (var key in map.SortedKeys)
                {
                    text.Append(isFirst ? string.Empty : ",");
                    NewLine(text, indent, nesting + 1);
                    AppendText(text, key, escapeHtml);
                    text.Append(indent is null ? ":" : ": ");
                    Append(text, Value.Normal(map[key]), escapeHtml, indent, nesting + 1);
                    isFirst = false;
                }

                if (!isFirst)
                {
                    NewLine(text, indent, nesting);
                }

                text.Append('}');
                break;
            case IReadOnlyList<object?> list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(i > 0 ? "," : string.Empty);
                    NewLine(text, indent, nesting + 1);
                    Append(text, Value.Normal(list[i]), escapeHtml, indent, nesting + 1);
                }

                if (list.Count > 0)
                {
                    NewLine(text, indent, nesting);
                }

                text.Append(']');
                break;
            default:
                AppendText(text, value.ToString() ?? string.Empty, escapeHtml);
                break;
        }
    }

    private static string Number(double number)
    {
        var size = Math.Abs(number);
        return size is >= 1e-6 and < 1e-4
            ? number.ToString("0.################################", CultureInfo.InvariantCulture)
            : GoText.Number(number);
    }

    private static void NewLine(TextBuilder text, string? indent, int depth)
    {
        if (indent is null)
        {
            return;
        }

        text.Append('\n');
        for (var i = 0; i < depth; i++)
        {
            text.Append(indent);
        }
    }

    private static void AppendText(TextBuilder text, string value, bool escapeHtml)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '<' or '>' or '&' when escapeHtml => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                < ' ' or '\u2028' or '\u2029' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
