using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// The two directions of one SMTP session: commands and content gather in one buffer and leave in one write, answers are read as they
/// come, and one deadline, which the session moves, limits both.
/// </summary>
internal sealed class SmtpWire : IAsyncDisposable
{
    private const int OutputSize = 64 * 1024;
    private const int InputSize = 4 * 1024;
    private const int LongestReply = 128 * 1024;

    private readonly Action<string>? _transcript;
    private readonly CancellationTokenSource _deadline;
    private readonly Socket _socket;
    private Stream _stream;
    private byte[] _output = ArrayPool<byte>.Shared.Rent(OutputSize);
    private byte[] _input = ArrayPool<byte>.Shared.Rent(InputSize);
    private int _outputCount;
    private int _inputStart;
    private int _inputEnd;

    public SmtpWire(Socket socket, TimeProvider clock, Action<string>? transcript)
    {
        _transcript = transcript;
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>Ends when the time that <see cref="Limit"/> set is up, or the sender wants to stop.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Something has come that nobody has read yet.</summary>
    public bool HasUnread => _inputEnd > _inputStart;

    /// <summary>Whether the server has spoken or hung up while nothing was asked of it.</summary>
    public bool HasNews
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>All that follows must be done within this time.</summary>
    public void Limit(TimeSpan time) => _deadline.CancelAfter(time);

    public void LiftLimit() => _deadline.CancelAfter(Timeout.InfiniteTimeSpan);

    public CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _deadline);

    /// <summary>From here on everything is encrypted.</summary>
    /// <param name="host">Whom the certificate must name.</param>
    /// <param name="skipVerify">The administrator wants no check (tls_skip_verify), for a relay inside the own network.</param>
    /// <exception cref="AuthenticationException">The handshake broke.</exception>
    /// <exception cref="SmtpConnectException">The certificate is not to be trusted; says why.</exception>
    public async Task EncryptAsync(string host, bool skipVerify)
    {
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        string? fault = null;
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => skipVerify || (fault = CertificateFault(host, certificate, chain, errors)) is null,
                },
                _deadline.Token);
        }
        catch (AuthenticationException error) when (fault is not null)
        {
            throw new SmtpConnectException(DeliveryStage.Tls, default, fault, error);
        }
    }

    private static string? CertificateFault(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "The server shows no certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"The server's certificate is for another name ({certificate.Subject}), not for {host}.";
        }

        return $"The server's certificate is not trusted: {string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])}.";
    }

    /// <summary>Sends one command and reads its answer.</summary>
    /// <param name="command">Without its line end.</param>
    /// <param name="secretFrom">Where the part begins that no transcript may show; negative when there is none.</param>
    public async Task<SmtpReply> CommandAsync(string command, int secretFrom = -1)
    {
        _transcript?.Invoke($"C: {(secretFrom < 0 ? command : $"{command.AsSpan(0, Math.Min(secretFrom, command.Length))} ***")}");
        AppendText(command);
        Append("\r\n"u8);
        await WriteOutAsync();
        return await ReadReplyAsync();
    }

    /// <summary>Forgets what was gathered and not sent.</summary>
    public void Discard() => _outputCount = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_output.AsSpan(_outputCount));
        _outputCount += bytes.Length;
    }

    public void AppendText(string text)
    {
        Reserve(text.Length * 3);
        _outputCount += Encoding.UTF8.GetBytes(text, _output.AsSpan(_outputCount));
    }

    /// <summary>Writes out whenever the buffer is full.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
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

    /// <summary>Sends the commands that were gathered.</summary>
    public ValueTask FlushAsync()
    {
        _transcript?.Invoke($"C: {Encoding.UTF8.GetString(_output, 0, _outputCount).TrimEnd().Replace("\r\n", "\nC: ", StringComparison.Ordinal)}");
        return WriteOutAsync();
    }

    /// <summary>Sends what was gathered without showing it to the transcript.</summary>
    public ValueTask WriteOutAsync()
    {
        int count = _outputCount;
        _outputCount = 0;
        return _stream.WriteAsync(_output.AsMemory(0, count), _deadline.Token);
    }

    public async ValueTask<SmtpReply> ReadReplyAsync()
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

    /// <summary>Content is not shown, only that it went out.</summary>
    public void NoteContent(int length) => _transcript?.Invoke($"C: ({length} bytes of content)");

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _deadline.Dispose();
        ArrayPool<byte>.Shared.Return(_output);
        ArrayPool<byte>.Shared.Return(_input);
        _output = _input = [];
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
}
