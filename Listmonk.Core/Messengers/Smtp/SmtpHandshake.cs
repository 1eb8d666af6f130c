using System.Net.Sockets;
using System.Text;
using MailKit.Security;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Opens a session: connects, greets, encrypts and logs in as the server's options say.</summary>
internal sealed class SmtpHandshake
{
    private readonly SmtpServerProfile _server;
    private readonly SmtpWire _wire;
    private DeliveryStage _stage = DeliveryStage.Connect;
    private string _authMechanisms = "";
    private bool _offersStartTls;

    private SmtpHandshake(SmtpServerProfile server, SmtpWire wire)
    {
        _server = server;
        _wire = wire;
    }

    /// <summary>What the server said it can do, after encryption.</summary>
    public SmtpAbilities Abilities { get; private set; }

    /// <exception cref="SmtpConnectException">It did not come to a session.</exception>
    public static async Task<(SmtpWire Wire, SmtpAbilities Abilities)> ConnectAsync(
        SmtpServerProfile server, SmtpTimeouts timeouts, TimeProvider clock, Action<string>? transcript, CancellationToken cancellationToken)
    {
        // Without NoDelay Nagle's algorithm and the other side's delayed acknowledgement cost 40 ms a message.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmtpWire? wire = null;
        SmtpHandshake? handshake = null;
        try
        {
            using (var limit = new CancellationTokenSource(server.WaitTimeout, clock))
            using (var dial = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token))
            {
                await socket.ConnectAsync(server.Options.Host, server.Options.Port, dial.Token);
            }

            wire = new SmtpWire(socket, clock, transcript);
            handshake = new SmtpHandshake(server, wire);
            using CancellationTokenRegistration cancellation = wire.CancelWith(cancellationToken);
            wire.Limit(timeouts.Command);
            await handshake.RunAsync();
            wire.LiftLimit();
            return (wire, handshake.Abilities);
        }
        catch (Exception error)
        {
            if (wire is not null)
            {
                await wire.DisposeAsync();
            }

            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            DeliveryStage stage = handshake?._stage ?? DeliveryStage.Connect;
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

    private async Task RunAsync()
    {
        SmtpServerOptions options = _server.Options;
        if (options.TlsType.Equals("TLS", StringComparison.OrdinalIgnoreCase))
        {
            _stage = DeliveryStage.Tls;
            await _wire.EncryptAsync(options.Host, options.TlsSkipVerify);
            _stage = DeliveryStage.Connect;
        }

        Require(await _wire.ReadReplyAsync(), _stage);
        await GreetAsync();
        if (options.TlsType.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase))
        {
            _stage = DeliveryStage.Tls;
            await StartTlsAsync();
        }

        _stage = DeliveryStage.Authentication;
        await AuthenticateAsync();
    }

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
        SmtpReply reply = await _wire.CommandAsync($"EHLO {name}");
        Abilities = default;
        _offersStartTls = false;
        _authMechanisms = "";
        if (reply.Code is 500 or 502 or 504 or 550)
        {
            Require(await _wire.CommandAsync($"HELO {name}"), DeliveryStage.Connect);
            return;
        }

        Require(reply, DeliveryStage.Connect);
        foreach (string line in reply.Text.Split('\n').Skip(1))
        {
            string keyword = line.Split(' ', 2)[0].ToUpperInvariant();
            Abilities = new SmtpAbilities(
                Abilities.Pipelining || keyword == "PIPELINING", Abilities.Size || keyword == "SIZE", Abilities.Utf8 || keyword == "SMTPUTF8");
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

        Require(await _wire.CommandAsync("STARTTLS"), DeliveryStage.Tls);

        // Anything sent in the clear after the go-ahead was put there by somebody in between.
        if (_wire.HasUnread)
        {
            throw new SmtpConnectException(DeliveryStage.Tls, default, "The server sent data before the encryption began.", null);
        }

        await _wire.EncryptAsync(_server.Options.Host, _server.Options.TlsSkipVerify);
        await GreetAsync();
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
            command += $" {await mechanism.ChallengeAsync(null, _wire.Deadline)}";
        }

        SmtpReply reply = await _wire.CommandAsync(command, secretFrom: 5 + mechanism.MechanismName.Length);
        while (reply.Code == 334)
        {
            string response = await mechanism.ChallengeAsync(reply.Text, _wire.Deadline);
            reply = await _wire.CommandAsync(response, secretFrom: 0);
        }

        Require(reply, DeliveryStage.Authentication);
    }
}

/// <summary>What a server's EHLO offered of the things that a transaction makes use of.</summary>
internal readonly record struct SmtpAbilities(bool Pipelining, bool Size, bool Utf8);

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
