using System.Globalization;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Sprig's dates. The only clock is that of the context.</summary>
internal static class DateFunctions
{
    private const string HtmlLayout = "2006-01-02";
    private static readonly string[] TextLayouts = ["2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", HtmlLayout];

    public static readonly TemplateFunction[] All =
    [
        new("now", 0, 0, static (state, _) => state.Context.Clock.GetLocalNow()),
        new("date", 2, 2, static (state, arguments) => GoTime.Format(Local(state, Time(state, arguments[1])), Arguments.Text(arguments[0]))),
        new("htmlDate", 1, 1, static (state, arguments) => GoTime.Format(Local(state, Time(state, arguments[0])), HtmlLayout)),
        .. Both("dateInZone", "date_in_zone", 3, static (state, arguments) => GoTime.Format(InZone(Time(state, arguments[1]), Arguments.Text(arguments[2])), Arguments.Text(arguments[0]))),
        new("htmlDateInZone", 2, 2, static (state, arguments) => GoTime.Format(InZone(Time(state, arguments[0]), Arguments.Text(arguments[1])), HtmlLayout)),
        .. Both("dateModify", "date_modify", 2, static (state, arguments) => TimeMembers.Shift(Time(state, arguments[1]), GoTime.ParseDuration(Arguments.Text(arguments[0])))),
        .. Both("mustDateModify", "must_date_modify", 2, static (state, arguments) => TimeMembers.Shift(Time(state, arguments[1]), GoTime.ParseDuration(Arguments.Text(arguments[0])))),
        new("toDate", 2, 2, static (state, arguments) => Parse(state, arguments) ?? DateTimeOffset.MinValue),
        new("mustToDate", 2, 2, static (state, arguments) => Parse(state, arguments) ?? throw new EvaluationException($"\"{Arguments.Text(arguments[1])}\" is not a date of the form \"{Arguments.Text(arguments[0])}\"")),
        new("ago", 1, 1, static (state, arguments) =>
        {
            var passed = state.Context.Clock.GetUtcNow() - Time(state, arguments[0]);
            return GoTime.DurationText(TimeSpan.FromSeconds(Math.Round(passed.TotalSeconds, MidpointRounding.AwayFromZero)));
        }),
        new("duration", 1, 1, static (_, arguments) => GoTime.DurationText(new TimeSpan(Math.Clamp(Arguments.AsWhole(arguments[0]), -900_000_000_000, 900_000_000_000) * TimeSpan.TicksPerSecond))),
        new("durationRound", 1, 1, static (state, arguments) => Rounded(state, arguments[0])),
        new("unixEpoch", 1, 1, static (state, arguments) => Time(state, arguments[0]).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
    ];

    private static TemplateFunction[] Both(string name, string alias, int count, FunctionBody body) => [new(name, count, count, body), new(alias, count, count, body)];

    /// <summary>Numbers are Unix seconds; texts are read when they look like ISO dates (Sprig would silently take the present).</summary>
    private static DateTimeOffset Time(RenderState state, object? value)
    {
        switch (value)
        {
            case DateTimeOffset time:
                return time;
            case RecordedTime recorded when recorded.TryGetMember("Time", out var at) && at is DateTimeOffset time:
                return time;
            case long or double when Arguments.AsWhole(value) is > -62_000_000_000 and < 253_000_000_000 and var seconds:
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            case string text:
                foreach (var layout in TextLayouts)
                {
                    if (GoTime.Parse(layout, text, state.Context.Clock.LocalTimeZone) is { } parsed)
                    {
                        return parsed;
                    }
                }

                break;
        }

        throw new EvaluationException($"a time is required, not a {Value.Describe(value)}; use toDate");
    }

    private static DateTimeOffset? Parse(RenderState state, ReadOnlySpan<object?> arguments)
        => GoTime.Parse(Arguments.Text(arguments[0]), Arguments.Text(arguments[1]), state.Context.Clock.LocalTimeZone);

    private static DateTimeOffset Local(RenderState state, DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, state.Context.Clock.LocalTimeZone);

    private static DateTimeOffset InZone(DateTimeOffset time, string zone)
    {
        // An unknown zone is UTC, as in Sprig.
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone is "" ? "UTC" : zone, out var found) ? TimeZoneInfo.ConvertTime(time, found) : time.ToUniversalTime();
    }

    private static string Rounded(RenderState state, object? value)
    {
        var duration = value switch
        {
            TimeSpan given => given,
            string text => GoTime.ParseDuration(text),
            DateTimeOffset time => state.Context.Clock.GetUtcNow() - time,
            _ => new TimeSpan(Arguments.AsWhole(value) / 100),
        };
        var seconds = Math.Abs(duration.TotalSeconds);
        var sign = duration < TimeSpan.Zero ? "-" : string.Empty;
        foreach (var (unit, size) in ((string Unit, double Size)[])[("y", 365 * 86_400d), ("mo", 30 * 86_400d), ("d", 86_400d), ("h", 3600d), ("m", 60d), ("s", 1d)])
        {
            if (seconds >= size)
            {
                return sign + Math.Floor(seconds / size).ToString("F0", CultureInfo.InvariantCulture) + unit;
            }
        }

        return "0s";
    }
}
