namespace Listmonk.Core.Transactional;

/// <summary>The rendered mail of a message with its envelope; a row of its own, so that the log is read and written without it.</summary>
public sealed class TransactionalContent
{
    public int MessageId { get; set; }

    public required string EnvelopeFrom { get; set; }

    public required List<string> EnvelopeRecipients { get; set; }

    /// <summary>The bare address of the From header.</summary>
    public required string FromAddress { get; set; }

    /// <summary>The message (RFC 5322) up to its files, which all messages of the request share.</summary>
    public required byte[] Mime { get; set; }
}
