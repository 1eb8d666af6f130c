namespace Listmonk.Core.Tracking.Edits;

/// <summary>
/// One change to what a link of a campaign does, mails already sent included. Rows are only added: the newest one of a place holds, and
/// together they are its history (decision 0029).
/// </summary>
public sealed class LinkEdit
{
    public int Id { get; set; }

    public int CampaignId { get; set; }

    /// <summary>The link as the mail names it; clicks stay counted under it.</summary>
    public int LinkId { get; set; }

    /// <summary>The link's place in the mail; 0 for mails that listmonk sent, which name no place.</summary>
    public int Position { get; set; }

    /// <summary>The link whose destination holds instead; null for the one that was written.</summary>
    public int? DestinationId { get; set; }

    /// <summary>False redirects without counting.</summary>
    public bool IsCounted { get; set; } = true;

    public DateTimeOffset At { get; set; }

    public int? UserId { get; set; }

    /// <summary>Copied, so that the history outlives the account.</summary>
    public string UserName { get; set; } = "";
}
