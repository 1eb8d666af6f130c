namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Fetches what Amazon SNS points to: certificates and confirmations. Only ever asked for addresses that <see cref="SnsMessage"/> found to be Amazon's.</summary>
public interface ISnsFetcher
{
    /// <exception cref="HttpRequestException">It cannot be had.</exception>
    Task<string> FetchAsync(Uri address, CancellationToken cancellationToken);
}

/// <summary>Fetches from Amazon over HTTPS: no redirects, few bytes, few seconds.</summary>
internal sealed class SnsFetcher(IHttpClientFactory clients) : ISnsFetcher
{
    public const string ClientName = "sns";

    public async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        return await client.GetStringAsync(address, cancellationToken);
    }
}
