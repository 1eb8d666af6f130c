using System.Collections.Frozen;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>One reason why a mail came back, in plain words.</summary>
/// <param name="Name">As stored and as the API shows it.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record BounceReason(string Name, BounceClass Class, string Title, string Explanation, string Advice);

/// <summary>The catalogue of reasons, read from <c>Rules/reasons.tsv</c>.</summary>
public static class BounceReasons
{
    public const string Undefined = "undefined";

    private static readonly FrozenDictionary<string, BounceReason> ByName = RuleFile.Read("reasons.tsv", 5)
        .Select(row => new BounceReason(row[0], BounceClassText.Parse(row[1]), row[2], row[3], row[4]))
        .ToFrozenDictionary(reason => reason.Name, StringComparer.Ordinal);

    public static IEnumerable<BounceReason> All => ByName.Values;

    /// <summary>The reason of that name; an unknown name (of an older version, or a source of its own) reads as undefined.</summary>
    public static BounceReason Of(string? name) => ByName.GetValueOrDefault(name ?? "") ?? ByName[Undefined];

    internal static bool IsKnown(string name) => ByName.ContainsKey(name);
}
