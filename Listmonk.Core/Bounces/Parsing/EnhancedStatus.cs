namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Says in words what an enhanced status code stands for (RFC 3463, RFC 5248 and its registry), whatever a server means by it.</summary>
public static class EnhancedStatus
{
    private static readonly Dictionary<string, string> Words =
        RuleFile.Read("codes.tsv", 2).ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);

    /// <param name="status">Such as <c>5.1.1</c>.</param>
    /// <returns>Such as "permanent: bad destination mailbox address"; empty for what is no code.</returns>
    public static string Describe(string status)
    {
        var numbers = status.Split('.');
        if (numbers.Length != 3)
        {
            return "";
        }

        var kind = numbers[0] switch { "2" => "success", "4" => "temporary", "5" => "permanent", _ => null };
        var words = Words.GetValueOrDefault($"{numbers[1]}.{numbers[2]}") ?? Words.GetValueOrDefault($"{numbers[1]}.*");
        return kind is null ? "" : words is null ? kind : $"{kind}: {words}";
    }
}
