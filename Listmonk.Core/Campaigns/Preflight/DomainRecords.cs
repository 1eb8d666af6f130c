namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>What the DNS says about a domain that sends mail.</summary>
public sealed record DomainRecords
{
    public required string Domain { get; init; }

    /// <summary>False when the DNS knows no such domain.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>The TXT records that begin with <c>v=spf1</c>; more than one is an error (RFC 7208 §4.5).</summary>
    public IReadOnlyList<string> Spf { get; init; } = [];

    /// <summary>The selectors under which a DKIM key was found. Only usual ones can be asked for: the DNS does not list them.</summary>
    public IReadOnlyList<string> DkimSelectors { get; init; } = [];

    /// <summary>The DMARC record of the domain, or of the domain above it; null when there is none.</summary>
    public string? Dmarc { get; init; }
}
