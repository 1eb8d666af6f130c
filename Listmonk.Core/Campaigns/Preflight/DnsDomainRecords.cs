using DnsClient;
using Listmonk.Core.Messengers.Dkim;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Asks the name servers of this machine; answers are kept for as long as they say, a failure to reach them for a minute.</summary>
internal sealed class DnsDomainRecords(TimeProvider clock) : IDomainRecords, ITextRecords
{
    /// <summary>The selectors of large providers and of common mail servers.</summary>
    private static readonly string[] Selectors =
    [
        "default", "dkim", "mail", "email", "smtp", "key1", "key2", "k1", "k2", "k3", "s1", "s2", "s1024", "s2048", "selector1", "selector2", "google", "mandrill", "mailjet",
        "mx", "pm", "pic", "sendgrid", "smtpapi", "sig1", "zoho", "zmail", "fm1", "fm2", "fm3", "protonmail", "protonmail2", "scph0316", "brevo1", "brevo2",
        "litesrv", "everlytickey1", "cm", "dk", "mta", "turbo-smtp",
    ];

    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FailureIsKept = TimeSpan.FromMinutes(1);
    private LookupClient? _client;
    private DateTimeOffset _failedUntil;

    public Task<DomainRecords?> ReadAsync(string domain, CancellationToken cancellationToken) =>
        AskAsync(client => ReadAsync(client, domain, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<string>?> ReadTextsAsync(string name, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<string>>(
        async client =>
        {
            var answer = await client.QueryAsync(name, QueryType.TXT, QueryClass.IN, cancellationToken);
            return answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain ? null : [.. Texts(answer)];
        },
        cancellationToken);

    private async Task<T?> AskAsync<T>(Func<LookupClient, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (clock.GetUtcNow() < _failedUntil)
        {
            return null;
        }

        try
        {
            _client ??= new LookupClient(new LookupClientOptions { Timeout = QueryTimeout, Retries = 1, UseCache = true, ThrowDnsErrors = false });
            return await ask(_client);
        }
        catch (Exception exception) when (exception is DnsResponseException or System.Net.Sockets.SocketException or InvalidOperationException or ArgumentException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _failedUntil = clock.GetUtcNow() + FailureIsKept;
            return null;
        }
    }

    private static async Task<DomainRecords?> ReadAsync(LookupClient client, string domain, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(domain, QueryType.TXT, QueryClass.IN, cancellationToken);
        if (answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain)
        {
            return null;
        }

        var keys = Selectors.Select(async selector => (Selector: selector, Texts: await TextsAsync(client, $"{selector}._domainkey.{domain}", cancellationToken))).ToList();
        var dmarc = await DmarcAsync(client, domain, cancellationToken);
        var found = await Task.WhenAll(keys);
        return new DomainRecords
        {
            Domain = domain,
            Exists = !answer.HasError,
            Spf = [.. Texts(answer).Where(text => text.StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase))],
            DkimSelectors = [.. found.Where(key => key.Texts.Exists(IsKey)).Select(key => key.Selector)],
            Dmarc = dmarc,
        };
    }

    /// <summary>A subdomain without a record of its own is under that of the organisation (RFC 7489 §6.6.3); each parent is asked, nearest first.</summary>
    private static async Task<string?> DmarcAsync(LookupClient client, string domain, CancellationToken cancellationToken)
    {
        for (var name = domain; name.Contains('.', StringComparison.Ordinal); name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if ((await TextsAsync(client, $"_dmarc.{name}", cancellationToken)).Find(text => text.StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase)) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    /// <summary>A key with an empty <c>p=</c> was withdrawn (RFC 6376 §3.6.1).</summary>
    private static bool IsKey(string text) =>
        text.Split(';', StringSplitOptions.TrimEntries).Any(part => part.StartsWith("p=", StringComparison.OrdinalIgnoreCase) && part.Length > 2);

    private static async Task<List<string>> TextsAsync(LookupClient client, string name, CancellationToken cancellationToken) =>
        [.. Texts(await client.QueryAsync(name, QueryType.TXT, QueryClass.IN, cancellationToken))];

    private static IEnumerable<string> Texts(IDnsQueryResponse answer) => answer.Answers.TxtRecords().Select(record => string.Concat(record.Text));
}
