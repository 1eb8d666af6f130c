using Listmonk.Core.Bounces;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>What the messages of one campaign have in common, from which their <see cref="MessageBlueprint"/> is made.</summary>
public sealed record MessageDraft
{
    /// <summary><c>Name &lt;address&gt;</c> or an address. A custom header <c>From</c> wins over it.</summary>
    public required string From { get; init; }

    public required MessageBody Body { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>
    /// Custom headers in order; of equal names the first counts. <c>Return-Path</c> and <c>Bcc</c> go to the envelope only,
    /// <c>Cc</c> to both.
    /// </summary>
    public IReadOnlyList<DraftHeader> Headers { get; init; } = [];

    /// <summary>The envelope sender of mails that bring no Return-Path of their own; null means the From address.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Turns return paths into addresses that name campaign and person; null leaves them as they are.</summary>
    public VerpAddress? Verp { get; init; }

    /// <summary>Null for transactional and system mails.</summary>
    public Guid? CampaignUuid { get; init; }

    public int? CampaignId { get; init; }

    public CampaignProfile? Campaign { get; init; }

    /// <summary>Writes X-Listmonk-Subscriber.</summary>
    public bool NamesSubscriber { get; init; }

    /// <summary>Writes List-Unsubscribe and List-Unsubscribe-Post (RFC 8058) with each recipient's address.</summary>
    public bool HasUnsubscribeHeader { get; init; }

    /// <summary>A bare address that List-Unsubscribe names beside the web address; null leaves it out.</summary>
    public string? UnsubscribeMailbox { get; init; }

    /// <summary>Added unless a custom header has the name; same for all recipients.</summary>
    public IReadOnlyList<DraftHeader> DefaultHeaders { get; init; } = [];

    /// <summary>The value of List-Id (RFC 2919), if one is wanted: <c>Name &lt;id.domain&gt;</c>.</summary>
    public string? ListId { get; init; }
}

/// <summary>A custom header; without a value it is rendered for each recipient.</summary>
public readonly record struct DraftHeader(string Name, string? Value);

/// <summary>Which bodies a message has.</summary>
public enum MessageBody
{
    Plain,
    Html,
    HtmlWithText,
}
