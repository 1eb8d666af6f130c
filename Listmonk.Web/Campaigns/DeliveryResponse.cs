using Listmonk.Core.Sending;

namespace Listmonk.Web.Campaigns;

/// <summary>A row of a campaign's ledger as the API shows it.</summary>
internal sealed record DeliveryResponse(
    int SubscriberId, string? Email, string? Name, DeliveryStatus Status, int Attempts, DateTimeOffset ClaimedAt, DateTimeOffset? DoneAt, int? SmtpCode, string? Reply, string? Server)
{
    public static DeliveryResponse Of(DeliveryItem item) => new(
        item.SubscriberId, item.Email, item.Name, item.Status, item.Attempts, item.ClaimedAt, item.DoneAt, item.SmtpCode, item.Reply, item.Server);
}
