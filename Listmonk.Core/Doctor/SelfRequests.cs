using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Doctor;

/// <summary>
/// Asks for pixel and redirect through the public address, as a recipient's mail client would. It only ever connects to the root URL's host
/// and port, follows no redirect and uses no proxy of the environment, so nobody can point it elsewhere without being allowed to set the root URL.
/// </summary>
internal sealed class SelfRequests(IDoctorNetwork network, ProbeTickets tickets, TimeProvider clock)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private const int MaxBody = 4096;

    private readonly IDoctorNetwork _network = network;
    private readonly ProbeTickets _tickets = tickets;
    private readonly TimeProvider _clock = clock;

    /// <param name="root">The root URL, http or https.</param>
    public async Task<ReachFacts> ExamineAsync(Uri root, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = IPAddress.TryParse(root.IdnHost.Trim('[', ']'), out var literal) ? [literal] : await _network.ResolveAsync(root.IdnHost, cancellationToken);
        }
        catch (SocketException)
        {
            addresses = [];
        }

        if (addresses.Count == 0)
        {
            return new ReachFacts();
        }

        using var session = new Session(this, root, addresses);
        return await session.ExamineAsync(cancellationToken);
    }

    /// <summary>One run: a handler of its own, so that no connection is older than the question.</summary>
    private sealed class Session : IDisposable
    {
        private readonly SelfRequests _requests;
        private readonly Uri _root;
        private readonly IReadOnlyList<IPAddress> _addresses;
        private readonly HttpClient _client;
        private readonly string _ticket;
        private CertificateFacts? _certificate;

        public Session(SelfRequests requests, Uri root, IReadOnlyList<IPAddress> addresses)
        {
            (_requests, _root, _addresses) = (requests, root, addresses);
            _ticket = requests._tickets.Issue();
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectCallback = ConnectAsync };
            handler.SslOptions.RemoteCertificateValidationCallback = Look;
            if (requests._network.TrustedRoots is { } roots)
            {
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            }

            _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxBody };
            _client.DefaultRequestHeaders.UserAgent.ParseAdd("Listmonk-doctor/1.0");
        }

        public void Dispose() => _client.Dispose();

        public async Task<ReachFacts> ExamineAsync(CancellationToken cancellationToken)
        {
            var contact = await AskAsync(HttpMethod.Get, ProbeKind.Contact, cancellationToken);
            var facts = new ReachFacts { Addresses = _addresses, Contact = contact, Certificate = _certificate };
            if (contact.Fault != SelfRequestFault.None)
            {
                return facts;
            }

            facts = facts with
            {
                Open = await AskAsync(HttpMethod.Get, ProbeKind.Open, cancellationToken),
                Link = await AskAsync(HttpMethod.Get, ProbeKind.Link, cancellationToken),
            };
            if (facts.Sighting is null)
            {
                return _root.AbsolutePath.TrimEnd('/').Length == 0
                    ? facts
                    : facts with { WithoutPrefix = await AskAsync(HttpMethod.Get, ProbeKind.Contact, cancellationToken, withPrefix: false) };
            }

            return facts with
            {
                OpenAgain = await AskAsync(HttpMethod.Get, ProbeKind.Open, cancellationToken),
                OpenHead = await AskAsync(HttpMethod.Head, ProbeKind.Open, cancellationToken),
                LinkHead = await AskAsync(HttpMethod.Head, ProbeKind.Link, cancellationToken),
                Upgrade = await AskAsync(HttpMethod.Get, ProbeKind.Contact, cancellationToken, isUpgrade: true),
            };
        }

        private async Task<SelfAnswer> AskAsync(HttpMethod method, ProbeKind kind, CancellationToken cancellationToken, bool withPrefix = true, bool isUpgrade = false)
        {
            var start = withPrefix ? _root.GetLeftPart(UriPartial.Path).TrimEnd('/') : _root.GetLeftPart(UriPartial.Authority);
            using var request = new HttpRequestMessage(method, start + ProbePaths.Of(kind, _ticket));
            if (isUpgrade)
            {
                request.Headers.Connection.Add("Upgrade");
                request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
            }

            using var limit = new CancellationTokenSource(AnswerLimit, _requests._clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            var asked = _requests._clock.GetTimestamp();
            try
            {
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                var took = _requests._clock.GetElapsedTime(asked);
                return new SelfAnswer
                {
                    Status = (int)response.StatusCode,
                    Took = took,
                    Location = Header(response, "Location"),
                    CacheControl = Header(response, "Cache-Control") ?? "",
                    Sighting = _requests._tickets.Open(_ticket, Header(response, ProbePaths.Header)),
                    HasPixel = kind == ProbeKind.Open && method == HttpMethod.Get && await IsPixelAsync(response, either.Token),
                };
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new SelfAnswer { Fault = SelfRequestFault.Timeout };
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return new SelfAnswer { Fault = Explain(exception) };
            }
        }

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            Exception? failure = null;
            foreach (var address in _addresses)
            {
                using var limit = new CancellationTokenSource(ConnectLimit, _requests._clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
                try
                {
                    return await _requests._network.ConnectAsync(address, context.DnsEndPoint.Port, either.Token);
                }
                catch (SocketException exception)
                {
                    failure ??= exception;
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    failure ??= new SocketException((int)SocketError.TimedOut);
                }
            }

            throw failure!;
        }

        /// <summary>
        /// Notes what is wrong with the certificate and goes on, because the faults behind it are worth knowing too. Nothing is at stake:
        /// a request carries a ticket that is void in two minutes, and an answer counts only if this installation sealed it.
        /// </summary>
        private bool Look(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
        {
            if (shown is X509Certificate2 certificate)
            {
                const X509ChainStatusFlags OnlyTime = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;
                _certificate = new CertificateFacts(
                    NamesOf(certificate),
                    certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
                    new DateTimeOffset(certificate.NotBefore),
                    new DateTimeOffset(certificate.NotAfter),
                    !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
                    chain?.ChainStatus.All(status => (status.Status & ~OnlyTime) == X509ChainStatusFlags.NoError) ?? false);
            }

            return shown is not null;
        }

        private static List<string> NamesOf(X509Certificate2 certificate)
        {
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).ToList();
            return names.Count > 0 ? names : [certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)];
        }

        private static async Task<bool> IsPixelAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            var buffer = new byte[PixelImage.Bytes.Length + 1];
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return buffer.AsSpan(0, length).SequenceEqual(PixelImage.Bytes.Span);
        }

        private static string? Header(HttpResponseMessage response, string name) =>
            response.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture))) : null;

        private static SelfRequestFault Explain(Exception exception) => exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => SelfRequestFault.NoTls,
            { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } } => SelfRequestFault.Timeout,
            { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => SelfRequestFault.Refused,
            { InnerException: SocketException } => SelfRequestFault.Unreachable,
            _ => SelfRequestFault.Broken,
        };
    }
}
