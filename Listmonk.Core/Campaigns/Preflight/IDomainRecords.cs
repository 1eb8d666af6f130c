namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Asks the DNS about domains that send mail.</summary>
public interface IDomainRecords
{
    /// <returns>Null when the DNS cannot be reached.</returns>
    Task<DomainRecords?> ReadAsync(string domain, CancellationToken cancellationToken);
}
