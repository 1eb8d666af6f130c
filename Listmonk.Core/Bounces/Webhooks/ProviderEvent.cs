using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>What all services tell of one failed recipient, in one shape.</summary>
internal sealed record ProviderEvent
{
    private const int LongestKey = 200;
    private const int LongestMeta = 32 * 1024;

    public required string Provider { get; init; }

    /// <summary>The same whenever the service tells of the same event; the recipient is added to it.</summary>
    public required string Key { get; init; }

    public required string Recipient { get; init; }

    /// <summary>The service's own verdict.</summary>
    public required BounceType Type { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>What the receiving server answered, as far as the service tells.</summary>
    public string? Answer { get; init; }

    /// <summary>The codes where the answer itself lacks them.</summary>
    public string? Code { get; init; }

    public string? Status { get; init; }

    /// <summary>Traces of the mail: X-Listmonk-Campaign, Message-ID, envelope sender.</summary>
    public string? Campaign { get; init; }

    public string? MessageId { get; init; }

    public string? Sender { get; init; }

    public string Meta { get; init; } = "{}";

    /// <summary>Null when the recipient is no address.</summary>
    public BounceReport? ToReport()
    {
        if (!EmailAddress.TryParseMailbox(Recipient, out _, out var address) || !EmailAddress.TryNormalize(address, out address))
        {
            return null;
        }

        var reading = ReadAnswer(address);
        Guid? campaign = Guid.TryParseExact(Campaign?.Trim(), "D", out var named) ? named
            : MessageIds.TryRead((MessageId ?? "").Trim().Trim('<', '>'), out var written, out _) ? written
            : null;
        return new BounceReport
        {
            Type = Weigh(reading),
            Source = Provider,
            SourceKey = $"{Provider}:{(Key.Length > LongestKey ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))) : Key)}:{(address.Length > LongestKey / 3 ? WebhookJson.Hash(address)[..16] : address)}",
            At = At?.ToUniversalTime(),
            Email = address,
            CampaignUuid = campaign,
            Reading = reading ?? new RecipientReading { Recipient = address, Class = ClassOf(Type), Reason = Type == BounceType.Complaint ? "complaint" : BounceReasons.Undefined, Status = Status },
            Trace = new MailTrace
            {
                EnvelopeAddresses = Sender is { Length: > 0 } sender ? [sender] : [],
                Campaign = campaign,
                MessageIds = MessageId is { Length: > 0 } id ? [id.Trim().Trim('<', '>')] : [],
            },
            // The one escape that PostgreSQL's JSON refuses.
            Meta = Meta.Length > LongestMeta ? "{}" : Meta.Replace("\\u0000", "\\ufffd", StringComparison.OrdinalIgnoreCase),
        };
    }

    private RecipientReading? ReadAnswer(string address)
    {
        var text = (Answer ?? "").Trim();
        if (text.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase))
        {
            text = text[5..].TrimStart();
        }

        if (Type == BounceType.Complaint || (text.Length == 0 && Status is not { Length: > 0 }))
        {
            return null;
        }

        if (Status is { Length: > 0 } status && !text.Contains(status, StringComparison.Ordinal))
        {
            text = char.IsAsciiDigit(text.FirstOrDefault()) && text.Length > 4 ? $"{text[..3]} {status} {text[4..]}" : $"{status} {text}";
        }

        if (Code is { Length: 3 } code && !text.StartsWith(code, StringComparison.Ordinal))
        {
            text = $"{code} {text}";
        }

        return BounceMailReader.ReadReply(text, null, address, null);
    }

    /// <summary>
    /// The service's word stands, except where the answer that it quotes shows the fault to be ours, or the mailbox to be full and the like.
    /// Never harder than the service says.
    /// </summary>
    private BounceType Weigh(RecipientReading? reading) =>
        Type is BounceType.Complaint or BounceType.Policy || reading is null ? Type
        : reading.Class == BounceClass.Policy ? BounceType.Policy
        : reading.Class == BounceClass.Soft && reading.Reason != BounceReasons.Undefined && reading.Reason != "expired" ? BounceType.Soft
        : Type;

    private static BounceClass ClassOf(BounceType type) => type switch
    {
        BounceType.Hard => BounceClass.Hard,
        BounceType.Complaint => BounceClass.Complaint,
        BounceType.Policy => BounceClass.Policy,
        _ => BounceClass.Soft,
    };
}
