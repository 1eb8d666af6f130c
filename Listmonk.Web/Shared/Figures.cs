using System.Globalization;

namespace Listmonk.Web.Shared;

/// <summary>Numbers as pages show them: thousands separated, rates with one decimal, 'n/a' where nothing was measured.</summary>
public static class Figures
{
    public const string NotAvailable = "n/a";

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Null means not measured, for example because tracking was off; never shown as 0.</summary>
    public static string Number(long? value) => value is { } number ? Number(number) : NotAvailable;

    /// <param name="ratio">1 is 100 %.</param>
    public static string Percent(double? ratio) =>
        ratio is { } value && double.IsFinite(value) ? (value * 100).ToString("N1", CultureInfo.InvariantCulture) + "%" : NotAvailable;

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
        $"{Number(value)} {(value == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>The two leading units of a duration: <c>2d 3h</c>, <c>5m 10s</c>, <c>8s</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            duration = TimeSpan.Zero;
        }

        var parts = new (int Amount, string Unit)[] { ((int)duration.TotalDays, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s") };
        var text = string.Join(" ", parts.SkipWhile(part => part.Amount == 0).Take(2).Where(part => part.Amount > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Amount}{part.Unit}")));
        return text.Length == 0 ? "0s" : text;
    }

    public static string Bytes(long value) => value switch
    {
        < 1024 => $"{Number(value)} B",
        < 1024 * 1024 => Scaled(value, 1024, " KB"),
        < 1024L * 1024 * 1024 => Scaled(value, 1024 * 1024, " MB"),
        _ => Scaled(value, 1024L * 1024 * 1024, " GB"),
    };

    private static string Scaled(long value, double unit, string suffix) => (value / unit).ToString("N1", CultureInfo.InvariantCulture) + suffix;
}
