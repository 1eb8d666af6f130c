namespace Listmonk.Core.Templates.Expressions.Values;

// What a layout consists of, and how a text is read by it.
internal static partial class GoTime
{
    private static Part Next(ReadOnlySpan<char> layout, out int before, out int length)
    {
        for (var i = 0; i < layout.Length; i++)
        {
            var part = PartAt(layout, i, out length);
            if (part != Part.None)
            {
                before = i;
                return part;
            }
        }

        before = layout.Length;
        length = 0;
        return Part.None;
    }

    private static Part PartAt(ReadOnlySpan<char> layout, int i, out int length)
    {
        var rest = layout[i..];
        length = 0;
        switch (rest[0])
        {
            case 'J' when rest.StartsWith("January", StringComparison.Ordinal): return Found(7, Part.LongMonth, ref length);
            case 'J' when rest.StartsWith("Jan", StringComparison.Ordinal) && !LowerAt(rest, 3): return Found(3, Part.Month, ref length);
            case 'M' when rest.StartsWith("Monday", StringComparison.Ordinal): return Found(6, Part.LongDay, ref length);
            case 'M' when rest.StartsWith("Mon", StringComparison.Ordinal) && !LowerAt(rest, 3): return Found(3, Part.WeekDay, ref length);
            case 'M' when rest.StartsWith("MST", StringComparison.Ordinal): return Found(3, Part.ZoneName, ref length);
            case '0' when rest.StartsWith("002", StringComparison.Ordinal): return Found(3, Part.ZeroYearDay, ref length);
            case '0' when rest.Length > 1 && rest[1] is >= '1' and <= '6':
                return Found(2, rest[1] switch { '1' => Part.ZeroMonth, '2' => Part.ZeroDay, '3' => Part.ZeroHour12, '4' => Part.ZeroMinute, '5' => Part.ZeroSecond, _ => Part.Year }, ref length);
            case '1' when rest.Length > 1 && rest[1] == '5': return Found(2, Part.Hour, ref length);
            case '1': return Found(1, Part.NumberMonth, ref length);
            case '2' when rest.StartsWith("2006", StringComparison.Ordinal): return Found(4, Part.LongYear, ref length);
            case '2': return Found(1, Part.Day, ref length);
            case '_' when rest.StartsWith("__2", StringComparison.Ordinal): return Found(3, Part.UnderYearDay, ref length);
            case '_' when rest.Length > 1 && rest[1] == '2' && !rest.StartsWith("_2006", StringComparison.Ordinal): return Found(2, Part.UnderDay, ref length);
            case '3': return Found(1, Part.Hour12, ref length);
            case '4': return Found(1, Part.Minute, ref length);
            case '5': return Found(1, Part.Second, ref length);
            case 'P' when rest.StartsWith("PM", StringComparison.Ordinal): return Found(2, Part.Pm, ref length);
            case 'p' when rest.StartsWith("pm", StringComparison.Ordinal): return Found(2, Part.LowerPm, ref length);
            case '-' or 'Z':
                foreach (var form in (ReadOnlySpan<string>)["07:00:00", "070000", "07:00", "0700", "07"])
                {
                    if (rest[1..].StartsWith(form, StringComparison.Ordinal))
                    {
                        return Found(form.Length + 1, Part.Offset, ref length);
                    }
                }

                return Part.None;
            case '.' or ',' when rest.Length > 1 && rest[1] is '0' or '9':
                var end = rest[1..].IndexOfAnyExcept(rest[1]);
                var width = end < 0 ? rest.Length : end + 1;
                return width < rest.Length && char.IsAsciiDigit(rest[width]) ? Part.None : Found(width, Part.Fraction, ref length);
            default: return Part.None;
        }

        static Part Found(int width, Part part, ref int length)
        {
            length = width;
            return part;
        }

        static bool LowerAt(ReadOnlySpan<char> text, int at) => at < text.Length && char.IsAsciiLetterLower(text[at]);
    }

    private static bool Digits(ref ReadOnlySpan<char> text, int least, int most, out int value)
    {
        value = 0;
        var count = 0;
        while (count < most && count < text.Length && char.IsAsciiDigit(text[count]))
        {
            value = (value * 10) + (text[count++] - '0');
        }

        text = text[count..];
        return count >= least;
    }

    private static bool SkipBlank(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(' ');
        return true;
    }

    private static bool Name(ref ReadOnlySpan<char> text, string[] names, bool whole, out int number)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var name = whole ? names[i] : names[i].AsSpan(0, 3);
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                text = text[name.Length..];
                number = i + 1;
                return true;
            }
        }

        number = 0;
        return false;
    }

    private static bool HalfDay(ref ReadOnlySpan<char> text, out bool? afternoon)
    {
        afternoon = null;
        if (text.StartsWith("AM", StringComparison.OrdinalIgnoreCase) || text.StartsWith("PM", StringComparison.OrdinalIgnoreCase))
        {
            afternoon = text[0] is 'P' or 'p';
            text = text[2..];
            return true;
        }

        return false;
    }

    private static bool FractionDigits(ref ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 0 || text[0] is not ('.' or ','))
        {
            return true;
        }

        var i = 1;
        long scale = TimeSpan.TicksPerSecond / 10;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            ticks += (text[i] - '0') * scale;
            scale /= 10;
        }

        text = text[i..];
        return true;
    }

    private static bool OffsetDigits(ref ReadOnlySpan<char> text, ReadOnlySpan<char> token, out TimeSpan? offset)
    {
        offset = null;
        if (token[0] == 'Z' && text.Length > 0 && text[0] == 'Z')
        {
            offset = TimeSpan.Zero;
            text = text[1..];
            return true;
        }

        if (text.Length == 0 || text[0] is not ('+' or '-'))
        {
            return false;
        }

        var negative = text[0] == '-';
        text = text[1..];
        var minutes = 0;
        if (!Digits(ref text, 2, 2, out var hours))
        {
            return false;
        }

        if (token.Length > 3)
        {
            if (token.Contains(':'))
            {
                if (text.Length == 0 || text[0] != ':')
                {
                    return false;
                }

                text = text[1..];
            }

            if (!Digits(ref text, 2, 2, out minutes))
            {
                return false;
            }
        }

        if (hours > 14 || minutes > 59 || (hours == 14 && minutes > 0))
        {
            return false;
        }

        var span = new TimeSpan(hours, minutes, 0);
        offset = negative ? -span : span;
        return true;
    }

    private static bool ZoneNameLetters(ref ReadOnlySpan<char> text, ref TimeSpan? offset)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterUpper(text[length]))
        {
            length++;
        }

        if (length is < 3 or > 5)
        {
            return false;
        }

        if (text[..length] is "UTC" or "GMT")
        {
            offset ??= TimeSpan.Zero;
        }

        text = text[length..];
        return true;
    }
}
