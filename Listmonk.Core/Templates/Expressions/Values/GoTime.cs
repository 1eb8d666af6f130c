using System.Buffers;
using System.Globalization;
using System.Text;
using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>Dates and durations in the notation of Go: layouts are written as the moment Mon Jan 2 15:04:05 MST 2006.</summary>
internal static class GoTime
{
    public const string AnsiLayout = "Mon Jan _2 15:04:05 2006";
    private const string TextLayout = "2006-01-02 15:04:05.999999999 -0700 MST";

    private static readonly SearchValues<char> DurationDigits = SearchValues.Create("0123456789.");
    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];
    private static readonly string[] Days = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;

    private enum Part
    {
        None, LongMonth, Month, NumberMonth, ZeroMonth, LongDay, WeekDay, Day, UnderDay, ZeroDay, UnderYearDay, ZeroYearDay,
        Hour, Hour12, ZeroHour12, Minute, ZeroMinute, Second, ZeroSecond, LongYear, Year, Pm, LowerPm, ZoneName, Offset, Fraction,
    }

    public static string MonthName(int month) => Months[month - 1];

    public static string DayName(DayOfWeek day) => Days[(int)day];

    public static string ToText(DateTimeOffset time) => Format(time, TextLayout);

    public static string Format(DateTimeOffset time, string layout)
    {
        var text = new StringBuilder();
        var rest = layout.AsSpan();
        while (rest.Length > 0)
        {
            var part = Next(rest, out var before, out var length);
            text.Append(rest[..before]);
            if (part == Part.None)
            {
                break;
            }

            AppendPart(text, time, part, rest.Slice(before, length));
            rest = rest[(before + length)..];
        }

        return text.ToString();
    }

    /// <summary>Reads a text by a layout; null when it does not fit. Parts without a zone are taken in <paramref name="zone"/>.</summary>
    public static DateTimeOffset? Parse(string layout, string value, TimeZoneInfo zone)
    {
        int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0;
        long fraction = 0;
        bool? afternoon = null;
        TimeSpan? offset = null;
        var rest = layout.AsSpan();
        var text = value.AsSpan();
        while (true)
        {
            var part = Next(rest, out var before, out var length);
            if (!text.StartsWith(rest[..before], StringComparison.Ordinal))
            {
                return null;
            }

            text = text[before..];
            if (part == Part.None)
            {
                break;
            }

            var token = rest.Slice(before, length);
            rest = rest[(before + length)..];
            var fits = part switch
            {
                Part.LongYear => Digits(ref text, 4, 4, out year),
                Part.Year => Digits(ref text, 2, 2, out year) && (year += year >= 69 ? 1900 : 2000) > 0,
                Part.LongMonth => Name(ref text, Months, whole: true, out month),
                Part.Month => Name(ref text, Months, whole: false, out month),
                Part.NumberMonth => Digits(ref text, 1, 2, out month),
                Part.ZeroMonth => Digits(ref text, 2, 2, out month),
                Part.LongDay => Name(ref text, Days, whole: true, out _),
                Part.WeekDay => Name(ref text, Days, whole: false, out _),
                Part.Day or Part.UnderDay => SkipBlank(ref text) && Digits(ref text, 1, 2, out day),
                Part.ZeroDay => Digits(ref text, 2, 2, out day),
                Part.Hour => Digits(ref text, 1, 2, out hour),
                Part.Hour12 => Digits(ref text, 1, 2, out hour),
                Part.ZeroHour12 => Digits(ref text, 2, 2, out hour),
                Part.Minute => Digits(ref text, 1, 2, out minute),
                Part.ZeroMinute => Digits(ref text, 2, 2, out minute),
                Part.Second => Digits(ref text, 1, 2, out second),
                Part.ZeroSecond => Digits(ref text, 2, 2, out second),
                Part.Pm or Part.LowerPm => HalfDay(ref text, out afternoon),
                Part.Fraction => FractionDigits(ref text, out fraction),
                Part.Offset => OffsetDigits(ref text, token, out offset),
                Part.ZoneName => ZoneNameLetters(ref text, ref offset),
                _ => false,
            };
            if (!fits)
            {
                return null;
            }

            // Go accepts a fraction after the seconds even when the layout has none.
            if (part is Part.Second or Part.ZeroSecond && text.Length > 1 && text[0] is '.' or ',' && char.IsAsciiDigit(text[1])
                && !(rest.Length > 1 && rest[0] is '.' or ','))
            {
                FractionDigits(ref text, out fraction);
            }
        }

        if (afternoon is { } isAfternoon)
        {
            hour = (hour % 12) + (isAfternoon ? 12 : 0);
        }

        if (text.Length > 0 || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return null;
        }

        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddTicks(fraction);
        return At(local, offset ?? zone.GetUtcOffset(local));
    }

    public static DateTimeOffset At(DateTime local, TimeSpan offset)
    {
        var utcTicks = local.Ticks - offset.Ticks;
        return utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks
            ? new DateTimeOffset(local.Ticks, TimeSpan.Zero)
            : new DateTimeOffset(local.Ticks, offset);
    }

    public static string DurationText(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        var ticks = Math.Abs((decimal)duration.Ticks);
        if (duration < TimeSpan.Zero)
        {
            text.Append('-');
        }

        if (ticks < TimeSpan.TicksPerSecond)
        {
            var (unit, size) = ticks < TimeSpan.TicksPerMillisecond ? ("µs", 10m) : ("ms", TimeSpan.TicksPerMillisecond);
            return text.Append((ticks / size).ToString("0.######", CultureInfo.InvariantCulture)).Append(unit).ToString();
        }

        var minutes = (long)(ticks / TimeSpan.TicksPerMinute);
        var seconds = ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond;
        if (minutes >= 60)
        {
            text.Append(minutes / 60).Append('h');
        }

        if (minutes > 0)
        {
            text.Append(minutes % 60).Append('m');
        }

        return text.Append(seconds.ToString("0.#######", CultureInfo.InvariantCulture)).Append('s').ToString();
    }

    /// <summary>Reads <c>2h45m</c>, <c>-1.5h</c>, <c>300ms</c>.</summary>
    public static TimeSpan ParseDuration(string value)
    {
        var text = value.AsSpan();
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            negative = text[0] == '-';
            text = text[1..];
        }

        if (text is "0")
        {
            return TimeSpan.Zero;
        }

        if (text.Length == 0)
        {
            throw Bad();
        }

        var total = 0m;
        while (text.Length > 0)
        {
            var digits = text.IndexOfAnyExcept(DurationDigits);
            if (digits <= 0 || digits > 20 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                throw Bad();
            }

            text = text[digits..];
            var letters = text.IndexOfAny(DurationDigits);
            var unit = letters < 0 ? text : text[..letters];
            text = text[unit.Length..];
            total += amount * unit switch
            {
                "ns" => 0.01m,
                "us" or "µs" or "μs" => 10m,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => throw Bad(),
            };
            if (total > long.MaxValue)
            {
                throw Bad();
            }
        }

        return new TimeSpan(negative ? -(long)total : (long)total);

        EvaluationException Bad() => new($"\"{value}\" is not a duration such as 48h or 1h30m");
    }

    private static void AppendPart(StringBuilder text, DateTimeOffset time, Part part, ReadOnlySpan<char> token)
    {
        var hour12 = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        _ = part switch
        {
            Part.LongMonth => text.Append(Months[time.Month - 1]),
            Part.Month => text.Append(Months[time.Month - 1].AsSpan(0, 3)),
            Part.NumberMonth => text.Append(time.Month),
            Part.ZeroMonth => Padded(text, time.Month, 2, '0'),
            Part.LongDay => text.Append(Days[(int)time.DayOfWeek]),
            Part.WeekDay => text.Append(Days[(int)time.DayOfWeek].AsSpan(0, 3)),
            Part.Day => text.Append(time.Day),
            Part.UnderDay => Padded(text, time.Day, 2, ' '),
            Part.ZeroDay => Padded(text, time.Day, 2, '0'),
            Part.UnderYearDay => Padded(text, time.DayOfYear, 3, ' '),
            Part.ZeroYearDay => Padded(text, time.DayOfYear, 3, '0'),
            Part.Hour => Padded(text, time.Hour, 2, '0'),
            Part.Hour12 => text.Append(hour12),
            Part.ZeroHour12 => Padded(text, hour12, 2, '0'),
            Part.Minute => text.Append(time.Minute),
            Part.ZeroMinute => Padded(text, time.Minute, 2, '0'),
            Part.Second => text.Append(time.Second),
            Part.ZeroSecond => Padded(text, time.Second, 2, '0'),
            Part.LongYear => Padded(text, time.Year, 4, '0'),
            Part.Year => Padded(text, time.Year % 100, 2, '0'),
            Part.Pm => text.Append(time.Hour >= 12 ? "PM" : "AM"),
            Part.LowerPm => text.Append(time.Hour >= 12 ? "pm" : "am"),
            Part.ZoneName => time.Offset == TimeSpan.Zero ? text.Append("UTC") : AppendOffset(text, time.Offset, "-0700"),
            Part.Offset => AppendOffset(text, time.Offset, token),
            Part.Fraction => AppendFraction(text, time, token),
            _ => text,
        };
    }

    private static StringBuilder Padded(StringBuilder text, int value, int width, char pad)
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        return text.Append(pad, Math.Max(0, width - digits.Length)).Append(digits);
    }

    private static StringBuilder AppendOffset(StringBuilder text, TimeSpan offset, ReadOnlySpan<char> token)
    {
        if (token[0] == 'Z' && offset == TimeSpan.Zero)
        {
            return text.Append('Z');
        }

        text.Append(offset < TimeSpan.Zero ? '-' : '+');
        offset = offset.Duration();
        Padded(text, (int)offset.TotalHours, 2, '0');
        var colon = token.Contains(':');
        if (token.Length > 3)
        {
            if (colon)
            {
                text.Append(':');
            }

            Padded(text, offset.Minutes, 2, '0');
        }

        if (token.Length > 6)
        {
            text.Append(colon ? ":" : string.Empty);
            Padded(text, offset.Seconds, 2, '0');
        }

        return text;
    }

    private static StringBuilder AppendFraction(StringBuilder text, DateTimeOffset time, ReadOnlySpan<char> token)
    {
        var width = token.Length - 1;
        var digits = ((time.Ticks % TimeSpan.TicksPerSecond) * 100).ToString("D9", CultureInfo.InvariantCulture).AsSpan();
        digits = digits[..Math.Min(width, 9)];
        if (token[1] == '9')
        {
            digits = digits.TrimEnd('0');
            return digits.Length == 0 ? text : text.Append(token[0]).Append(digits);
        }

        return text.Append(token[0]).Append(digits).Append('0', width - digits.Length);
    }

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
