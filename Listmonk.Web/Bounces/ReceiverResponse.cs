using Listmonk.Core.Bounces.Receivers;

namespace Listmonk.Web.Bounces;

/// <summary>Shares are of one, not of a hundred; limits are null where none is published.</summary>
internal sealed record ReceiverResponse(
    string Receiver, long Sent, long Delivered, long Bounced, double? BounceRate, long Policy, long Complaints, double? ComplaintRate, double? ComplaintTarget, double? ComplaintLimit, ComplaintState State)
{
    public static ReceiverResponse From(ReceiverHealth health) => new(
        health.Receiver.Name, health.Sent, health.Delivered, health.Bounced, health.BounceRate, health.Policy, health.Complaints, health.ComplaintRate,
        health.Receiver.Target > 0 ? health.Receiver.Target : null, health.Receiver.Limit > 0 ? health.Receiver.Limit : null, health.State);
}
