using System.Globalization;
using System.Text;
using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

// Lengths of time, as 1h15m30.5s.
internal static partial class GoTime
{
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
}
