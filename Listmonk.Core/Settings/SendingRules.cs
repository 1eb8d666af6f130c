using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>What limits and routes of the sending must look like.</summary>
internal static class SendingRules
{
    private const string LimitsField = "app.domain_limits";

    public static IEnumerable<FieldError> Check(IReadOnlyList<DomainLimit> limits)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var limit in limits)
        {
            if (limit.Domains.Count == 0)
            {
                yield return new FieldError(LimitsField, "A limit needs a domain such as example.com, or * for each other domain.");
            }

            foreach (var domain in limit.Domains)
            {
                if (domain != DomainLimit.Any && !IsDomain(domain))
                {
                    yield return new FieldError(LimitsField, $"'{domain}' is no domain; write example.com, or * for each other domain.");
                }
                else if (!seen.Add(domain))
                {
                    yield return new FieldError(LimitsField, $"{domain} stands in two limits.");
                }
            }

            if (limit.PerMinute is < 0 or > 10_000_000 || limit.AtOnce is < 0 or > 10_000)
            {
                yield return new FieldError(LimitsField, "A limit lies between 0 (none) and 10,000,000 messages a minute, and 10,000 at once.");
            }
            else if (limit is { PerMinute: 0, AtOnce: 0 })
            {
                yield return new FieldError(LimitsField, $"The limit for {string.Join(", ", limit.Domains)} limits nothing: give messages a minute, or how many at once.");
            }
        }
    }

    /// <summary>An address, or a domain with or without @ before it.</summary>
    public static bool IsSender(string text) =>
        text.Trim().TrimStart('@') is var sender && (sender.Contains('@', StringComparison.Ordinal) ? EmailAddress.TryNormalize(sender, out _) : IsDomain(sender));

    private static bool IsDomain(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns;
}
