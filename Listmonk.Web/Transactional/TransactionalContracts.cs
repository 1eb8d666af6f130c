using System.Text.Json;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Transactional;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Transactional;

/// <summary>The body of <c>POST /api/tx</c> (spec/transactional-media.md 1.1).</summary>
[Example("""{"subscriber_email": "ada@example.com", "template_id": 3, "data": {"order_id": "1234"}, "content_type": "html"}""")]
internal sealed record TransactionalBody
{
    public int? TemplateId { get; init; }

    /// <summary>default, fallback or external: what happens with an address that is no subscriber's.</summary>
    public string? SubscriberMode { get; init; }

    public string? SubscriberEmail { get; init; }

    public int? SubscriberId { get; init; }

    public IReadOnlyList<string?>? SubscriberEmails { get; init; }

    public IReadOnlyList<int>? SubscriberIds { get; init; }

    /// <summary>What the template reads as .Tx.Data.</summary>
    public Dictionary<string, JsonElement>? Data { get; init; }

    public string? Subject { get; init; }

    public string? FromEmail { get; init; }

    /// <summary>One word in listmonk's spelling.</summary>
    public string? Altbody { get; init; }

    public string? ContentType { get; init; }

    public string? Messenger { get; init; }

    public IReadOnlyList<Dictionary<string, string?>?>? Headers { get; init; }

    public TransactionalCall ToCall(IReadOnlyList<Attachment> files, IdempotencyKey? key) => new()
    {
        TemplateId = TemplateId ?? 0,
        Mode = SubscriberMode ?? "",
        SubscriberEmail = SubscriberEmail ?? "",
        SubscriberId = SubscriberId ?? 0,
        SubscriberEmails = [.. (SubscriberEmails ?? []).Select(email => email ?? "")],
        SubscriberIds = SubscriberIds ?? [],
        DataJson = Data is null ? null : JsonSerializer.Serialize(Data),
        Subject = Subject ?? "",
        FromEmail = FromEmail ?? "",
        AltBody = Altbody ?? "",
        ContentType = ContentType ?? "",
        Messenger = Messenger ?? "",
        Headers = [.. (Headers ?? []).OfType<Dictionary<string, string?>>().SelectMany(one => one).Select(header => KeyValuePair.Create(header.Key, header.Value ?? ""))],
        Files = files,
        IdempotencyKey = key,
    };
}
