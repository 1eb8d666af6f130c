using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// One SMTP session (RFC 5321) that carries message after message. Written for this one job because the message is already bytes:
/// whole commands and contents leave in one write each, nothing is parsed or encoded again, and where the server offers PIPELINING
/// (RFC 2920) a message costs two round trips. Decision 0010 has the figures.
/// <para>
/// Used by one sender at a time. A network error, a time-out or an answer out of step ends the session:
/// <see cref="IsUsable"/> turns false and the pool replaces it. A refusal in step does not.
/// </para>
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpServerProfile _server;
    private readonly SmtpTimeouts _timeouts;
    private readonly SmtpWire _wire;
    private readonly SmtpAbilities _abilities;
    private bool _mustReset;
    private bool _hasServed;
    private int _disposed;

    private SmtpConnection(SmtpServerProfile server, SmtpTimeouts timeouts, SmtpWire wire, SmtpAbilities abilities)
    {
        _server = server;
        _timeouts = timeouts;
        _wire = wire;
        _abilities = abilities;
    }

    /// <summary>The session is in step and can take another message.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>The server had closed the waiting session before the last message began: an attempt on a fresh one costs nothing.</summary>
    public bool WasStale { get; private set; }

    /// <summary>When the session was last given back, on the clock's timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether the server has spoken or hung up while the session lay idle; either way it is of no further use.</summary>
    public bool HasNews => !IsUsable || _wire.HasNews;

    /// <summary>Connects, encrypts and logs in as the options say.</summary>
    /// <exception cref="SmtpConnectException">It did not come to that.</exception>
    public static async Task<SmtpConnection> ConnectAsync(
        SmtpServerProfile server, SmtpTimeouts timeouts, TimeProvider clock, Action<string>? transcript, CancellationToken cancellationToken)
    {
        (SmtpWire wire, SmtpAbilities abilities) = await SmtpHandshake.ConnectAsync(server, timeouts, clock, transcript, cancellationToken);
        return new SmtpConnection(server, timeouts, wire, abilities);
    }

    /// <summary>Runs one mail transaction. Only cancellation before the content has left is thrown.</summary>
    public async ValueTask<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        DeliveryStage stage = DeliveryStage.Sender;
        bool hasAnswered = false;
        WasStale = false;
        CancellationTokenRegistration cancellation = _wire.CancelWith(cancellationToken);
        try
        {
            _wire.Limit(_timeouts.Command);
            if (_mustReset && !_abilities.Pipelining)
            {
                _mustReset = false;
                _wire.Append("RSET\r\n"u8);
                await _wire.FlushAsync();
                await _wire.ReadReplyAsync();
                hasAnswered = true;
            }

            bool isReset = _mustReset;
            if (isReset)
            {
                _mustReset = false;
                _wire.Append("RSET\r\n"u8);
            }

            IReadOnlyList<string> recipients = message.EnvelopeRecipients;
            IReadOnlyList<string> extra = _server.ExtraRecipients;
            string sender = _server.SenderOf(message);
            if (EnvelopeFault(sender, recipients) is { } fault)
            {
                _wire.Discard();
                _mustReset = isReset;
                return fault;
            }

            bool isSingle = recipients.Count + extra.Count == 1;
            AppendSender(sender, recipients, message.Signature.Length + message.Mime.Length);
            if (_abilities.Pipelining)
            {
                foreach (string recipient in recipients)
                {
                    AppendRecipient(recipient);
                }

                foreach (string recipient in extra)
                {
                    AppendRecipient(recipient);
                }

                // With several recipients DATA waits: should the person be refused and a copy accepted, there would be no way back.
                if (isSingle)
                {
                    _wire.Append("DATA\r\n"u8);
                }
            }

            await _wire.FlushAsync();
            if (isReset)
            {
                await _wire.ReadReplyAsync();
                hasAnswered = true;
            }

            SmtpReply senderReply = await _wire.ReadReplyAsync();
            if (!senderReply.IsPositive && !hasAnswered && senderReply.Code == 421 && _hasServed)
            {
                // Some servers end a session after so many messages, and say so at the next MAIL.
                WasStale = true;
            }

            hasAnswered = true;
            SmtpReply recipientReply = default;
            stage = senderReply.IsPositive ? DeliveryStage.Recipient : DeliveryStage.Sender;
            for (int index = 0; index < recipients.Count + extra.Count && (_abilities.Pipelining || senderReply.IsPositive); index++)
            {
                if (!_abilities.Pipelining)
                {
                    AppendRecipient(index < recipients.Count ? recipients[index] : extra[index - recipients.Count]);
                    await _wire.FlushAsync();
                }

                if (senderReply.Code == 421 || recipientReply.Code == 421)
                {
                    break;
                }

                SmtpReply reply = await _wire.ReadReplyAsync();
                if (index == 0)
                {
                    recipientReply = reply;
                    if (!reply.IsPositive && !_abilities.Pipelining)
                    {
                        break;
                    }
                }
            }

            SmtpReply refusal = senderReply.IsPositive ? recipientReply : senderReply;
            if (!refusal.IsPositive)
            {
                if (isSingle && _abilities.Pipelining && refusal.Code != 421)
                {
                    await WithdrawDataAsync();
                }

                return Refused(stage, refusal);
            }

            stage = DeliveryStage.Data;
            if (!_abilities.Pipelining || !isSingle)
            {
                _wire.Append("DATA\r\n"u8);
                await _wire.FlushAsync();
            }

            SmtpReply dataReply = await _wire.ReadReplyAsync();
            if (dataReply.Code != 354)
            {
                return Refused(stage, dataReply);
            }

            // From here on the caller's wish to stop comes too late: half a message helps nobody.
            cancellation.Dispose();
            _wire.Deadline.ThrowIfCancellationRequested();
            stage = DeliveryStage.Content;
            _wire.Limit(_timeouts.Content);
            await _wire.AppendAsync(message.Signature);
            await WriteContentAsync(message.Mime);
            SmtpReply final = await _wire.ReadReplyAsync();
            if (!final.IsPositive)
            {
                return Refused(stage, final);
            }

            return Result(DeliveryOutcome.Sent, stage, final);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && stage != DeliveryStage.Content)
        {
            IsUsable = false;
            throw;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            IsUsable = false;
            WasStale = !hasAnswered && _hasServed && error is not OperationCanceledException;
            return DeliveryResult.Unavailable(stage, error is OperationCanceledException ? "No answer in time." : error.Message, _server.Name);
        }
        finally
        {
            cancellation.Dispose();
            _hasServed = true;
            if (IsUsable)
            {
                _wire.LiftLimit();
            }
        }
    }

    /// <summary>Says goodbye if the session is in order, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (IsUsable)
        {
            IsUsable = false;
            try
            {
                _wire.Limit(_timeouts.Goodbye);
                _wire.Append("QUIT\r\n"u8);
                await _wire.FlushAsync();
                await _wire.ReadReplyAsync();
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
            {
                // The server left first; nothing depends on the goodbye.
            }
        }

        await _wire.DisposeAsync();
    }

    /// <summary>Refuses what could not stand in an envelope, before the server sees it.</summary>
    private DeliveryResult? EnvelopeFault(string sender, IReadOnlyList<string> recipients)
    {
        if (sender.Length > 0 && !MailAddressText.IsSafe(sender))
        {
            return DeliveryResult.Unavailable(DeliveryStage.Sender, "The envelope sender is not an address.", _server.Name);
        }

        if (recipients.Count == 0)
        {
            return DeliveryResult.Unavailable(DeliveryStage.Recipient, "The message has no recipient.", _server.Name);
        }

        for (int index = 0; index < recipients.Count; index++)
        {
            string recipient = recipients[index];
            if (!MailAddressText.IsSafe(recipient))
            {
                return Refusal(553, "5.1.3", "The address is malformed.");
            }

            if (!_abilities.Utf8 && !Ascii.IsValid(recipient.AsSpan(0, recipient.LastIndexOf('@'))))
            {
                return Refusal(553, "5.6.7", "The address needs SMTPUTF8 (RFC 6531), which the server does not offer.");
            }
        }

        return null;

        DeliveryResult Refusal(int code, string status, string text) =>
            new() { Outcome = DeliveryOutcome.RecipientRefused, Stage = DeliveryStage.Recipient, Code = code, EnhancedStatus = status, ReplyText = text, Server = _server.Name };
    }

    private void AppendSender(string sender, IReadOnlyList<string> recipients, int size)
    {
        _wire.Append("MAIL FROM:<"u8);
        _wire.AppendText(MailAddressText.ToAsciiDomainAddress(sender));
        _wire.Append(">"u8);
        if (_abilities.Size)
        {
            _wire.Append(" SIZE="u8);
            Span<byte> digits = stackalloc byte[12];
            size.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
            _wire.Append(digits[..written]);
        }

        if (_abilities.Utf8 && (!Ascii.IsValid(sender) || !Ascii.IsValid(recipients[0])))
        {
            _wire.Append(" SMTPUTF8"u8);
        }

        _wire.Append("\r\n"u8);
    }

    private void AppendRecipient(string recipient)
    {
        _wire.Append("RCPT TO:<"u8);
        _wire.AppendText(MailAddressText.ToAsciiDomainAddress(recipient));
        _wire.Append(">\r\n"u8);
    }

    /// <summary>DATA left together with the refused envelope; a server that takes it all the same is told that nothing follows (RFC 2920 §3.1).</summary>
    private async ValueTask WithdrawDataAsync()
    {
        SmtpReply reply = await _wire.ReadReplyAsync();
        if (reply.Code == 354)
        {
            _wire.Append(".\r\n"u8);
            await _wire.FlushAsync();
            await _wire.ReadReplyAsync();
        }
    }

    private DeliveryResult Refused(DeliveryStage stage, in SmtpReply reply)
    {
        _mustReset = true;

        // 421: the server is closing, whatever it was asked.
        if (reply.Code == 421 || reply.Code < 400)
        {
            IsUsable = false;
        }

        return Result(DeliveryRules.Classify(stage, reply.Code is >= 200 and < 400 ? 503 : reply.Code, reply.EnhancedStatus, reply.Text), stage, reply);
    }

    private DeliveryResult Result(DeliveryOutcome outcome, DeliveryStage stage, in SmtpReply reply) => new()
    {
        Outcome = outcome,
        Stage = stage,
        Code = reply.Code,
        EnhancedStatus = reply.EnhancedStatus,
        ReplyText = reply.Text,
        Server = _server.Name,
    };

    private async ValueTask WriteContentAsync(ReadOnlyMemory<byte> mime)
    {
        foreach (ServerHeader header in _server.Headers)
        {
            if (!SmtpServerProfile.HasHeader(mime.Span, header.NameAndColon))
            {
                await _wire.AppendAsync(header.Field);
            }
        }

        _wire.NoteContent(mime.Length);
        bool endsInLine = mime.Span.EndsWith("\r\n"u8);
        if (mime.Span.StartsWith("."u8))
        {
            _wire.Append("."u8);
        }

        // Stuffing after any line feed, not only after CRLF, leaves no room for an end of data smuggled into the content.
        while (mime.Span.IndexOf("\n."u8) is >= 0 and int dot)
        {
            await _wire.AppendAsync(mime[..(dot + 2)]);
            mime = mime[(dot + 1)..];
        }

        await _wire.AppendAsync(mime);
        await _wire.AppendAsync(endsInLine ? EndOfData.AfterLine : EndOfData.WithinLine);
        await _wire.WriteOutAsync();
    }

    private static class EndOfData
    {
        public static readonly byte[] AfterLine = ".\r\n"u8.ToArray();
        public static readonly byte[] WithinLine = "\r\n.\r\n"u8.ToArray();
    }
}
