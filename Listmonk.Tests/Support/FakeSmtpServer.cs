using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Listmonk.Core.Messengers.Smtp;
using MimeKit;

namespace Listmonk.Tests.Support;

/// <summary>
/// A real SMTP server on a free port that keeps what it receives and answers as the test scripts it:
/// <c>server.Answer("RCPT TO:&lt;gone@", "550 5.1.1 no such user")</c>.
/// </summary>
public sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly List<Script> _scripts = [];
    private readonly List<ReceivedMail> _mails = [];
    private readonly List<string> _commands = [];
    private readonly List<(Func<bool> IsMet, TaskCompletionSource Signal)> _waits = [];
    private readonly Lock _lock = new();
    private readonly FakeSmtpServerOptions _options;
    private Task _accepting = Task.CompletedTask;
    private TaskCompletionSource? _hold;
    private int _connectionCount;
    private int _peakConnectionCount;

    private FakeSmtpServer(FakeSmtpServerOptions options) => _options = options;

    public int Port { get; private set; }

    /// <summary>All connections so far.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>The most that were open at one time.</summary>
    public int PeakConnectionCount => Volatile.Read(ref _peakConnectionCount);

    public int OpenConnectionCount => _clients.Count;

    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (_lock)
            {
                return [.. _mails];
            }
        }
    }

    /// <summary>Every command line received, in order.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_lock)
            {
                return [.. _commands];
            }
        }
    }

    public static FakeSmtpServer Start(FakeSmtpServerOptions? options = null)
    {
        var server = new FakeSmtpServer(options ?? new FakeSmtpServerOptions());
        server._listener.Start();
        server.Port = ((IPEndPoint)server._listener.LocalEndpoint).Port;
        server._accepting = server.AcceptAsync();
        return server;
    }

    /// <summary>A port on which nothing listens.</summary>
    public static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Settings that lead here, without encryption or login.</summary>
    public SmtpServerOptions ToOptions() => new()
    {
        Uuid = $"server-{Port}",
        Host = "127.0.0.1",
        Port = Port,
        TlsType = "none",
        MessageRetryDelay = TimeSpan.Zero,
    };

    /// <summary>
    /// Answers commands that start with <paramref name="prefix"/> this way, the next so many times. A reply with code 421 also closes the
    /// connection; an empty one closes it without a word. The prefix <c>.</c> stands for the end of the content.
    /// </summary>
    public FakeSmtpServer Answer(string prefix, string reply, int times = int.MaxValue)
    {
        lock (_lock)
        {
            _scripts.Add(new Script(prefix, reply) { Left = times });
        }

        return this;
    }

    /// <summary>Breaks the connection in the middle of the content.</summary>
    public FakeSmtpServer DropDuringContent(int times = 1) => Answer("CONTENT", "", times);

    /// <summary>Receives content but does not confirm it until <see cref="Release"/>.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _hold, null)?.SetResult();

    /// <summary>Closes all connections from this side, as servers do when bored.</summary>
    public void HangUp()
    {
        foreach (TcpClient client in _clients.Keys)
        {
            client.Dispose();
        }
    }

    public Task WaitForMailsAsync(int count) => WaitAsync(() => _mails.Count >= count);

    public Task WaitForCommandAsync(string prefix, int count = 1) => WaitAsync(() => _commands.Count(command => command.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) >= count);

    public Task WaitForConnectionsAsync(Func<int, bool> openCount) => WaitAsync(() => openCount(_clients.Count));

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        Release();
        HangUp();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Waits for a signal, with a limit that only a broken test reaches.</summary>
    private async Task WaitAsync(Func<bool> isMet)
    {
        TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waits.Add((isMet, signal));
        }

        Check();
        await signal.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private void Check()
    {
        lock (_lock)
        {
            foreach ((Func<bool> isMet, TaskCompletionSource signal) in _waits.Where(wait => wait.IsMet()).ToList())
            {
                _waits.Remove((isMet, signal));
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
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                sessions.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Disposed, or stopped just before it was asked for the next connection (InvalidOperationException, the base of ObjectDisposedException).
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        _clients.TryAdd(client, true);
        Interlocked.Increment(ref _connectionCount);
        lock (_lock)
        {
            _peakConnectionCount = Math.Max(_peakConnectionCount, _clients.Count);
        }

        try
        {
            var session = new Session(this, client.GetStream());
            await session.RunAsync();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            // The client left, or the test ended.
        }
        finally
        {
            _clients.TryRemove(client, out _);
            client.Dispose();
            Check();
        }
    }

    private string? Scripted(string line)
    {
        lock (_lock)
        {
            Script? script = _scripts.Find(candidate => candidate.Left > 0 && line.StartsWith(candidate.Prefix, StringComparison.OrdinalIgnoreCase));
            if (script is null)
            {
                return null;
            }

            script.Left--;
            return script.Reply;
        }
    }

    private void Note(string command)
    {
        lock (_lock)
        {
            _commands.Add(command);
        }

        Check();
    }

    private void Keep(ReceivedMail mail)
    {
        lock (_lock)
        {
            _mails.Add(mail);
        }

        Check();
    }

    private sealed class Script(string prefix, string reply)
    {
        public string Prefix { get; } = prefix;

        public string Reply { get; } = reply;

        public int Left { get; set; }
    }

    private sealed class Session(FakeSmtpServer server, Stream stream)
    {
        private readonly byte[] _input = new byte[64 * 1024];
        private Stream _stream = stream;
        private int _start;
        private int _end;
        private bool _isEncrypted;
        private string? _user;
        private string? _from;
        private List<string> _recipients = [];
        private SmtpMood _mood;

        private FakeSmtpServerOptions Options => server._options;

        public async Task RunAsync()
        {
            if (Options.ImplicitTls)
            {
                await EncryptAsync();
            }

            if (!await ReplyAsync(server.Scripted("CONNECT") ?? "220 fake.example ESMTP"))
            {
                return;
            }

            while (await ReadLineAsync() is { } line)
            {
                server.Note(line);
                if (!await HandleAsync(line))
                {
                    return;
                }
            }
        }

        private async Task<bool> HandleAsync(string line)
        {
            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (server.Scripted(line) is { } scripted)
            {
                if (verb is "MAIL" && scripted.StartsWith('2'))
                {
                    _from = Address(line);
                }

                return await ReplyAsync(scripted);
            }

            switch (verb)
            {
                case "EHLO":
                    var lines = new List<string> { "fake.example", "SIZE 50000000", "8BITMIME", "ENHANCEDSTATUSCODES" };
                    if (Options.Pipelining)
                    {
                        lines.Add("PIPELINING");
                    }

                    if (Options.StartTls && !_isEncrypted)
                    {
                        lines.Add("STARTTLS");
                    }

                    if (Options.SmtpUtf8)
                    {
                        lines.Add("SMTPUTF8");
                    }

                    if (Options.Password is not null)
                    {
                        lines.Add($"AUTH {Options.AuthMechanisms}");
                    }

                    return await ReplyAsync(string.Join("\r\n", lines.Select((text, index) => $"250{(index == lines.Count - 1 ? ' ' : '-')}{text}")));
                case "HELO" or "NOOP":
                    return await ReplyAsync("250 fake.example");
                case "STARTTLS":
                    await ReplyAsync("220 2.0.0 go ahead");
                    await EncryptAsync();
                    return true;
                case "AUTH":
                    return await AuthenticateAsync(line);
                case "RSET":
                    (_from, _recipients) = (null, []);
                    return await ReplyAsync("250 2.0.0 ok");
                case "MAIL" when Options.Password is not null && _user is null:
                    return await ReplyAsync("530 5.7.0 authentication required");
                case "MAIL" when _from is not null:
                    return await ReplyAsync("503 5.5.1 nested MAIL");
                case "MAIL":
                    (_from, _recipients) = (Address(line), []);
                    return await ReplyAsync("250 2.1.0 ok");
                case "RCPT" when _from is null:
                    return await ReplyAsync("503 5.5.1 MAIL first");
                case "RCPT":
                    return await TakeRecipientAsync(Address(line));
                case "DATA" when _recipients.Count == 0:
                    return await ReplyAsync("503 5.5.1 no valid recipients");
                case "DATA":
                    await ReplyAsync("354 go ahead");
                    return await ReceiveAsync();
                case "QUIT":
                    await ReplyAsync("221 2.0.0 bye");
                    return false;
                default:
                    return await ReplyAsync("502 5.5.2 what?");
            }
        }

        private async Task<bool> TakeRecipientAsync(string recipient)
        {
            if (Options.Mischief is { } mischief)
            {
                _mood = mischief.Draw(recipient);
                await Task.Delay(_mood.Delay, TimeProvider.System, server._stop.Token);
                if (_mood.RecipientReply is { } refusal)
                {
                    return await ReplyAsync(refusal);
                }
            }

            _recipients.Add(recipient);
            return await ReplyAsync("250 2.1.5 ok");
        }

        private async Task<bool> ReceiveAsync()
        {
            using var raw = new MemoryStream();
            int lineCount = 0;
            while (true)
            {
                if (await ReadLineAsync() is not { } line || (lineCount > 0 && _mood.DropsWithinContent))
                {
                    return false;
                }

                if (lineCount++ == 0 && server.Scripted("CONTENT") is { } drop)
                {
                    return await ReplyAsync(drop);
                }

                if (line == ".")
                {
                    break;
                }

                raw.Write(Encoding.Latin1.GetBytes(line.StartsWith('.') ? line[1..] : line));
                raw.Write("\r\n"u8);
            }

            server.Note(".");
            if (server._hold is { } hold)
            {
                await hold.Task;
            }

            string? scripted = server.Scripted(".") ?? _mood.ContentReply;
            if (scripted is null or ['2', ..])
            {
                server.Keep(new ReceivedMail { EnvelopeFrom = _from!, Recipients = _recipients, Raw = raw.ToArray(), User = _user, IsEncrypted = _isEncrypted });
            }

            string recipient = _recipients[0];
            (_from, _recipients) = (null, []);
            if (scripted is null)
            {
                Options.Mischief?.NoteTaken(recipient, isAnswered: !_mood.DropsAfterContent);
            }

            return !_mood.DropsAfterContent && await ReplyAsync(scripted ?? "250 2.0.0 queued");
        }

        private async Task<bool> AuthenticateAsync(string line)
        {
            string[] words = line.Split(' ');
            string given;
            switch (words[1].ToUpperInvariant())
            {
                case "PLAIN":
                    string[] parts = Decode(words.Length > 2 ? words[2] : await ChallengeAsync("")).Split('\0');
                    given = $"{parts[1]}:{parts[2]}";
                    break;
                case "LOGIN":
                    string user = Decode(words.Length > 2 ? words[2] : await ChallengeAsync("Username:"));
                    given = $"{user}:{Decode(await ChallengeAsync("Password:"))}";
                    break;
                case "CRAM-MD5":
                    const string Challenge = "<1.2@fake.example>";
                    string[] answer = Decode(await ChallengeAsync(Challenge)).Split(' ');
#pragma warning disable CA5351 // CRAM-MD5 (RFC 2195) is made of it.
                    string expected = Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(Options.Password!), Encoding.UTF8.GetBytes(Challenge)));
#pragma warning restore CA5351
                    given = $"{answer[0]}:{(answer[1] == expected ? Options.Password : "wrong")}";
                    break;
                default:
                    return await ReplyAsync("504 5.5.4 unknown mechanism");
            }

            if (given != $"{Options.Username}:{Options.Password}")
            {
                return await ReplyAsync("535 5.7.8 credentials invalid");
            }

            _user = Options.Username;
            return await ReplyAsync("235 2.7.0 welcome");
        }

        private async Task<string> ChallengeAsync(string text)
        {
            await ReplyAsync($"334 {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}");
            return await ReadLineAsync() ?? "";
        }

        private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

        private async Task EncryptAsync()
        {
            var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
            await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Options.Certificate }, server._stop.Token);
            _stream = encrypted;
            _isEncrypted = true;
        }

        /// <summary>False when the connection is to be closed.</summary>
        private async Task<bool> ReplyAsync(string reply)
        {
            if (reply.Length == 0)
            {
                return false;
            }

            await _stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), server._stop.Token);
            return !reply.StartsWith("421", StringComparison.Ordinal);
        }

        private async Task<string?> ReadLineAsync()
        {
            while (true)
            {
                int end = _input.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
                if (end >= 0)
                {
                    string line = Encoding.Latin1.GetString(_input, _start, end);
                    _start += end + 2;
                    return line;
                }

                _input.AsSpan(_start, _end - _start).CopyTo(_input);
                (_start, _end) = (0, _end - _start);
                int read = await _stream.ReadAsync(_input.AsMemory(_end), server._stop.Token);
                if (read == 0)
                {
                    return null;
                }

                _end += read;
            }
        }

        private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
    }
}

/// <summary>What the server offers.</summary>
public sealed record FakeSmtpServerOptions
{
    public bool Pipelining { get; init; } = true;

    public bool SmtpUtf8 { get; init; }

    public bool StartTls { get; init; }

    public bool ImplicitTls { get; init; }

    public X509Certificate2 Certificate { get; init; } = FakeCertificate.Localhost;

    public string Username { get; init; } = "user";

    /// <summary>Set, it makes the server ask for a login.</summary>
    public string? Password { get; init; }

    public string AuthMechanisms { get; init; } = "PLAIN LOGIN CRAM-MD5";

    /// <summary>What goes wrong at random; null when nothing does.</summary>
    public SmtpMischief? Mischief { get; init; }
}

/// <summary>A mail as it arrived, dots unstuffed.</summary>
public sealed record ReceivedMail
{
    public required string EnvelopeFrom { get; init; }

    public required IReadOnlyList<string> Recipients { get; init; }

    public required byte[] Raw { get; init; }

    public string? User { get; init; }

    public bool IsEncrypted { get; init; }

    public string Text => Encoding.UTF8.GetString(Raw);

    public MimeMessage Parse() => MimeMessage.Load(new MemoryStream(Raw));
}

/// <summary>Certificates that nobody trusts.</summary>
public static class FakeCertificate
{
    public static X509Certificate2 Localhost { get; } = Create("localhost", IPAddress.Loopback);

    public static X509Certificate2 SomeoneElse { get; } = Create("someone-else.example", IPAddress.None);

    private static X509Certificate2 Create(string host, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
