using System.Collections.Concurrent;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Tries out one server with one message and returns what was said, for the settings page's test button.</summary>
public sealed class SmtpProbe(TimeProvider clock)
{
    private static readonly SmtpTimeouts Timeouts = new() { Command = TimeSpan.FromSeconds(5), Content = TimeSpan.FromSeconds(10) };

    /// <summary>The transcript shows commands and replies, neither credentials nor content.</summary>
    public async Task<(DeliveryResult Result, IReadOnlyList<string> Transcript)> SendAsync(
        SmtpServerOptions options, OutboundMessage message, CancellationToken cancellationToken)
    {
        var transcript = new ConcurrentQueue<string>();
        var profile = new SmtpServerProfile(options with { WaitTimeout = TimeSpan.FromSeconds(2) });
        try
        {
            await using SmtpConnection connection = await SmtpConnection.ConnectAsync(profile, Timeouts, clock, transcript.Enqueue, cancellationToken);
            return (await connection.SendAsync(message, cancellationToken), [.. transcript]);
        }
        catch (SmtpConnectException error)
        {
            return (error.ToResult(profile.Name), [.. transcript]);
        }
    }
}
