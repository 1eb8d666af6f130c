using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Messengers.Smtp;

namespace Listmonk.Core.Messengers;

/// <summary>
/// The messenger <c>email</c>, which always exists: through the SMTP servers as soon as one is enabled, into the embedded outbox until then.
/// </summary>
public sealed class EmailMessenger(SmtpMessenger smtp, OutboxMessenger outbox) : IMessenger
{
    public const string DefaultName = "email";

    public string Name => DefaultName;

    /// <summary>Mails go nowhere but into the outbox.</summary>
    public bool UsesOutbox => !smtp.HasServers;

    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken) =>
        UsesOutbox ? outbox.SendAsync(message, cancellationToken) : smtp.SendAsync(message, cancellationToken);
}
