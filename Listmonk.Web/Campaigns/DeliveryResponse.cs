using Listmonk.Core.Sending;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Campaigns;

/// <summary>A row of a campaign's ledger as the API shows it.</summary>
[Example("""
    {
        "subscriber_id": 1, "email": "ada@example.com", "name": "Ada Lovelace", "status": "sent", "attempts": 1, "claimed_at": "2026-03-02T08:00:00Z",
        "done_at": "2026-03-02T08:00:01Z", "smtp_code": 250, "reply": "2.0.0 Ok: queued", "server": "smtp.example.com"
    }
    """)]
internal sealed record DeliveryResponse(
    int SubscriberId, string? Email, string? Name, DeliveryStatus Status, int Attempts, DateTimeOffset ClaimedAt, DateTimeOffset? DoneAt, int? SmtpCode, string? Reply, string? Server)
{
    public static DeliveryResponse Of(DeliveryItem item) => new(
        item.SubscriberId, item.Email, item.Name, item.Status, item.Attempts, item.ClaimedAt, item.DoneAt, item.SmtpCode, item.Reply, item.Server);
}
