using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Listmonk.Core.Messengers.Mime;
using MailKit.Security;

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
    private const int OutputSize = 64 * 1024;
    private const int InputSize = 4 * 1024;
    private const int LongestReply = 128 * 1024;

    private readonly SmtpServerProfile _server;
    private readonly SmtpTimeouts _timeouts;
    private readonly Action<string>? _transcript;
    private readonly CancellationTokenSource _deadline;
    private readonly Socket _socket;
    private Stream _stream;
    private byte[] _output = ArrayPool<byte>.Shared.Rent(OutputSize);
    private byte[] _input = ArrayPool<byte>.Shared.Rent(InputSize);
    private int _outputCount;
    private int _inputStart;
    private int _inputEnd;
    private bool _canPipeline;
    private bool _takesSize;
    private bool _takesUtf8;
    private bool _mustReset;
    private string _authMechanisms = "";
    private bool _offersStartTls;
    private bool _hasServed;
    private int _disposed;

    private SmtpConnection(SmtpServerProfile server, SmtpTimeouts timeouts, TimeProvider clock, Action<string>? transcript, Socket socket)
    {
        _server = server;
        _timeouts = timeouts;
        _transcript = transcript;
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>The session is in step and can take another message.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>The server had closed the waiting session before the last message began: an attempt on a fresh one costs nothing.</summary>
    public bool WasStale { get; private set; }

    /// <summary>When the session was last given back, on the clock's timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether the server has spoken or hung up while the session lay idle; either way it is of no further use.</summary>
    public bool HasNews
    {
        get
        {
            try
            {
                return !IsUsable || _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Connects, encrypts and logs in as the options say.</summary>
    /// <exception cref="SmtpConnectException">It did not come to that.</exception>
    public static async Task<SmtpConnection> ConnectAsync(
        SmtpServerProfile server, SmtpTimeouts timeouts, TimeProvider clock, Action<string>? transcript, CancellationToken cancellationToken)
    {
        SmtpServerOptions options = server.Options;
        // Without NoDelay Nagle's algorithm and the other side's delayed acknowledgement cost 40 ms a message.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmtpConnection? connection = null;
        DeliveryStage stage = DeliveryStage.Connect;
        try
        {
            using (var limit = new CancellationTokenSource(server.WaitTimeout, clock))
            using (var dial = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token))
            {
                await socket.ConnectAsync(options.Host, options.Port, dial.Token);
            }

            connection = new SmtpConnection(server, timeouts, clock, transcript, socket);
            using CancellationTokenRegistration cancellation = connection.CancelWith(cancellationToken);
            connection._deadline.CancelAfter(timeouts.Command);
            if (options.TlsType.Equals("TLS", StringComparison.OrdinalIgnoreCase))
            {
                stage = DeliveryStage.Tls;
                await connection.EncryptAsync();
                stage = DeliveryStage.Connect;
            }

            SmtpReply greeting = await connection.ReadReplyAsync();
            Require(greeting, stage);
            await connection.GreetAsync();
            if (options.TlsType.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase))
            {
                stage = DeliveryStage.Tls;
                await connection.StartTlsAsync();
            }

            stage = DeliveryStage.Authentication;
            await connection.AuthenticateAsync();
            connection._deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            return connection;
        }
        catch (Exception error)
        {
            if (connection is not null)
            {
                connection.IsUsable = false;
                await connection.DisposeAsync();
            }

            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw error switch
            {
                SmtpConnectException known => known,
                OperationCanceledException => new SmtpConnectException(stage, default, "No answer in time.", error),
                System.Security.Authentication.AuthenticationException => new SmtpConnectException(DeliveryStage.Tls, default, error.InnerException?.Message ?? error.Message, error),
                SocketException or IOException or InvalidDataException or SaslException or NotSupportedException => new SmtpConnectException(stage, default, error.Message, error),
                _ => new SmtpConnectException(stage, default, error.GetType().Name, error),
            };
        }
    }

    /// <summary>Runs one mail transaction. Only cancellation before the content has left is thrown.</summary>
    public async ValueTask<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        DeliveryStage stage = DeliveryStage.Sender;
        bool hasAnswered = false;
        WasStale = false;
        CancellationTokenRegistration cancellation = CancelWith(cancellationToken);
        try
        {
            _deadline.CancelAfter(_timeouts.Command);
            if (_mustReset && !_canPipeline)
            {
                _mustReset = false;
                Append("RSET\r\n"u8);
                await FlushAsync();
                await ReadReplyAsync();
                hasAnswered = true;
            }

            bool isReset = _mustReset;
            if (isReset)
            {
                _mustReset = false;
                Append("RSET\r\n"u8);
            }

            IReadOnlyList<string> recipients = message.EnvelopeRecipients;
            IReadOnlyList<string> extra = _server.ExtraRecipients;
            string sender = _server.SenderOf(message);
            if (EnvelopeFault(sender, recipients) is { } fault)
            {
                _outputCount = 0;
                _mustReset = isReset;
                return fault;
            }

            bool isSingle = recipients.Count + extra.Count == 1;
            AppendSender(sender, recipients, message.Signature.Length + message.Mime.Length);
            if (_canPipeline)
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
                    Append("DATA\r\n"u8);
                }
            }

            await FlushAsync();
            if (isReset)
            {
                await ReadReplyAsync();
                hasAnswered = true;
            }

            SmtpReply senderReply = await ReadReplyAsync();
            if (!senderReply.IsPositive && !hasAnswered && senderReply.Code == 421 && _hasServed)
            {
                // Some servers end a session after so many messages, and say so at the next MAIL.
                WasStale = true;
            }

            hasAnswered = true;
            SmtpReply recipientReply = default;
            stage = senderReply.IsPositive ? DeliveryStage.Recipient : DeliveryStage.Sender;
            for (int index = 0; index < recipients.Count + extra.Count && (_canPipeline || senderReply.IsPositive); index++)
            {
                if (!_canPipeline)
                {
                    AppendRecipient(index < recipients.Count ? recipients[index] : extra[index - recipients.Count]);
                    await FlushAsync();
                }

                if (senderReply.Code == 421 || recipientReply.Code == 421)
                {
                    break;
                }

                SmtpReply reply = await ReadReplyAsync();
                if (index == 0)
                {
                    recipientReply = reply;
                    if (!reply.IsPositive && !_canPipeline)
                    {
                        break;
                    }
                }
            }

            SmtpReply refusal = senderReply.IsPositive ? recipientReply : senderReply;
            if (!refusal.IsPositive)
            {
                if (isSingle && _canPipeline && refusal.Code != 421)
                {
                    await WithdrawDataAsync();
                }

                return Refused(stage, refusal);
            }

            stage = DeliveryStage.Data;
            if (!_canPipeline || !isSingle)
            {
                Append("DATA\r\n"u8);
                await FlushAsync();
            }

            SmtpReply dataReply = await ReadReplyAsync();
            if (dataReply.Code != 354)
            {
                return Refused(stage, dataReply);
            }

            // From here on the caller's wish to stop comes too late: half a message helps nobody.
            cancellation.Dispose();
            _deadline.Token.ThrowIfCancellationRequested();
            stage = DeliveryStage.Content;
            _deadline.CancelAfter(_timeouts.Content);
            await AppendAsync(message.Signature);
            await WriteContentAsync(message.Mime);
            SmtpReply final = await ReadReplyAsync();
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
                _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
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
                _deadline.CancelAfter(_timeouts.Goodbye);
                Append("QUIT\r\n"u8);
                await FlushAsync();
                await ReadReplyAsync();
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
            {
                // The server left first; nothing depends on the goodbye.
            }
        }

        await _stream.DisposeAsync();
        _deadline.Dispose();
        ArrayPool<byte>.Shared.Return(_output);
        ArrayPool<byte>.Shared.Return(_input);
        _output = _input = [];
    }

    private CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _deadline);

    private static void Require(in SmtpReply reply, DeliveryStage stage)
    {
        if (!reply.IsPositive)
        {
            throw new SmtpConnectException(stage, reply, reply.Text, null);
        }
    }

    private async Task GreetAsync()
    {
        string name = _server.Options.HelloHostname is { Length: > 0 } hello && Ascii.IsValid(hello) && !hello.Any(char.IsControl) ? hello : "localhost";
        SmtpReply reply = await CommandAsync($"EHLO {name}");
        _canPipeline = _takesSize = _takesUtf8 = _offersStartTls = false;
        _authMechanisms = "";
        if (reply.Code is 500 or 502 or 504 or 550)
        {
            Require(await CommandAsync($"HELO {name}"), DeliveryStage.Connect);
            return;
        }

        Require(reply, DeliveryStage.Connect);
        foreach (string line in reply.Text.Split('\n').Skip(1))
        {
            string keyword = line.Split(' ', 2)[0].ToUpperInvariant();
            _canPipeline |= keyword == "PIPELINING";
            _takesSize |= keyword == "SIZE";
            _takesUtf8 |= keyword == "SMTPUTF8";
            _offersStartTls |= keyword == "STARTTLS";

            // 'AUTH=LOGIN' is how servers of the nineties put it, and some still do.
            if ((keyword == "AUTH" && line.Length > 5) || keyword.StartsWith("AUTH=", StringComparison.Ordinal))
            {
                _authMechanisms += $" {line[5..].ToUpperInvariant()} ";
            }
        }
    }

    private async Task StartTlsAsync()
    {
        if (!_offersStartTls)
        {
            throw new SmtpConnectException(DeliveryStage.Tls, default, "The server does not offer STARTTLS.", null);
        }

        Require(await CommandAsync("STARTTLS"), DeliveryStage.Tls);

        // Anything sent in the clear after the go-ahead was put there by somebody in between.
        if (_inputEnd > _inputStart)
        {
            throw new SmtpConnectException(DeliveryStage.Tls, default, "The server sent data before the encryption began.", null);
        }

        await EncryptAsync();
        await GreetAsync();
    }

    private async Task EncryptAsync()
    {
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        var options = new SslClientAuthenticationOptions { TargetHost = _server.Options.Host };
        if (_server.Options.TlsSkipVerify)
        {
#pragma warning disable CA5359 // The administrator has asked for exactly this (tls_skip_verify), for a relay inside the own network.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        await encrypted.AuthenticateAsClientAsync(options, _deadline.Token);
    }

    private async Task AuthenticateAsync()
    {
        SmtpServerOptions options = _server.Options;
        SaslMechanism? mechanism = options.AuthProtocol.ToLowerInvariant() switch
        {
            "plain" => new SaslMechanismPlain(Encoding.UTF8, options.Username, options.Password),
            "login" => new SaslMechanismLogin(Encoding.UTF8, options.Username, options.Password),
            "cram" => new SaslMechanismCramMd5(options.Username, options.Password),
            _ => null,
        };
        if (mechanism is null)
        {
            return;
        }

        if (!_authMechanisms.Contains($" {mechanism.MechanismName} ", StringComparison.Ordinal))
        {
            throw new SmtpConnectException(DeliveryStage.Authentication, default, $"The server does not offer AUTH {mechanism.MechanismName}.", null);
        }

        string command = $"AUTH {mechanism.MechanismName}";
        if (mechanism.SupportsInitialResponse)
        {
            command += $" {await mechanism.ChallengeAsync(null, _deadline.Token)}";
        }

        SmtpReply reply = await CommandAsync(command, secretFrom: 5 + mechanism.MechanismName.Length);
        while (reply.Code == 334)
        {
            string response = await mechanism.ChallengeAsync(reply.Text, _deadline.Token);
            reply = await CommandAsync(response, secretFrom: 0);
        }

        Require(reply, DeliveryStage.Authentication);
    }

    private async Task<SmtpReply> CommandAsync(string command, int secretFrom = -1)
    {
        _transcript?.Invoke($"C: {(secretFrom < 0 ? command : $"{command.AsSpan(0, Math.Min(secretFrom, command.Length))} ***")}");
        AppendText(command);
        Append("\r\n"u8);
        await WriteOutAsync();
        return await ReadReplyAsync();
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

            if (!_takesUtf8 && !Ascii.IsValid(recipient.AsSpan(0, recipient.LastIndexOf('@'))))
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
        Append("MAIL FROM:<"u8);
        AppendText(MailAddressText.ToAsciiDomainAddress(sender));
        Append(">"u8);
        if (_takesSize)
        {
            Append(" SIZE="u8);
            Span<byte> digits = stackalloc byte[12];
            size.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
            Append(digits[..written]);
        }

        if (_takesUtf8 && (!Ascii.IsValid(sender) || !Ascii.IsValid(recipients[0])))
        {
            Append(" SMTPUTF8"u8);
        }

        Append("\r\n"u8);
    }

    private void AppendRecipient(string recipient)
    {
        Append("RCPT TO:<"u8);
        AppendText(MailAddressText.ToAsciiDomainAddress(recipient));
        Append(">\r\n"u8);
    }

    /// <summary>DATA left together with the refused envelope; a server that takes it all the same is told that nothing follows (RFC 2920 §3.1).</summary>
    private async ValueTask WithdrawDataAsync()
    {
        SmtpReply reply = await ReadReplyAsync();
        if (reply.Code == 354)
        {
            Append(".\r\n"u8);
            await FlushAsync();
            await ReadReplyAsync();
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
                await AppendAsync(header.Field);
            }
        }

        _transcript?.Invoke($"C: ({mime.Length} bytes of content)");
        bool endsInLine = mime.Span.EndsWith("\r\n"u8);
        if (mime.Span.StartsWith("."u8))
        {
            Append("."u8);
        }

        // Stuffing after any line feed, not only after CRLF, leaves no room for an end of data smuggled into the content.
        while (mime.Span.IndexOf("\n."u8) is >= 0 and int dot)
        {
            await AppendAsync(mime[..(dot + 2)]);
            mime = mime[(dot + 1)..];
        }

        await AppendAsync(mime);
        await AppendAsync(endsInLine ? EndOfData.AfterLine : EndOfData.WithinLine);
        await WriteOutAsync();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_output.AsSpan(_outputCount));
        _outputCount += bytes.Length;
    }

    private void AppendText(string text)
    {
        Reserve(text.Length * 3);
        _outputCount += Encoding.UTF8.GetBytes(text, _output.AsSpan(_outputCount));
    }

    /// <summary>Commands always fit, save an envelope with hundreds of copies.</summary>
    private void Reserve(int count)
    {
        if (_output.Length - _outputCount < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_output.Length * 2, _outputCount + count));
            _output.AsSpan(0, _outputCount).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_output);
            _output = larger;
        }
    }

    private async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            int count = Math.Min(bytes.Length, _output.Length - _outputCount);
            bytes.Span[..count].CopyTo(_output.AsSpan(_outputCount));
            _outputCount += count;
            if (count == bytes.Length)
            {
                return;
            }

            bytes = bytes[count..];
            await WriteOutAsync();
        }
    }

    private ValueTask FlushAsync()
    {
        _transcript?.Invoke($"C: {Encoding.UTF8.GetString(_output, 0, _outputCount).TrimEnd().Replace("\r\n", "\nC: ", StringComparison.Ordinal)}");
        return WriteOutAsync();
    }

    private ValueTask WriteOutAsync()
    {
        int count = _outputCount;
        _outputCount = 0;
        return _stream.WriteAsync(_output.AsMemory(0, count), _deadline.Token);
    }

    private async ValueTask<SmtpReply> ReadReplyAsync()
    {
        while (true)
        {
            int used = SmtpReply.TryRead(_input.AsSpan(_inputStart, _inputEnd - _inputStart), out SmtpReply reply);
            if (used > 0)
            {
                _inputStart += used;
                if (_inputStart == _inputEnd)
                {
                    _inputStart = _inputEnd = 0;
                }

                _transcript?.Invoke($"S: {reply}");
                return reply;
            }

            if (_inputStart > 0)
            {
                _input.AsSpan(_inputStart, _inputEnd - _inputStart).CopyTo(_input);
                _inputEnd -= _inputStart;
                _inputStart = 0;
            }

            if (_inputEnd == _input.Length)
            {
                if (_inputEnd >= LongestReply)
                {
                    throw new InvalidDataException("The server's answer has no end.");
                }

                byte[] larger = ArrayPool<byte>.Shared.Rent(_input.Length * 2);
                _input.AsSpan(0, _inputEnd).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_input);
                _input = larger;
            }

            int read = await _stream.ReadAsync(_input.AsMemory(_inputEnd), _deadline.Token);
            if (read == 0)
            {
                throw new EndOfStreamException("The server closed the connection.");
            }

            _inputEnd += read;
        }
    }

    private static class EndOfData
    {
        public static readonly byte[] AfterLine = ".\r\n"u8.ToArray();
        public static readonly byte[] WithinLine = "\r\n.\r\n"u8.ToArray();
    }
}

/// <summary>A session that never came to be, and at which stage it failed.</summary>
internal sealed class SmtpConnectException(DeliveryStage stage, SmtpReply reply, string message, Exception? inner) : Exception(message, inner)
{
    public DeliveryResult ToResult(string server) => new()
    {
        Outcome = DeliveryOutcome.ServerUnavailable,
        Stage = stage,
        Code = reply.Code,
        EnhancedStatus = reply.EnhancedStatus,
        ReplyText = Message,
        Server = server,
    };
}
