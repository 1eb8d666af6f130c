using Listmonk.Core.Bounces.Receivers;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Bounces;

/// <summary>Shares are of one, not of a hundred; limits are null where none is published.</summary>
[Example("""
    {
        "receiver": "Gmail", "sent": 2486, "delivered": 2470, "bounced": 16, "bounce_rate": 0.0064, "policy": 0, "complaints": 4, "complaint_rate": 0.0016,
        "complaint_target": 0.001, "complaint_limit": 0.003, "state": "fine"
    }
    """)]
internal sealed record ReceiverResponse(
    string Receiver, long Sent, long Delivered, long Bounced, double? BounceRate, long Policy, long Complaints, double? ComplaintRate, double? ComplaintTarget, double? ComplaintLimit, ComplaintState State)
{
    public static ReceiverResponse From(ReceiverHealth health) => new(
        health.Receiver.Name, health.Sent, health.Delivered, health.Bounced, health.BounceRate, health.Policy, health.Complaints, health.ComplaintRate,
        health.Receiver.Target > 0 ? health.Receiver.Target : null, health.Receiver.Limit > 0 ? health.Receiver.Limit : null, health.State);
}
