using System.Globalization;
using System.Text;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>Go's printf; verbs that do not fit their operand print Go's <c>%!d(string=x)</c> marks instead of failing.</summary>
internal static class GoPrintf
{
    private const int MaxWidth = 10_000;

    public static string Format(string format, ReadOnlySpan<object?> operands, int limit)
    {
        var text = new TextBuilder(limit);
        var next = 0;
        var rest = format.AsSpan();
        while (true)
        {
            var percent = rest.IndexOf('%');
            if (percent < 0)
            {
                text.Append(rest);
                break;
            }

            text.Append(rest[..percent]);
            rest = rest[(percent + 1)..];
            var spec = ReadSpec(ref rest, operands, ref next);
            if (spec.Verb == '\0')
            {
                text.Append("%!(NOVERB)");
                break;
            }

            if (spec.Verb == '%')
            {
                text.Append('%');
            }
            else if (next >= operands.Length)
            {
                text.Append("%!").Append(spec.Verb).Append("(MISSING)");
            }
            else
            {
                AppendOperand(text, spec, operands[next++], limit);
            }
        }

        if (next < operands.Length)
        {
            text.Append("%!(EXTRA ");
            for (var i = next; i < operands.Length; i++)
            {
                text.Append(i > next ? ", " : string.Empty);
                AppendTyped(text, operands[i]);
            }

            text.Append(')');
        }

        return text.ToString();
    }

    private static Spec ReadSpec(ref ReadOnlySpan<char> rest, ReadOnlySpan<object?> operands, ref int next)
    {
        var spec = default(Spec);
        while (rest.Length > 0 && rest[0] is '+' or '-' or '#' or '0' or ' ')
        {
            switch (rest[0])
            {
                case '+': spec.Plus = true; break;
                case '-': spec.Left = true; break;
                case '#': spec.Sharp = true; break;
                case '0': spec.Zero = true; break;
                default: spec.Space = true; break;
            }

            rest = rest[1..];
        }

        spec.Width = ReadNumber(ref rest, operands, ref next);
        if (spec.Width < 0)
        {
            spec.Left = true;
            spec.Width = -spec.Width;
        }

        spec.Precision = null;
        if (rest.Length > 0 && rest[0] == '.')
        {
            rest = rest[1..];
            spec.Precision = Math.Max(0, ReadNumber(ref rest, operands, ref next) ?? 0);
        }

        spec.Zero &= !spec.Left;
        if (rest.Length == 0)
        {
            return spec;
        }

        Rune.DecodeFromUtf16(rest, out var rune, out var length);
        spec.Verb = rune.IsBmp ? (char)rune.Value : '?';
        rest = rest[length..];
        return spec;
    }

    private static int? ReadNumber(ref ReadOnlySpan<char> rest, ReadOnlySpan<object?> operands, ref int next)
    {
        if (rest.Length > 0 && rest[0] == '*')
        {
            rest = rest[1..];
            return next < operands.Length && Value.TryWhole(operands[next++], out var given) ? (int)Math.Clamp(given, -MaxWidth, MaxWidth) : null;
        }

        int? value = null;
        while (rest.Length > 0 && char.IsAsciiDigit(rest[0]))
        {
            value = Math.Min(MaxWidth, ((value ?? 0) * 10) + (rest[0] - '0'));
            rest = rest[1..];
        }

        return value;
    }

    private static void AppendOperand(TextBuilder text, in Spec spec, object? operand, int limit)
    {
        string? formatted = operand switch
        {
            NamedNumber named when spec.Verb is 'd' => Whole(spec, named.Number),
            bool flag when spec.Verb is 't' => flag ? "true" : "false",
            long whole => WholeVerb(spec, whole),
            double number => NumberVerb(spec, number),
            string value => TextVerb(spec, value, limit),
            SafeHtml html => TextVerb(spec, html.Markup, limit),
            TimeSpan duration when spec.Verb is 's' => GoTime.DurationText(duration),
            DateTimeOffset time when spec.Verb is 's' => GoTime.ToText(time),
            NamedNumber or ITemplateObject when spec.Verb is 's' => operand.ToString(),
            IReadOnlyList<object?> or TemplateMap when spec.Verb is 's' => Plain(operand, limit),
            _ => null,
        };
        if (formatted is null && spec.Verb is 'v')
        {
            formatted = spec.Sharp && operand is string quoted ? GoText.Quote(quoted, limit) : Plain(operand, limit);
        }

        if (spec.Verb is 'T')
        {
            formatted = Value.TypeName(operand);
        }

        if (formatted is null)
        {
            text.Append("%!").Append(spec.Verb).Append('(');
            AppendTyped(text, operand);
            text.Append(')');
            return;
        }

        var width = spec.Width ?? 0;
        var pad = width - RuneCount(formatted);
        if (pad > 0 && !spec.Left)
        {
            if (spec.Zero && operand is long or double && formatted.Length > 0)
            {
                var sign = formatted[0] is '-' or '+' or ' ' ? 1 : 0;
                text.Append(formatted.AsSpan(0, sign)).Append('0', pad).Append(formatted.AsSpan(sign));
                return;
            }

            text.Append(spec.Zero ? '0' : ' ', pad);
        }

        text.Append(formatted);
        if (spec.Left)
        {
            text.Append(' ', pad);
        }
    }

    private static string? WholeVerb(in Spec spec, long value) => spec.Verb switch
    {
        'd' or 'v' => Whole(spec, value),
        'b' => Sign(spec, value) + Magnitude(value).ToString("b", CultureInfo.InvariantCulture),
        'o' => Sign(spec, value) + Octal(Magnitude(value)),
        'x' => Sign(spec, value) + (spec.Sharp ? "0x" : string.Empty) + Magnitude(value).ToString("x", CultureInfo.InvariantCulture),
        'X' => Sign(spec, value) + (spec.Sharp ? "0X" : string.Empty) + Magnitude(value).ToString("X", CultureInfo.InvariantCulture),
        'c' => Rune.IsValid((int)Math.Clamp(value, -1, int.MaxValue)) ? new Rune((int)value).ToString() : "\uFFFD",
        'q' => "'" + (Rune.IsValid((int)Math.Clamp(value, -1, int.MaxValue)) ? new Rune((int)value).ToString() : "\uFFFD") + "'",
        'U' => "U+" + value.ToString("X4", CultureInfo.InvariantCulture),
        'e' or 'E' or 'f' or 'F' or 'g' or 'G' => NumberVerb(spec, value),
        _ => null,
    };

    private static string? NumberVerb(in Spec spec, double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return GoText.Number(value);
        }

        var precision = Math.Min(spec.Precision ?? 6, 300);
        var digits = spec.Verb switch
        {
            'f' or 'F' => Math.Abs(value).ToString("F" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            'e' or 'E' => Exponent(Math.Abs(value), precision, spec.Verb),
            'g' or 'G' or 'v' when spec.Precision is null => GoText.Number(Math.Abs(value)),
            'g' or 'G' or 'v' => General(Math.Abs(value), Math.Max(1, precision)),
            'd' when Math.Floor(value) == value => GoText.Number(Math.Abs(value)),
            _ => null,
        };
        return digits is null ? null : (value < 0 || (value == 0 && double.IsNegative(value)) ? "-" : spec.Plus ? "+" : spec.Space ? " " : string.Empty) + digits;
    }

    private static string? TextVerb(in Spec spec, string value, int limit)
    {
        switch (spec.Verb)
        {
            case 's' or 'v':
                return Truncate(spec, value);
            case 'q':
                return GoText.Quote(Truncate(spec, value), limit);
            case 'x':
                return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Truncate(spec, value)));
            case 'X':
                return Convert.ToHexString(Encoding.UTF8.GetBytes(Truncate(spec, value)));
            default:
                return null;
        }
    }

    private static string Truncate(in Spec spec, string value)
    {
        if (spec.Precision is not { } most)
        {
            return value;
        }

        var end = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (most-- <= 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return value[..Math.Min(end, value.Length)];
    }

    private static string Plain(object? value, int limit)
    {
        var text = new TextBuilder(limit);
        GoText.Append(text, value);
        return text.ToString();
    }

    private static string Whole(in Spec spec, long value)
    {
        var digits = Magnitude(value).ToString(CultureInfo.InvariantCulture);
        return Sign(spec, value) + (spec.Precision is { } least ? digits.PadLeft(Math.Min(least, MaxWidth), '0') : digits);
    }

    private static string Sign(in Spec spec, long value) => value < 0 ? "-" : spec.Plus ? "+" : spec.Space ? " " : string.Empty;

    private static ulong Magnitude(long value) => value < 0 ? (ulong)(-(value + 1)) + 1 : (ulong)value;

    private static string Octal(ulong value)
    {
        var text = string.Empty;
        do
        {
            text = (char)('0' + (int)(value & 7)) + text;
            value >>= 3;
        }
        while (value > 0);
        return text;
    }

    private static string Exponent(double value, int precision, char verb)
    {
        // .NET writes three exponent digits, Go at least two.
        var text = value.ToString((verb == 'E' ? "E" : "e") + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text[^3] == '0' ? text.Remove(text.Length - 3, 1) : text;
    }

    private static string General(double value, int precision)
    {
        var exponent = value == 0 ? 0 : (int)Math.Floor(Math.Log10(value));
        if (exponent < -4 || exponent >= precision)
        {
            var scientific = Exponent(value, precision - 1, 'e');
            var mark = scientific.IndexOf('e', StringComparison.Ordinal);
            var mantissa = scientific[..mark];
            return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa) + scientific[mark..];
        }

        var plain = value.ToString("F" + Math.Max(0, precision - 1 - exponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return plain.Contains('.', StringComparison.Ordinal) ? plain.TrimEnd('0').TrimEnd('.') : plain;
    }

    private static void AppendTyped(TextBuilder text, object? operand)
    {
        if (operand is null)
        {
            text.Append("<nil>");
            return;
        }

        text.Append(Value.TypeName(operand)).Append('=');
        GoText.Append(text, operand);
    }

    private static int RuneCount(string text)
    {
        var count = 0;
        foreach (var unit in text)
        {
            count += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return count;
    }

    private struct Spec
    {
        public bool Plus;
        public bool Left;
        public bool Sharp;
        public bool Zero;
        public bool Space;
        public int? Width;
        public int? Precision;
        public char Verb;
    }
}
