using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Listmonk.Bench.Load;

/// <summary>The product's HTTP API, as far as the scenarios need it.</summary>
internal sealed class ServerApi : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client;

    public ServerApi(Uri url, string user, string token)
    {
        _client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{user}:{token}");
    }

    /// <summary>Whether the server is up.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Fetches an address and drops the answer, which must be a success.</summary>
    public async Task FetchAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    /// <summary>How many subscribers there are.</summary>
    public async Task<int> CountSubscribersAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/api/subscribers?per_page=1", cancellationToken)).GetProperty("total").GetInt32();

    /// <summary>Uploads so many new people to new lists, each to all of them, and waits until they are in.</summary>
    /// <returns>The last list's id.</returns>
    public async Task<int> ImportAsync(int rows, CancellationToken cancellationToken, int lists = 1)
    {
        var tag = Guid.NewGuid().ToString("N")[..8];
        var ids = new List<int>();
        while (ids.Count < lists)
        {
            var list = await SendAsync(HttpMethod.Post, "/api/lists", new { name = $"bench {tag}", type = "public", optin = "single", tags = Array.Empty<string>() }, cancellationToken);
            ids.Add(list.GetProperty("id").GetInt32());
        }

        var request = new
        {
            mode = "subscribe",
            subscription_status = "confirmed",
            delim = ",",
            lists = ids,
            overwrite_userinfo = true,
            overwrite_subscription_status = true,
        };
        using var upload = new MultipartFormDataContent();
        upload.Add(JsonContent.Create(request), "params");
        upload.Add(new PeopleCsv(rows, tag), "file", "people.csv");
        await SendContentAsync(HttpMethod.Post, "/api/import/subscribers", upload, cancellationToken);

        var status = await PollAsync("/api/import/subscribers", state => state != "importing", cancellationToken);
        var imported = status.GetProperty("imported").GetInt32();
        return imported == rows ? ids[^1] : throw new InvalidOperationException($"Of {rows} rows {imported} were imported.");
    }

    /// <summary>Saves a segment.</summary>
    /// <returns>Its id.</returns>
    public async Task<int> CreateSegmentAsync(string expression, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, "/api/segments", new { name = $"bench {Guid.NewGuid():N}", expression }, cancellationToken)).GetProperty("id").GetInt32();

    /// <summary>Sends through the sinks, as fast as it goes, with individual tracking; no number of errors pauses a campaign.</summary>
    public Task SendThroughAsync(IReadOnlyList<SmtpSink> sinks, int connections, int rate, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "/api/settings", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["app.root_url"] = _client.BaseAddress!,
            ["app.concurrency"] = Math.Min(connections, 50),
            ["app.message_rate"] = rate,
            ["app.max_send_errors"] = 0,
            ["privacy.individual_tracking"] = true,
            ["smtp"] = sinks.Select(sink => new
            {
                enabled = true,
                host = "127.0.0.1",
                port = sink.Port,
                auth_protocol = "none",
                tls_type = "none",
                max_conns = connections,
                max_msg_retries = 2,
                idle_timeout = "15s",
                wait_timeout = "5s",
            }),
        }, cancellationToken);

    /// <summary>Writes a campaign of the newsletter to the list.</summary>
    /// <returns>The campaign's id.</returns>
    public async Task<int> CreateCampaignAsync(int listId, CancellationToken cancellationToken)
    {
        var campaign = await SendAsync(HttpMethod.Post, "/api/campaigns", new
        {
            name = "The garden letter",
            subject = Newsletter.Subject,
            lists = new[] { listId },
            from_email = "The garden <garden@example.org>",
            type = "regular",
            content_type = "html",
            messenger = "email",
            body = Newsletter.Html,
        }, cancellationToken);
        return campaign.GetProperty("id").GetInt32();
    }

    public async Task<int> LastCampaignAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/api/campaigns?no_body=true&per_page=1&order_by=created_at&order=desc", cancellationToken)).GetProperty("results")[0].GetProperty("id").GetInt32();

    /// <summary>Whether the campaign's breakdown was counted; asking starts that.</summary>
    public async Task<bool> HasBreakdownAsync(int campaignId, CancellationToken cancellationToken) =>
        (await GetAsync($"/api/campaigns/{campaignId}/report", cancellationToken)).GetProperty("breakdown").ValueKind == JsonValueKind.Object;

    public Task TrackIndividuallyAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "/api/settings", new Dictionary<string, object>(StringComparer.Ordinal) { ["privacy.individual_tracking"] = true }, cancellationToken);

    public Task StartCampaignAsync(int campaignId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"/api/campaigns/{campaignId}/status", new { status = "running" }, cancellationToken);

    /// <summary>Waits until the campaign does not run any more.</summary>
    /// <returns>Its state and the number of messages it counts as sent.</returns>
    public async Task<(string Status, int Sent)> WhenEndedAsync(int campaignId, CancellationToken cancellationToken)
    {
        var campaign = await PollAsync($"/api/campaigns/{campaignId}?no_body=true", state => state != "running", cancellationToken);
        return (campaign.GetProperty("status").GetString()!, campaign.GetProperty("sent").GetInt32());
    }

    /// <summary>Has all hits judged again by the rules of today, and waits.</summary>
    public async Task<(long Judged, long Changed)> JudgeAgainAsync(CancellationToken cancellationToken)
    {
        var state = await SendAsync(HttpMethod.Post, "/api/tracking/rejudge", new { }, cancellationToken);
        while (state.GetProperty("is_running").GetBoolean())
        {
            await Task.Delay(Step, TimeProvider.System, cancellationToken);
            state = await GetAsync("/api/tracking/rejudge", cancellationToken);
        }

        return (state.GetProperty("judged").GetInt64(), state.GetProperty("changed").GetInt64());
    }

    /// <summary>The campaign's ledger: each address with its state and the server's last code.</summary>
    public async Task<IReadOnlyList<(string Email, string Status, int Code)>> ReadLedgerAsync(int campaignId, CancellationToken cancellationToken)
    {
        var csv = await _client.GetStringAsync(new Uri($"/api/campaigns/{campaignId}/deliveries/export", UriKind.Relative), cancellationToken);
        return [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).Select(fields => (fields[1], fields[3], int.TryParse(fields[7], CultureInfo.InvariantCulture, out var code) ? code : 0))];
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> PollAsync(string path, Func<string, bool> hasEnded, CancellationToken cancellationToken)
    {
        while (true)
        {
            var data = await GetAsync(path, cancellationToken);
            if (hasEnded(data.GetProperty("status").GetString()!))
            {
                return data;
            }

            await Task.Delay(Step, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await SendContentAsync(HttpMethod.Get, path, content: null, cancellationToken);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body);
        return await SendContentAsync(method, path, content, cancellationToken);
    }

    private async Task<JsonElement> SendContentAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var response = await _client.SendAsync(request, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("data");
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{response.RequestMessage!.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
