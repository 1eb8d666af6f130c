using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Listmonk.Tests.Support;

namespace Listmonk.Bench.Load;

/// <summary>
/// An SMTP server that accepts everything, counts messages and recipients, and forgets the content but for the first few mails.
/// It knows just as much of RFC 5321 as it takes to be sent to quickly.
/// </summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _recipients = new(StringComparer.Ordinal);
    private readonly List<byte[]> _kept = [];
    private readonly List<(int Count, TaskCompletionSource Signal)> _waiting = [];
    private readonly int _keep;
    private readonly SmtpMischief? _mischief;
    private readonly Task _accepting;
    private int _messages;
    private long _bytes;
    private long _first;
    private long _last;

    /// <param name="keep">How many mails are kept whole.</param>
    /// <param name="mischief">What goes wrong at random; null when nothing does.</param>
    public SmtpSink(int keep = 0, SmtpMischief? mischief = null)
    {
        _keep = keep;
        _mischief = mischief;
        _listener.Start(backlog: 512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>What has arrived since the start or <see cref="Reset"/>.</summary>
    public SinkFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new SinkFigures(_messages, _recipients.Count, _bytes, _first, _last);
            }
        }
    }

    /// <summary>The first mails, as they came.</summary>
    public IReadOnlyList<byte[]> Kept
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept];
            }
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            (_messages, _bytes, _first, _last) = (0, 0, 0, 0);
            _recipients.Clear();
            _kept.Clear();
        }
    }

    /// <summary>Completes once so many messages have arrived.</summary>
    public Task WhenReceivedAsync(int count, CancellationToken cancellationToken)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_messages >= count)
            {
                return Task.CompletedTask;
            }

            _waiting.Add((count, signal));
        }

        return signal.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private void Receive(string recipient, long bytes, byte[]? mail)
    {
        lock (_lock)
        {
            _last = Stopwatch.GetTimestamp();
            _first = _messages == 0 ? _last : _first;
            _messages++;
            _bytes += bytes;
            _recipients[recipient] = _recipients.GetValueOrDefault(recipient) + 1;
            if (mail is not null)
            {
                _kept.Add(mail);
            }

            foreach (var (_, signal) in _waiting.Where(wait => wait.Count == _messages))
            {
                signal.TrySetResult();
            }
        }
    }

    private async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                sessions.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                await new Session(this, socket).RunAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The other side is gone, or the sink is closing.
            }
        }
    }

    /// <summary>One connection: takes what was received apart and answers each command of it at once.</summary>
    private sealed class Session(SmtpSink sink, Socket socket)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly byte[] _replies = new byte[4096];
        private readonly ArrayBufferWriter<byte> _mail = new();
        private string _recipient = "";
        private long _bytes;
        private int _replyLength;
        private bool _isInContent;
        private bool _isKept;
        private bool _isRefused;
        private bool _hangsUp;
        private SmtpMood _mood;

        private static ReadOnlySpan<byte> EndOfContent => "\r\n.\r\n"u8;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            var length = 0;
            Reply("220 sink ESMTP\r\n"u8);
            while (true)
            {
                if (_mood.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(_mood.Delay, TimeProvider.System, cancellationToken);
                }

                await socket.SendAsync(_replies.AsMemory(0, _replyLength), cancellationToken);
                _replyLength = 0;
                if (_hangsUp)
                {
                    return;
                }

                var read = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return;
                }

                length += read;
                var used = Take(_buffer.AsSpan(0, length));
                _buffer.AsSpan(used..length).CopyTo(_buffer);
                length -= used;
            }
        }

        private int Take(ReadOnlySpan<byte> input)
        {
            var at = 0;
            while (!_hangsUp && (_isInContent ? TakeContent(input[at..], out var used) : TakeCommand(input[at..], out used)))
            {
                at += used;
            }

            return at;
        }

        private bool TakeCommand(ReadOnlySpan<byte> input, out int used)
        {
            used = input.IndexOf((byte)'\n') + 1;
            if (used == 0)
            {
                return false;
            }

            var line = input[..used];
            if (line.StartsWith("EHLO"u8))
            {
                Reply("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n"u8);
            }
            else if (_isRefused && line.StartsWith("DATA"u8))
            {
                Reply("503 5.5.1 no valid recipients\r\n"u8);
            }
            else if (line.StartsWith("DATA"u8))
            {
                (_isInContent, _isKept, _bytes) = (true, sink._kept.Count < sink._keep, 0);
                Reply("354 go ahead\r\n"u8);
            }
            else if (line.StartsWith("RCPT TO:<"u8))
            {
                TakeRecipient(Encoding.ASCII.GetString(line[9..line.IndexOf((byte)'>')]));
            }
            else
            {
                Reply("250 2.0.0 ok\r\n"u8);
            }

            return true;
        }

        private void TakeRecipient(string recipient)
        {
            _recipient = recipient;
            _mood = sink._mischief?.Draw(recipient) ?? default;
            _isRefused = _mood.RecipientReply is not null;
            _hangsUp = _mood.RecipientReply?.StartsWith("421", StringComparison.Ordinal) == true;
            ReplyText(_mood.RecipientReply ?? "250 2.1.5 ok");
        }

        /// <summary>Takes in all but what may be the beginning of the end.</summary>
        private bool TakeContent(ReadOnlySpan<byte> input, out int used)
        {
            var end = input.IndexOf(EndOfContent);
            used = end >= 0 ? end + EndOfContent.Length : Math.Max(0, input.Length - EndOfContent.Length + 1);
            _bytes += used;
            if (_isKept)
            {
                _mail.Write(input[..used]);
            }

            if (end >= 0)
            {
                _isInContent = false;
                EndContent();
            }
            else
            {
                _hangsUp = _mood.DropsWithinContent;
            }

            return used > 0;
        }

        private void EndContent()
        {
            _hangsUp = _mood.DropsWithinContent || _mood.DropsAfterContent;
            if (_mood.ContentReply is { } refusal)
            {
                ReplyText(refusal);
            }
            else if (!_mood.DropsWithinContent)
            {
                sink.Receive(_recipient, _bytes, _isKept ? _mail.WrittenSpan.ToArray() : null);
                sink._mischief?.NoteTaken(_recipient, isAnswered: !_hangsUp);
                if (!_hangsUp)
                {
                    Reply("250 2.0.0 queued\r\n"u8);
                }
            }

            _mail.ResetWrittenCount();
        }

        private void ReplyText(string line) => Reply(Encoding.ASCII.GetBytes(line + "\r\n"));

        private void Reply(ReadOnlySpan<byte> line)
        {
            line.CopyTo(_replies.AsSpan(_replyLength));
            _replyLength += line.Length;
        }
    }
}

/// <summary>What a sink has received; the times are <see cref="Stopwatch"/> timestamps, 0 before the first message.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SinkFigures(int Messages, int People, long Bytes, long First, long Last)
{
    public int Duplicates => Messages - People;

    public double MessagesPerSecond => Messages < 2 ? 0 : (Messages - 1) / Stopwatch.GetElapsedTime(First, Last).TotalSeconds;
}
