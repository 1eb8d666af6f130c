using System.Globalization;
using System.Text;
using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>How values print: the rules of Go's fmt, save that whole numbers never take the exponent form (decision 0009).</summary>
internal static class GoText
{
    private const int MaxNesting = 100;

    /// <summary>The text of one value; what <c>{{ . }}</c> writes. Null is empty.</summary>
    public static string Display(object? value, int limit) => value switch
    {
        null => string.Empty,
        string text => text,
        SafeHtml html => html.Markup,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        _ => Build(value, limit),
    };

    public static void Append(TextBuilder text, object? value, int nesting = 0)
    {
        if (nesting > MaxNesting)
        {
            throw new EvaluationException("the value is nested too deeply");
        }

        switch (value)
        {
            case null:
                text.Append("<nil>");
                break;
            case string or bool or long or double or SafeHtml:
                text.Append(Display(value, int.MaxValue));
                break;
            case DateTimeOffset time:
                text.Append(GoTime.ToText(time));
                break;
            case TimeSpan duration:
                text.Append(GoTime.DurationText(duration));
                break;
            case TemplateMap map:
                text.Append("map[");
                var first = true;
                foreach (var key in map.SortedKeys)
                {
                    text.Append(first ? string.Empty : " ").Append(key).Append(':');
                    Append(text, map[key], nesting + 1);
                    first = false;
                }

                text.Append(']');
                break;
            case IReadOnlyList<object?> list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0)
                    {
                        text.Append(' ');
                    }

                    Append(text, Value.Normal(list[i]), nesting + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append(value.ToString() ?? string.Empty);
                break;
        }
    }

    /// <summary>Blanks go between operands when neither is a text.</summary>
    public static string Print(ReadOnlySpan<object?> operands, int limit)
    {
        var text = new TextBuilder(limit);
        for (var i = 0; i < operands.Length; i++)
        {
            if (i > 0 && operands[i] is not string && operands[i - 1] is not string)
            {
                text.Append(' ');
            }

            Append(text, operands[i]);
        }

        return text.ToString();
    }

    public static string PrintLine(ReadOnlySpan<object?> operands, int limit)
    {
        var text = new TextBuilder(limit);
        for (var i = 0; i < operands.Length; i++)
        {
            if (i > 0)
            {
                text.Append(' ');
            }

            Append(text, operands[i]);
        }

        return text.Append('\n').ToString();
    }

    public static string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        if (Math.Abs(value) < 1e21 && Math.Floor(value) == value)
        {
            return value.ToString("F0", CultureInfo.InvariantCulture);
        }

        return value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    public static string Quote(string value, int limit)
    {
        var text = new TextBuilder(limit);
        text.Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\v': text.Append("\\v"); break;
                case < 0x20 or 0x7f: text.Append("\\x").Append(rune.Value.ToString("x2", CultureInfo.InvariantCulture)); break;
                default:
                    if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                    {
                        text.Append(rune.Value <= 0xffff ? "\\u" : "\\U").Append(rune.Value.ToString(rune.Value <= 0xffff ? "x4" : "x8", CultureInfo.InvariantCulture));
                    }
                    else
                    {
                        text.Append(rune.ToString());
                    }

                    break;
            }
        }

        return text.Append('"').ToString();
    }

    private static string Build(object value, int limit)
    {
        var text = new TextBuilder(limit);
        Append(text, value);
        return text.ToString();
    }
}
