using System.Collections.Frozen;
using System.Globalization;
using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Core.Bounces.Receivers;

/// <summary>Who takes mail for many domains, and how many complaints they put up with.</summary>
/// <param name="Target">The share of complaints to stay below, 1 being all; zero when none is published.</param>
/// <param name="Limit">The share never to reach; zero when none is published.</param>
/// <param name="Advice">Where the receiver shows its own figures.</param>
public sealed record Receiver(string Name, double Target, double Limit, string Advice)
{
    private static readonly FrozenDictionary<string, Receiver> ByDomain;
    private static readonly (string Start, Receiver Receiver)[] ByStart;
    private static readonly FrozenDictionary<string, Receiver> ByName;

    static Receiver()
    {
        var whole = new Dictionary<string, Receiver>(StringComparer.Ordinal);
        var starts = new List<(string, Receiver)>();
        foreach (var row in RuleFile.Read("receivers.tsv", 5))
        {
            var receiver = new Receiver(row[0], Share(row[1]), Share(row[2]), row[4]);
            foreach (var domain in row[3].Split('|'))
            {
                if (domain.EndsWith('*'))
                {
                    starts.Add((domain[..^1], receiver));
                }
                else
                {
                    whole[domain] = receiver;
                }
            }
        }

        ByName = whole.Values.Distinct().ToFrozenDictionary(receiver => receiver.Name, StringComparer.Ordinal);
        (ByDomain, ByStart) = (whole.ToFrozenDictionary(StringComparer.Ordinal), [.. starts]);
    }

    /// <summary>The large receiver behind a domain in lower case, or the domain as a receiver of its own.</summary>
    public static Receiver Of(string domain)
    {
        if (ByDomain.TryGetValue(domain, out var whole))
        {
            return whole;
        }

        foreach (var (start, receiver) in ByStart)
        {
            // yahoo.co.uk, but not yahoo.example.com: an ending has two parts of at most three letters.
            if (domain.StartsWith(start, StringComparison.Ordinal) && domain.AsSpan(start.Length) is { Length: > 1 and <= 7 } ending && ending.Count('.') <= 1 && ending.IndexOf('.') is < 4)
            {
                return receiver;
            }
        }

        return new Receiver(domain, 0, 0, "");
    }

    /// <summary>The receiver of that name; a domain is its own.</summary>
    public static Receiver Named(string name) => ByName.GetValueOrDefault(name) ?? new Receiver(name, 0, 0, "");

    private static double Share(string percent) => double.Parse(percent, NumberStyles.Float, CultureInfo.InvariantCulture) / 100;
}
