using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Listmonk.Core.Webhooks;

/// <summary>The body of an event: its type, when it happened, and what is known about it. What is unknown is null.</summary>
internal static class WebhookPayload
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static string Write(string type, DateTimeOffset at, object data) =>
        JsonSerializer.Serialize(new Envelope(type, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), data), Json);

    private sealed record Envelope(string Type, string Timestamp, object Data);

    internal sealed record CampaignData(int Id, Guid Uuid, string Name, string Subject);

    internal sealed record SubscriberData(int Id, Guid Uuid, string Email, string Name);

    internal sealed record ListData(int Id, Guid Uuid, string Name);

    internal sealed record LinkData(string Url, int Position);

    internal sealed record HitData(CampaignData? Campaign, SubscriberData? Subscriber, LinkData? Link, string Verdict, string Reason, string Client);

    internal sealed record BounceData(CampaignData? Campaign, SubscriberData? Subscriber, string BounceType, string? Status, string? Reason, string Source, string Action);

    internal sealed record SubscriptionData(SubscriberData? Subscriber, ListData? List);

    internal sealed record FinishedData(CampaignData Campaign, int Sent, int Failed, int Skipped, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);
}
