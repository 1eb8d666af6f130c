using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Subscribers;

/// <summary>An entry of the suppression list in the API; ours, listmonk has none.</summary>
[Example("""{"id": 1, "kind": "address", "value": "ann@example.com", "reason": "asked us by letter", "source": "api", "created_by": "admin", "created_at": "2026-03-01T09:30:00Z"}""")]
internal sealed record SuppressionResponse(int Id, SuppressionKind Kind, string Value, string Reason, string Source, string CreatedBy, DateTimeOffset CreatedAt)
{
    public static SuppressionResponse From(SuppressedAddress entry) =>
        new(entry.Id, entry.Kind, entry.Value, entry.Reason, entry.Source, entry.CreatedBy, entry.CreatedAt);
}

/// <summary>The body that adds to the list: addresses and domains, and one reason for all.</summary>
[Example("""{"entries": ["ann@example.com", "example.org"], "reason": "asked us by letter"}""")]
internal sealed record SuppressionRequest(IReadOnlyList<string>? Entries, string? Reason);

/// <summary>What became of the entries; the refused ones are neither addresses nor domains.</summary>
[Example("""{"added": 2, "known": 0, "refused": 0, "refusals": []}""")]
internal sealed record SuppressionReceiptResponse(int Added, int Known, int Refused, IReadOnlyList<string> Refusals)
{
    public static SuppressionReceiptResponse From(SuppressionReceipt receipt) => new(receipt.Added, receipt.Known, receipt.Refused, receipt.Refusals);
}
