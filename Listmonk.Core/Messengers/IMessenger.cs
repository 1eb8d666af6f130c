namespace Listmonk.Core.Messengers;

/// <summary>Carries a finished message to one person and says what became of it.</summary>
public interface IMessenger
{
    /// <summary>The name by which campaigns choose this messenger: <c>email</c>, <c>email-relay</c>, or that of a postback.</summary>
    string Name { get; }

    /// <summary>
    /// Hands the message over. Refusals and outages come back as a result; the only exception is
    /// <see cref="OperationCanceledException"/>, and never once the content has been handed over.
    /// </summary>
    Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken);
}
