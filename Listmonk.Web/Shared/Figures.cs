namespace Listmonk.Web.Shared;

/// <summary>Numbers as pages show them: thousands separated, rates with one decimal, 'n/a' where nothing was measured.</summary>
public static class Figures
{
    public static string NotAvailable => T["n/a"];

    public static string Number(long value) => value.ToString("N0", T.Culture);

    /// <summary>Null means not measured, for example because tracking was off; never shown as 0.</summary>
    public static string Number(long? value) => value is { } number ? Number(number) : NotAvailable;

    /// <param name="ratio">1 is 100 %.</param>
    public static string Percent(double? ratio) =>
        ratio is { } value && double.IsFinite(value) ? (value * 100).ToString("N1", T.Culture) + "%" : NotAvailable;

    /// <summary>The part as a share of the whole; of nothing there is no share.</summary>
    public static string Percent(long part, long whole) => Percent(whole == 0 ? null : (double)part / whole);

    /// <summary>Short form for tight places: 950, 12.3k, 4.1M.</summary>
    public static string Compact(long value) => Math.Abs(value) switch
    {
        < 10_000 => Number(value),
        < 1_000_000 => Scaled(value, 1e3, "k"),
        < 1_000_000_000 => Scaled(value, 1e6, "M"),
        _ => Scaled(value, 1e9, "B"),
    };

    /// <summary>A number with its noun: <c>1 list</c>, <c>3 lists</c>.</summary>
    public static string Count(long value, string singular, string? plural = null) =>
        T.Count(value, singular, plural);

    /// <summary>The day of a chart's axis, with the hour where it has one.</summary>
    public static string Day(DateTime day, bool hasHour = false)
    {
        var text = T.IsEnglish ? day.ToString("d MMM", T.Culture) : day.ToString(T.Culture.DateTimeFormat.MonthDayPattern, T.Culture);
        return hasHour ? text + day.ToString(" HH:mm", T.Culture) : text;
    }

    /// <summary>The two leading units of a duration: <c>2d 3h</c>, <c>5m 10s</c>, <c>8s</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            duration = TimeSpan.Zero;
        }

        var parts = new (int Amount, string Text)[]
        {
            ((int)duration.TotalDays, T["{0}d", (int)duration.TotalDays]), (duration.Hours, T["{0}h", duration.Hours]), (duration.Minutes, T["{0}m", duration.Minutes]), (duration.Seconds, T["{0}s", duration.Seconds]),
        };
        var text = string.Join(" ", parts.SkipWhile(part => part.Amount == 0).Take(2).Where(part => part.Amount > 0).Select(part => part.Text));
        return text.Length == 0 ? T["{0}s", 0] : text;
    }

    public static string Bytes(long value) => value switch
    {
        < 1024 => $"{Number(value)} B",
        < 1024 * 1024 => Scaled(value, 1024, " KB"),
        < 1024L * 1024 * 1024 => Scaled(value, 1024 * 1024, " MB"),
        _ => Scaled(value, 1024L * 1024 * 1024, " GB"),
    };

    private static string Scaled(long value, double unit, string suffix) => (value / unit).ToString("N1", T.Culture) + suffix;
}
