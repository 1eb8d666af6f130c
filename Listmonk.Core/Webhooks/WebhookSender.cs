using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Listmonk.Core.Common;

namespace Listmonk.Core.Webhooks;

/// <summary>What became of one attempt.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Answer">The beginning of the answer, or why there was none.</param>
/// <param name="RetryAfter">What the receiver asked for.</param>
public sealed record WebhookAnswer(int? Status, string Answer, TimeSpan? RetryAfter = null)
{
    public bool IsDelivered => Status is >= 200 and < 300;

    /// <summary>The receiver says that it is gone for good (410).</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>Posts one message. Redirects are not followed, private networks not entered unless the operator allows it.</summary>
public sealed class WebhookSender(IHttpClientFactory clients, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "webhooks";

    public const int MaxAnswer = 1_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Never fails because of the receiver.</summary>
    public async Task<WebhookAnswer> SendAsync(string url, IReadOnlyList<string> secrets, WebhookMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var now = clock.GetUtcNow();
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message.Payload));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("webhook-id", message.MessageId);
            request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", WebhookSigning.Sign(secrets, message.MessageId, now, message.Payload));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new WebhookAnswer((int)response.StatusCode, await ReadAsync(response, either.Token), RetryAfter(response, now));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"no answer within {Timeout.TotalSeconds:0} seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            var isPrivate = exception is PrivateNetworkException || exception.InnerException is PrivateNetworkException;
            return new WebhookAnswer(null, isPrivate
                ? "the address leads into a private network; the operator can allow that with Listmonk:PrivateWebhooks"
                : exception.InnerException?.Message ?? exception.Message);
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);

        // PostgreSQL's text holds no zero character.
        return Encoding.UTF8.GetString(buffer, 0, length).Replace("\0", "", StringComparison.Ordinal);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - now) : null;
}
