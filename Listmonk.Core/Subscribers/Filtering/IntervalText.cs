using System.Globalization;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>A span as SQL's INTERVAL has it: calendar months and a fixed rest.</summary>
internal sealed partial record IntervalText(int Months, TimeSpan Rest)
{
    public DateTimeOffset AddTo(DateTimeOffset time) => time.AddMonths(Months) + Rest;

    public IntervalText Negate() => new(-Months, -Rest);

    public static IntervalText Parse(string text, int at)
    {
        var months = 0;
        var rest = TimeSpan.Zero;
        var matches = Part().Matches(text);
        if (matches.Count == 0 || Part().Replace(text, "").Trim(' ', ',').Length > 0)
        {
            throw new ExpressionException($"'{text}' is no interval; write for example INTERVAL '30 days'", at);
        }

        foreach (Match match in matches)
        {
            if (!double.TryParse(match.Groups["number"].Value, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > 1_000_000)
            {
                throw new ExpressionException($"'{match.Value}' is too long an interval", at);
            }

            switch (match.Groups["unit"].Value.ToLowerInvariant().TrimEnd('s'))
            {
                case "year" or "yr" or "y":
                    months += (int)(number * 12);
                    break;
                case "month" or "mon":
                    months += (int)number;
                    break;
                case "week" or "w":
                    rest += TimeSpan.FromDays(number * 7);
                    break;
                case "day" or "d":
                    rest += TimeSpan.FromDays(number);
                    break;
                case "hour" or "hr" or "h":
                    rest += TimeSpan.FromHours(number);
                    break;
                case "minute" or "min" or "m":
                    rest += TimeSpan.FromMinutes(number);
                    break;
                case "second" or "sec":
                    rest += TimeSpan.FromSeconds(number);
                    break;
                case "millisecond" or "msec":
                    rest += TimeSpan.FromMilliseconds(number);
                    break;
                default:
                    throw new ExpressionException($"'{match.Groups["unit"].Value}' is no unit of time", at);
            }
        }

        return Math.Abs(months) > 12_000 ? throw new ExpressionException("the interval is too long", at) : new IntervalText(months, rest);
    }

    [GeneratedRegex(@"(?<number>[-+]?\d+(\.\d+)?)\s*(?<unit>[A-Za-z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
