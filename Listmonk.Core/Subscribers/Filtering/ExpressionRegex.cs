using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>Regular expressions of people: linear in time, and compiled once.</summary>
internal static class ExpressionRegex
{
    private const int MaxKept = 100;
    private static readonly ConcurrentDictionary<(string Pattern, bool IgnoresCase), Regex> Kept = new();

    public static bool IsValid(string pattern)
    {
        try
        {
            Get(pattern, ignoresCase: false);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    public static bool IsMatch(string text, string pattern, bool ignoresCase) => Get(pattern, ignoresCase).IsMatch(text);

    private static Regex Get(string pattern, bool ignoresCase)
    {
        if (Kept.Count > MaxKept)
        {
            Kept.Clear();
        }

        return Kept.GetOrAdd(
            (pattern, ignoresCase),
            static key => new Regex(
                key.Pattern,
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (key.IgnoresCase ? RegexOptions.IgnoreCase : RegexOptions.None),
                TimeSpan.FromSeconds(1)));
    }
}
