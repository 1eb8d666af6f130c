namespace Listmonk.Core.Bounces.Receivers;

/// <summary>How a receiver's share of complaints stands to its limits.</summary>
public enum ComplaintState
{
    /// <summary>Well below, or no limit is published.</summary>
    Fine,

    /// <summary>Four fifths of what the receiver asks to stay below, or more.</summary>
    Near,

    /// <summary>What the receiver asks to stay below, or more.</summary>
    High,

    /// <summary>What the receiver says never to reach, or more.</summary>
    Over,
}

/// <summary>How mail to one receiver fared in a number of days.</summary>
public sealed record ReceiverHealth
{
    /// <summary>A share of very few mails says nothing; limits are not drawn upon below so many complaints.</summary>
    internal const int FewestComplaints = 2;

    private const double NearShare = 0.8;

    /// <summary>Products of shares are a hair off.</summary>
    private const double Hair = 1e-9;

    public required Receiver Receiver { get; init; }

    /// <summary>Mails of campaigns that a server accepted.</summary>
    public required long Sent { get; init; }

    /// <summary>Hard and soft bounces.</summary>
    public required long Bounced { get; init; }

    /// <summary>Refusals that are our fault.</summary>
    public required long Policy { get; init; }

    public required long Complaints { get; init; }

    public long Delivered => Math.Max(0, Sent - Bounced);

    /// <summary>Of what was sent; null when nothing was.</summary>
    public double? BounceRate => Sent == 0 ? null : Math.Min(1, (double)Bounced / Sent);

    /// <summary>Of what was delivered; null when nothing was.</summary>
    public double? ComplaintRate => Delivered == 0 ? null : Math.Min(1, (double)Complaints / Delivered);

    public ComplaintState State
    {
        get
        {
            var lowest = Receiver.Target > 0 ? Receiver.Target : Receiver.Limit;
            return ComplaintRate is not { } rate || lowest == 0 || Complaints < FewestComplaints || rate < (lowest * NearShare) - Hair ? ComplaintState.Fine
                : rate >= Receiver.Limit - Hair ? ComplaintState.Over
                : rate >= lowest - Hair ? ComplaintState.High
                : ComplaintState.Near;
        }
    }
}

/// <summary>Refusals of the last days that are our fault, by reason and receiver.</summary>
/// <param name="Line">What the receiver answered last.</param>
public sealed record PolicyAlert(string? Reason, string Domain, int Count, DateTimeOffset LastAt, string? Line);
