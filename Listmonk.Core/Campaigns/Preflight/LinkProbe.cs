using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using Listmonk.Core.Common;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Follows the links of a mail, a few at a time, to see whether they lead somewhere. Private networks are never entered.</summary>
public sealed class LinkProbe(IHttpClientFactory clients, TimeProvider clock)
{
    /// <summary>The name of the HTTP client, whose handler connects through <see cref="PublicNetwork"/> and follows no redirect itself.</summary>
    public const string ClientName = "preflight-links";

    /// <summary>More links are not tested: a mail has no more, and this must not become a tool for scanning.</summary>
    public const int MaxLinks = 100;

    public const int MaxRedirects = 5;
    private const int Parallel = 8;
    private static readonly TimeSpan TimeoutPerLink = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeoutOfAll = TimeSpan.FromSeconds(45);

    /// <summary>The answer for each address; never fails because of one.</summary>
    public async Task<IReadOnlyDictionary<string, LinkAnswer>> TestAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, LinkAnswer>(StringComparer.Ordinal);
        using var limit = new CancellationTokenSource(TimeoutOfAll, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var client = clients.CreateClient(ClientName);
        var queue = new ConcurrentQueue<string>(addresses.Distinct(StringComparer.Ordinal).Take(MaxLinks));
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(async _ =>
        {
            while (queue.TryDequeue(out var address))
            {
                answers[address] = either.IsCancellationRequested
                    ? new LinkAnswer(LinkState.NotTested, "there was no time left to test it")
                    : await TestAsync(client, new Uri(address), either.Token);
            }
        }));
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    private async Task<LinkAnswer> TestAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeoutPerLink, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await FollowAsync(client, address, either.Token);
        }
        catch (OperationCanceledException)
        {
            return new LinkAnswer(LinkState.Unreachable, $"it did not answer within {TimeoutPerLink.TotalSeconds:0} seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Explain(exception);
        }
    }

    private static async Task<LinkAnswer> FollowAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        var startsSecurely = address.Scheme == Uri.UriSchemeHttps;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            using var response = await AskAsync(client, address, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return Judge(response.StatusCode) with { EndsInsecurely = startsSecurely && address.Scheme != Uri.UriSchemeHttps };
            }

            address = location.IsAbsoluteUri ? location : new Uri(address, location);
            if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            {
                return new LinkAnswer(LinkState.Refuses, $"it leads on to an address of the kind {address.Scheme}:");
            }
        }

        return new LinkAnswer(LinkState.Broken, $"it leads on more than {MaxRedirects} times");
    }

    /// <summary>Many servers know no HEAD, or answer it wrongly; then the page itself is asked for, without reading it.</summary>
    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, address);
        var response = await client.SendAsync(head, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if ((int)response.StatusCode < 400)
        {
            return response;
        }

        response.Dispose();
        using var get = new HttpRequestMessage(HttpMethod.Get, address);
        return await client.SendAsync(get, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static LinkAnswer Judge(HttpStatusCode status) => (int)status switch
    {
        < 400 => new LinkAnswer(LinkState.Works, "works"),
        404 or 410 => new LinkAnswer(LinkState.Broken, $"the page does not exist ({(int)status})"),
        401 or 403 or 405 or 406 or 429 or 451 or 999 => new LinkAnswer(LinkState.Refuses, $"the site answers, but not to a program ({(int)status})"),
        < 500 => new LinkAnswer(LinkState.Broken, $"the site refuses the request ({(int)status})"),
        _ => new LinkAnswer(LinkState.Broken, $"the site reports an error of its own ({(int)status})"),
    };

    private static LinkAnswer Explain(Exception exception) => exception switch
    {
        PrivateNetworkException or { InnerException: PrivateNetworkException } => new LinkAnswer(LinkState.Private, "it leads into a private network, which recipients cannot reach"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } or { InnerException: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.HostNotFound } } =>
            new LinkAnswer(LinkState.Unreachable, "its domain could not be found"),
        { InnerException: AuthenticationException } or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new LinkAnswer(LinkState.Broken, "its certificate is not valid"),
        _ => new LinkAnswer(LinkState.Unreachable, "it could not be reached"),
    };
}
