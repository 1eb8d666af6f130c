using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers;

/// <summary>
/// One message for one person, ready to go: the envelope, the complete bytes and what the ledger needs to know about it.
/// Owns the pooled buffer behind <see cref="Mime"/>; dispose it when the delivery is over, not before.
/// </summary>
public sealed class OutboundMessage : IDisposable
{
    private readonly PooledBuffer? _buffer;
    private readonly ReadOnlyMemory<byte> _mime;
    private MessageContent? _content;

    public OutboundMessage(ReadOnlyMemory<byte> mime) => _mime = mime;

    /// <summary>Takes over the buffer.</summary>
    public OutboundMessage(PooledBuffer buffer)
    {
        _buffer = buffer;
    }

    /// <summary>The complete message (RFC 5322): CRLF line ends, not dot-stuffed, ending in a line end.</summary>
    public ReadOnlyMemory<byte> Mime => _buffer?.WrittenMemory ?? _mime;

    /// <summary>The envelope sender (MAIL FROM); empty for the null sender.</summary>
    public required string EnvelopeFrom { get; init; }

    /// <summary>The mail itself named its return path: no server may replace it.</summary>
    public bool HasOwnReturnPath { get; init; }

    /// <summary>What a return path must carry so that bounces name campaign and person; null where that is not wanted.</summary>
    public string? VerpToken { get; init; }

    /// <summary>The envelope recipients. The first is the person the result is about; the others are copies.</summary>
    public required IReadOnlyList<string> EnvelopeRecipients { get; init; }

    /// <summary>The bare address of the From header, by which servers are chosen.</summary>
    public required string FromAddress { get; init; }

    /// <summary>Without angle brackets.</summary>
    public required string MessageId { get; init; }

    /// <summary>Header fields (DKIM) that go before the message; empty until it is signed.</summary>
    public ReadOnlyMemory<byte> Signature { get; internal set; }

    public int? CampaignId { get; init; }

    public Guid? CampaignUuid { get; init; }

    public int? SubscriberId { get; init; }

    public Guid? SubscriberUuid { get; init; }

    /// <summary>Goes before all messages that wait for a connection and are not: somebody sits and waits for it.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>The campaign as postback messengers show it.</summary>
    public CampaignProfile? Campaign { get; init; }

    /// <summary>The person as postback messengers show it.</summary>
    public RecipientProfile? Recipient { get; init; }

    /// <summary>Makes the structured view when a messenger asks for it; without it the view is parsed from <see cref="Mime"/>.</summary>
    public Func<MessageContent>? ContentFactory { get; init; }

    /// <summary>The message taken apart, for messengers that do not speak SMTP. Made on first use.</summary>
    public MessageContent Content => _content ??= ContentFactory?.Invoke() ?? MessageContent.Parse(Mime);

    public void Dispose() => _buffer?.Dispose();
}
