using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Amazon's signing certificates, fetched once each.</summary>
internal sealed class SnsCertificates(ISnsFetcher fetcher, TimeProvider clock) : IDisposable
{
    /// <summary>Amazon has one a region and renews it yearly; anything beyond is somebody playing.</summary>
    private const int Most = 50;

    private readonly ConcurrentDictionary<Uri, X509Certificate2> _known = [];

    /// <summary>Null when it cannot be had or does not hold now.</summary>
    public async Task<X509Certificate2?> FindAsync(Uri address, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(address, out var certificate))
        {
            if (_known.Count >= Most)
            {
                return null;
            }

            try
            {
                certificate = _known.GetOrAdd(address, X509Certificate2.CreateFromPem(await fetcher.FetchAsync(address, cancellationToken)));
            }
            catch (Exception exception) when (exception is HttpRequestException or CryptographicException or ArgumentException)
            {
                return null;
            }
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime() ? certificate : null;
    }

    public void Dispose()
    {
        foreach (var certificate in _known.Values)
        {
            certificate.Dispose();
        }
    }
}
