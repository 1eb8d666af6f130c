using System.Buffers;
using System.Globalization;
using System.Text;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>Dates and durations in the notation of Go: layouts are written as the moment Mon Jan 2 15:04:05 MST 2006.</summary>
internal static partial class GoTime
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
}
