using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Webhooks;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Webhooks;

/// <summary>A webhook as the API shows it; the secrets only to who may change settings.</summary>
[Example("""
    {
        "id": 1, "name": "Shop", "url": "https://shop.example.com/hooks/news", "events": ["subscriber.subscribed"], "people_only": true, "enabled": true, "secrets": null,
        "waiting": 0, "failed": 0, "last_delivered_at": "2026-03-02T08:00:00Z", "failing_since": null, "given_up_at": null, "created_at": "2026-03-01T09:30:00Z"
    }
    """)]
internal sealed record WebhookResponse(
    int Id, string Name, string Url, IReadOnlyList<string> Events, bool PeopleOnly, bool Enabled, IReadOnlyList<string>? Secrets,
    int Waiting, int Failed, DateTimeOffset? LastDeliveredAt, DateTimeOffset? FailingSince, DateTimeOffset? GivenUpAt, DateTimeOffset CreatedAt)
{
    public static WebhookResponse Of(WebhookItem item, IReadOnlyList<string>? secrets) => new(
        item.Webhook.Id, item.Webhook.Name, item.Webhook.Url, item.Webhook.Events, item.Webhook.IsPeopleOnly, item.Webhook.IsEnabled, secrets,
        item.Waiting, item.Failed, item.LastDeliveredAt, item.Webhook.FailingSince, item.Webhook.GivenUpAt, item.Webhook.CreatedAt);
}

/// <summary>Creates or changes a webhook; all of it.</summary>
[Example("""{"name": "Shop", "url": "https://shop.example.com/hooks/news", "events": ["subscriber.subscribed"], "people_only": true, "enabled": true}""")]
internal sealed record WebhookRequest
{
    public string? Name { get; init; }

    public string? Url { get; init; }

    public List<string>? Events { get; init; }

    /// <summary>Leaves out opens and clicks by machines.</summary>
    public bool PeopleOnly { get; init; } = true;

    public bool Enabled { get; init; } = true;

    public WebhookDraft ToDraft() => new(Name ?? "", Url ?? "", Events ?? [], PeopleOnly, Enabled);
}

/// <summary>Which messages are sent once more: those of a time, or only those that failed.</summary>
[Example("""{"from": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z", "only_failed": true}""")]
internal sealed record WebhookReplayRequest
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool OnlyFailed { get; init; }
}

/// <summary>What the address answered to a test.</summary>
[Example("""{"delivered": true, "status": 204, "answer": ""}""")]
internal sealed record WebhookTestResponse(bool Delivered, int? Status, string? Answer);

/// <summary>A message of the log.</summary>
[Example("""
    {
        "id": 12, "message_id": "msg_2b9e1c", "type": "subscriber.subscribed", "payload": {"type": "subscriber.subscribed"}, "state": "delivered", "attempts": 1,
        "occurred_at": "2026-03-02T08:00:00Z", "due_at": "2026-03-02T08:00:00Z", "done_at": "2026-03-02T08:00:01Z", "status": 204, "answer": ""
    }
    """)]
internal sealed record WebhookMessageResponse(
    long Id, string MessageId, string Type, JsonElement Payload, string State, int Attempts, DateTimeOffset OccurredAt, DateTimeOffset DueAt, DateTimeOffset? DoneAt, int? Status, string? Answer)
{
    public static WebhookMessageResponse Of(WebhookMessage message) => new(
        message.Id, message.MessageId, message.Type, JsonElement.Parse(message.Payload), EnumText.Of(message.State), message.Attempts, message.OccurredAt, message.DueAt, message.DoneAt, message.Status, message.Answer);
}
