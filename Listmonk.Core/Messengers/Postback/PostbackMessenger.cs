using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers.Postback;

/// <summary>Posts each message as JSON to a URL of the administrator's choice. Only status 200 means that it was taken.</summary>
public sealed class PostbackMessenger : IMessenger
{
    /// <summary>A receiver that drops repeats knows them by this: the same at each attempt, also after a crash.</summary>
    public const string MessageHeader = "X-Listmonk-Message-Id";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly PostbackOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly ConnectionSlots _slots;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <param name="options">The messenger's settings; a change of settings makes a new messenger.</param>
    /// <param name="http">Shared and owned by the caller.</param>
    /// <param name="clock">Times each attempt.</param>
    public PostbackMessenger(PostbackOptions options, HttpMessageInvoker http, TimeProvider clock)
    {
        _options = options;
        _http = http;
        _clock = clock;
        int connections = Math.Clamp(options.MaxConnections, 1, 65_535);
        _slots = new ConnectionSlots(connections);
        _authorization = options.Username.Length > 0 && options.Password.Length > 0
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")))
            : null;
    }

    public string Name => _options.Name;

    /// <summary>A post that has begun is waited for, as long as its time limit allows: whoever broke it off could not know whether it was taken.</summary>
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        byte[] body = Serialize(message);
        await _slots.WaitAsync(message.IsUrgent, cancellationToken);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (DeliveryResult result, TimeSpan asked) = await PostAsync(message.MessageId, body);
                bool canChange = result.Code is 0 or 408 or 429 or >= 500;
                if (result.IsSent || !canChange || attempt >= Math.Max(1, _options.MaxMessageRetries) || asked > LongestPause)
                {
                    return result;
                }

                await Task.Delay(PauseAfter(attempt, asked), _clock, cancellationToken);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Twice as long each time, and as long as the receiver asks for (Retry-After, RFC 9110 §10.2.3).</summary>
    internal static TimeSpan PauseAfter(int attempt, TimeSpan asked)
    {
        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 10));
        return pause > LongestPause ? LongestPause : pause > asked ? pause : asked;
    }

    private async Task<(DeliveryResult Result, TimeSpan RetryAfter)> PostAsync(string messageId, byte[] body)
    {
        using var limit = new CancellationTokenSource(_options.Timeout > TimeSpan.Zero ? _options.Timeout : TimeSpan.FromSeconds(5), _clock);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _options.RootUrl) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = _authorization;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue(new ProductHeaderValue("listmonk")));
            request.Headers.TryAddWithoutValidation(MessageHeader, messageId);
            if (_options.SigningKey.Length > 0)
            {
                PostbackSignature.Sign(request, _options.SigningKey, _clock.GetUtcNow(), body);
            }

            using HttpResponseMessage response = await _http.SendAsync(request, limit.Token);
            var result = new DeliveryResult
            {
                // Whatever the receiver dislikes, it has said nothing about a mailbox.
                Outcome = response.StatusCode switch
                {
                    HttpStatusCode.OK => DeliveryOutcome.Sent,
                    HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.RequestTimeout => DeliveryOutcome.Deferred,
                    _ => DeliveryOutcome.ServerUnavailable,
                },
                Stage = DeliveryStage.Content,
                Code = (int)response.StatusCode,
                ReplyText = response.ReasonPhrase,
                Server = Name,
            };
            return (result, response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            DeliveryStage stage = error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
                or UriFormatException or InvalidOperationException or NotSupportedException
                ? DeliveryStage.Connect
                : DeliveryStage.Content;
            return (DeliveryResult.Unavailable(stage, error is OperationCanceledException ? "No answer in time." : error.Message, Name), TimeSpan.Zero);
        }
    }

    private static byte[] Serialize(OutboundMessage message)
    {
        MessageContent content = message.Content;
        using var stream = new MemoryStream(content.Body.Length * 2);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("subject", content.Subject);
            json.WriteString("from_email", content.From);
            json.WriteString("content_type", content.ContentType);
            json.WriteString("body", content.Body);
            if (content.AltBody is not null)
            {
                json.WriteString("altbody", content.AltBody);
            }

            WriteHeaders(json, content.Headers);
            WriteRecipient(json, message);
            WriteCampaign(json, message.Campaign);
            WriteAttachments(json, content.Attachments);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteHeaders(Utf8JsonWriter json, IReadOnlyList<MessageHeader> headers)
    {
        json.WriteStartArray("headers");
        foreach (MessageHeader header in headers)
        {
            json.WriteStartObject();
            json.WriteString(header.Name, header.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRecipient(Utf8JsonWriter json, OutboundMessage message)
    {
        json.WriteStartArray("recipients");
        json.WriteStartObject();
        json.WriteString("uuid", message.Recipient?.Uuid.ToString() ?? message.SubscriberUuid?.ToString() ?? "");
        json.WriteString("email", message.Recipient?.Email ?? message.EnvelopeRecipients[0]);
        json.WriteString("name", message.Recipient?.Name ?? "");
        json.WritePropertyName("attribs");
        if (message.Recipient?.Attribs is { ValueKind: not JsonValueKind.Undefined } attribs)
        {
            attribs.WriteTo(json);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteString("status", message.Recipient?.Status ?? "enabled");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteCampaign(Utf8JsonWriter json, CampaignProfile? campaign)
    {
        if (campaign is null)
        {
            json.WriteNull("campaign");
            return;
        }

        json.WriteStartObject("campaign");
        json.WriteString("from_email", campaign.FromEmail);
        json.WriteString("uuid", campaign.Uuid);
        json.WriteString("name", campaign.Name);
        WriteHeaders(json, campaign.Headers);
        json.WriteStartArray("tags");
        foreach (string tag in campaign.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAttachments(Utf8JsonWriter json, IReadOnlyList<Attachment> attachments)
    {
        if (attachments.Count == 0)
        {
            json.WriteNull("attachments");
            return;
        }

        json.WriteStartArray("attachments");
        foreach (Attachment attachment in attachments)
        {
            json.WriteStartObject();
            json.WriteString("name", attachment.FileName);
            json.WriteStartObject("header");
            WriteValues(json, "Content-Type", attachment.ContentType);
            WriteValues(json, "Content-Transfer-Encoding", "base64");
            if (attachment.InlineContentId is { } contentId)
            {
                WriteValues(json, "Content-Id", $"<{contentId}>");
            }

            json.WriteEndObject();
            json.WriteBase64String("content", attachment.Content.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
