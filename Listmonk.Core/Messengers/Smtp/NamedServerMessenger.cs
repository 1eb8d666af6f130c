namespace Listmonk.Core.Messengers.Smtp;

/// <summary>One named SMTP server as a messenger of its own, on the shared connections.</summary>
public sealed class NamedServerMessenger(SmtpMessenger smtp, string serverName) : IMessenger
{
    public string Name => serverName;

    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken) => smtp.SendAsync(message, serverName, cancellationToken);
}
