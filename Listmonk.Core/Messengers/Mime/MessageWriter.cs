using System.Globalization;
using Listmonk.Core.Bounces;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>
/// Writes one message after another from a blueprint, straight into pooled buffers: <see cref="Begin"/>, then
/// <see cref="BeginText"/> and <see cref="BeginHtml"/> as the blueprint has them, in this order, then <see cref="Complete"/>.
/// One writer per renderer; not for several threads at once.
/// </summary>
public sealed class MessageWriter(MessageBlueprint blueprint) : IDisposable
{
    private PooledBuffer? _buffer;
    private QuotedPrintableEncoder? _body;
    private MessageRecipient _recipient;
    private MailAddressText _from;
    private string _messageId = "";
    private int _segment;
    private bool _isLastLineComplete;

    private PooledBuffer Buffer => _buffer ?? throw new InvalidOperationException("No message has been begun.");

    /// <summary>Starts a message and writes its headers. A message begun before and not completed is dropped.</summary>
    public void Begin(in MessageRecipient recipient)
    {
        Dispose();
        _buffer = new PooledBuffer(blueprint.ExpectedSize);
        _recipient = recipient;
        _segment = 0;
        _from = blueprint.RenderedValue("From", recipient.HeaderValues) is { } from && MailAddressText.TryParse(from, out MailAddressText rendered)
            ? rendered
            : blueprint.From;
        _messageId = recipient.MessageId
            ?? (blueprint.Draft.CampaignUuid is { } campaign && recipient.SubscriberUuid is { } subscriber
                ? MessageIds.For(campaign, subscriber, _from.Domain)
                : MessageIds.Unique(_from.Domain));
        WriteHeaders(_buffer);
    }

    /// <summary>Opens the plain-text body.</summary>
    public QuotedPrintableEncoder BeginText() =>
        blueprint.HasText && _segment == 0 ? BeginBody() : throw new InvalidOperationException("The blueprint has no text body here.");

    /// <summary>Opens the HTML body.</summary>
    public QuotedPrintableEncoder BeginHtml() =>
        blueprint.HasHtml && _segment == (blueprint.HasText ? 1 : 0) ? BeginBody() : throw new InvalidOperationException("The blueprint has no HTML body here.");

    /// <summary>Ends the message and hands it over together with its buffer. Bodies that were not begun stay empty.</summary>
    public OutboundMessage Complete()
    {
        PooledBuffer buffer = Buffer;
        while (_segment < blueprint.Segments.Length - 1)
        {
            BeginBody();
        }

        EndBody();
        byte[] end = blueprint.Segments[^1];
        if (end.Length > 0)
        {
            buffer.Write(end);
        }
        else if (!_isLastLineComplete)
        {
            // A message ends in a line end; the soft break keeps it out of the decoded text.
            buffer.Write("=\r\n"u8);
        }

        blueprint.NoteSize(buffer.WrittenCount);
        _buffer = null;
        _body = null;
        string? ownReturnPath = OwnReturnPath();
        string? verpToken = ownReturnPath is null && _recipient.SubscriberId is > 0 and int person ? blueprint.Draft.Verp?.Token(blueprint.Draft.CampaignId, person) : null;
        return new OutboundMessage(buffer)
        {
            EnvelopeFrom = ownReturnPath ?? DefaultReturnPath(verpToken),
            HasOwnReturnPath = ownReturnPath is not null,
            VerpToken = verpToken,
            EnvelopeRecipients = EnvelopeRecipients(),
            FromAddress = _from.Address,
            MessageId = _messageId,
            CampaignId = blueprint.Draft.CampaignId,
            CampaignUuid = blueprint.Draft.CampaignUuid,
            SubscriberId = _recipient.SubscriberId,
            SubscriberUuid = _recipient.SubscriberUuid,
            Campaign = blueprint.Draft.Campaign,
            Recipient = _recipient.Profile,
        };
    }

    /// <summary>Writes a whole message whose bodies are at hand.</summary>
    public OutboundMessage Write(in MessageRecipient recipient, string? text, string? html)
    {
        Begin(recipient);
        if (blueprint.HasText)
        {
            BeginText().Write(text);
        }

        if (blueprint.HasHtml)
        {
            BeginHtml().Write(html);
        }

        return Complete();
    }

    /// <summary>Drops a message that was begun and not completed.</summary>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
        _body = null;
    }

    private QuotedPrintableEncoder BeginBody()
    {
        PooledBuffer buffer = Buffer;
        EndBody();
        buffer.Write(blueprint.Segments[_segment]);
        _segment++;
        return _body ??= new QuotedPrintableEncoder(buffer);
    }

    private void EndBody()
    {
        if (_segment > 0)
        {
            // An empty body is complete: nothing stands on its only line.
            _isLastLineComplete = _body!.Finish();
        }
    }

    private string? OwnReturnPath() =>
        blueprint.RenderedValue("Return-Path", _recipient.HeaderValues) is { } path && MessageBlueprint.ParseReturnPath(path) is { } rendered
            ? rendered
            : blueprint.ReturnPath;

    private string DefaultReturnPath(string? verpToken) => blueprint.Draft.ReturnPath switch
    {
        null => _from.Address,
        { } returnPath when verpToken is not null => VerpAddress.Combine(returnPath, verpToken),
        { } returnPath => returnPath,
    };

    private IReadOnlyList<string> EnvelopeRecipients()
    {
        string? cc = blueprint.RenderedValue("Cc", _recipient.HeaderValues);
        string? bcc = blueprint.RenderedValue("Bcc", _recipient.HeaderValues);
        return blueprint.Copies.Count == 0 && cc is null && bcc is null
            ? [_recipient.Address]
            : [.. ((string[])[_recipient.Address, .. blueprint.Copies, .. MessageBlueprint.Addresses(cc), .. MessageBlueprint.Addresses(bcc)]).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private void WriteHeaders(PooledBuffer buffer)
    {
        foreach (ref readonly HeaderStep step in blueprint.Steps.AsSpan())
        {
            switch (step.Kind)
            {
                case HeaderStepKind.Fixed:
                    buffer.Write(step.Bytes);
                    break;
                case HeaderStepKind.To:
                    HeaderWriter.WriteMailboxes(buffer, "To", [new MailAddressText("", OneLine(_recipient.Address))]);
                    break;
                case HeaderStepKind.Subject:
                    HeaderWriter.WriteText(buffer, "Subject", _recipient.Subject);
                    break;
                case HeaderStepKind.Date:
                    WriteDate(buffer);
                    break;
                case HeaderStepKind.MessageId:
                    buffer.Write("Message-ID: <"u8);
                    HeaderWriter.WriteUtf8(buffer, OneLine(_messageId));
                    buffer.Write(">\r\n"u8);
                    break;
                case HeaderStepKind.Subscriber when _recipient.SubscriberUuid is { } subscriber:
                    buffer.Write("X-Listmonk-Subscriber: "u8);
                    WriteFormatted(buffer, subscriber, "D");
                    buffer.Write("\r\n"u8);
                    break;
                case HeaderStepKind.Unsubscribe:
                    buffer.Write("List-Unsubscribe: <"u8);
                    HeaderWriter.WriteUtf8(buffer, OneLine(_recipient.UnsubscribeUrl ?? throw new InvalidOperationException("The message needs an address for List-Unsubscribe.")));
                    WriteUnsubscribeMailbox(buffer);
                    buffer.Write(">\r\n"u8);
                    break;
                case HeaderStepKind.Rendered:
                    HeaderWriter.Write(buffer, step.Name, _recipient.HeaderValues?[step.Index] ?? "");
                    break;
            }
        }
    }

    /// <summary>The subject says who wants to leave, and which mail they hold, also when somebody else's address sends it on.</summary>
    private void WriteUnsubscribeMailbox(PooledBuffer buffer)
    {
        if (blueprint.Draft.UnsubscribeMailbox is { } mailbox)
        {
            buffer.Write(">,\r\n <mailto:"u8);
            HeaderWriter.WriteUtf8(buffer, MailAddressText.ToAsciiDomainAddress(mailbox));
            buffer.Write("?subject=unsubscribe"u8);
            if (_recipient.SubscriberUuid is { } subscriber)
            {
                buffer.Write("%20"u8);
                WriteFormatted(buffer, subscriber, "D");
                if (blueprint.Draft.CampaignUuid is { } campaign)
                {
                    buffer.Write("%20"u8);
                    WriteFormatted(buffer, campaign, "D");
                }
            }
        }
    }

    private void WriteDate(PooledBuffer buffer)
    {
        buffer.Write("Date: "u8);
        WriteFormatted(buffer, _recipient.Date.UtcDateTime, "ddd, dd MMM yyyy HH:mm:ss");
        buffer.Write(" +0000\r\n"u8);
    }

    private static void WriteFormatted<T>(PooledBuffer buffer, T value, string format)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(buffer.GetSpan(64), out int written, format, CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }

    /// <summary>These three cannot be folded; anything that could end the line has no business in them.</summary>
    private static string OneLine(string value) =>
        value.AsSpan().ContainsAny('\r', '\n') ? throw new FormatException("A line end stands where a header has none.") : value;
}
