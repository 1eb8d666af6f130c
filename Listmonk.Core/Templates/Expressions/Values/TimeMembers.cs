using Listmonk.Core.Templates.Expressions.Evaluation;

namespace Listmonk.Core.Templates.Expressions.Values;

/// <summary>The methods of times and durations: <c>.CreatedAt.Time.Format "2006"</c>, <c>.AddDate 1 0 0</c>, <c>.Hours</c>.</summary>
internal static class TimeMembers
{
    public static object? Call(object target, string name, ReadOnlySpan<object?> arguments)
        => target is DateTimeOffset time ? OfTime(time, name, arguments) : OfDuration((TimeSpan)target, name, arguments);

    private static object? OfTime(DateTimeOffset time, string name, ReadOnlySpan<object?> arguments)
    {
        switch (name, arguments.Length)
        {
            case ("Format", 1): return GoTime.Format(time, Text(arguments[0]));
            case ("String", 0): return GoTime.ToText(time);
            case ("Year", 0): return (long)time.Year;
            case ("Month", 0): return new NamedNumber(time.Month, GoTime.MonthName(time.Month));
            case ("Day", 0): return Value.Whole(time.Day);
            case ("Weekday", 0): return new NamedNumber((long)time.DayOfWeek, GoTime.DayName(time.DayOfWeek));
            case ("YearDay", 0): return (long)time.DayOfYear;
            case ("Hour", 0): return Value.Whole(time.Hour);
            case ("Minute", 0): return Value.Whole(time.Minute);
            case ("Second", 0): return Value.Whole(time.Second);
            case ("Nanosecond", 0): return time.Ticks % TimeSpan.TicksPerSecond * 100;
            case ("Unix", 0): return time.ToUnixTimeSeconds();
            case ("UnixMilli", 0): return time.ToUnixTimeMilliseconds();
            case ("UTC", 0): return time.ToUniversalTime();
            case ("Local", 0): return time;
            case ("IsZero", 0): return Value.Bool(time.UtcTicks == 0);
            case ("Before", 1): return Value.Bool(time < Time(arguments[0]));
            case ("After", 1): return Value.Bool(time > Time(arguments[0]));
            case ("Equal", 1): return Value.Bool(time == Time(arguments[0]));
            case ("Sub", 1): return time - Time(arguments[0]);
            case ("Add", 1): return Shift(time, arguments[0] is TimeSpan span ? span : throw Wrong(name));
            case ("AddDate", 3):
                if (Value.TryWhole(arguments[0], out var years) && Value.TryWhole(arguments[1], out var months) && Value.TryWhole(arguments[2], out var days))
                {
                    return AddDate(time, years, months, days);
                }

                throw Wrong(name);
            default:
                throw new EvaluationException($"a time has no method {name} with {arguments.Length} arguments");
        }
    }

    public static DateTimeOffset Shift(DateTimeOffset time, TimeSpan by)
    {
        try
        {
            return time + by;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new EvaluationException("the time leaves the years 1 to 9999");
        }
    }

    private static object? OfDuration(TimeSpan duration, string name, ReadOnlySpan<object?> arguments) => (name, arguments.Length) switch
    {
        ("String", 0) => GoTime.DurationText(duration),
        ("Hours", 0) => duration.TotalHours,
        ("Minutes", 0) => duration.TotalMinutes,
        ("Seconds", 0) => duration.TotalSeconds,
        ("Milliseconds", 0) => (long)duration.TotalMilliseconds,
        _ => throw new EvaluationException($"a duration has no method {name} with {arguments.Length} arguments"),
    };

    // Go keeps the day and lets it run over: 29 February plus a year is 1 March.
    private static DateTimeOffset AddDate(DateTimeOffset time, long years, long months, long days)
    {
        if (Math.Abs(years) > 10_000 || Math.Abs(months) > 120_000 || Math.Abs(days) > 4_000_000)
        {
            throw new EvaluationException("the time leaves the years 1 to 9999");
        }

        try
        {
            var firstOfMonth = new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths((int)((years * 12) + months));
            return GoTime.At(firstOfMonth.AddDays(time.Day - 1 + days) + time.TimeOfDay, time.Offset);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new EvaluationException("the time leaves the years 1 to 9999");
        }
    }

    private static string Text(object? value) => Value.TryText(value, out var text) ? text : throw new EvaluationException("Format takes a layout as text");

    private static DateTimeOffset Time(object? value) => value is DateTimeOffset time ? time : throw new EvaluationException("a time is required");

    private static EvaluationException Wrong(string name) => new($"wrong kind of argument for {name}");
}
