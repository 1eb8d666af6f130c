using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Listmonk.Bench.Load;

/// <summary>Asks a server for the same addresses over and over, on many connections that stay open.</summary>
/// <param name="depth">Requests in flight on each connection; beyond 1 they are pipelined (RFC 9112, 9.3.2), and the times grow with it.</param>
internal sealed class HttpLoad(Uri server, IReadOnlyList<string> paths, int connections, int depth)
{
    private readonly IReadOnlyList<byte[]> _requests =
        [.. paths.Select(path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0\r\n\r\n"))];

    public async Task<LoadFigures> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var all = Enumerable.Range(0, connections).Select(number => new Connection(_requests, number * _requests.Count / connections)).ToList();
        await Task.WhenAll(all.Select(one => Task.Run(() => one.RunAsync(server, depth, () => Stopwatch.GetElapsedTime(start) < duration, cancellationToken), cancellationToken)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var times = all.SelectMany(one => one.Times).Order().ToList();
        return new LoadFigures(times.Count, times.Count / seconds, At(times, 0.5), At(times, 0.99), all.Sum(one => one.Refused));
    }

    private static double At(List<long> times, double share) =>
        times.Count == 0 ? 0 : TimeSpan.FromTicks(times[(int)(share * (times.Count - 1))]).TotalMilliseconds;

    private sealed class Connection(IReadOnlyList<byte[]> requests, int next)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private int _length;
        private int _next = next;

        /// <summary>The time of each answer, in ticks of <see cref="TimeSpan"/>.</summary>
        public List<long> Times { get; } = [];

        /// <summary>Answers that were neither content nor a redirect.</summary>
        public int Refused { get; private set; }

        public async Task RunAsync(Uri server, int depth, Func<bool> goesOn, CancellationToken cancellationToken)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), cancellationToken);
            var batch = new MemoryStream();
            while (goesOn())
            {
                batch.SetLength(0);
                for (var i = 0; i < depth; i++)
                {
                    batch.Write(requests[_next++ % requests.Count]);
                }

                var sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length), cancellationToken);
                for (var open = depth; open > 0;)
                {
                    _length += await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken) is > 0 and var read
                        ? read
                        : throw new InvalidOperationException("The server has closed a connection.");
                    for (; TakeAnswer(); open--)
                    {
                        Times.Add(Stopwatch.GetElapsedTime(sent).Ticks);
                    }
                }
            }
        }

        private bool TakeAnswer()
        {
            var input = _buffer.AsSpan(0, _length);
            var head = input.IndexOf("\r\n\r\n"u8) + 4;
            if (head < 4)
            {
                return false;
            }

            var end = head + ContentLength(input[..head]);
            if (end > _length)
            {
                return false;
            }

            if (input["HTTP/1.1 ".Length] is not ((byte)'2' or (byte)'3'))
            {
                Refused++;
            }

            input[end..].CopyTo(input);
            _length -= end;
            return true;
        }

        private static int ContentLength(ReadOnlySpan<byte> head)
        {
            var name = "\r\nContent-Length: "u8;
            var at = head.IndexOf(name);
            return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
                ? length
                : throw new InvalidOperationException("An answer has no length.");
        }
    }
}

/// <summary>What a load has measured; times in milliseconds.</summary>
internal sealed record LoadFigures(int Requests, double RequestsPerSecond, double P50, double P99, int Refused);
