namespace Listmonk.Core.Messengers.Outbox;

/// <summary>Delivers into the embedded outbox, so that a fresh installation can send before any server is set up.</summary>
public sealed class OutboxMessenger(OutboxStore store) : IMessenger
{
    public string Name => "outbox";

    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            OutboxEntry entry = store.Add(message);
            return Task.FromResult(new DeliveryResult
            {
                Outcome = DeliveryOutcome.Sent,
                Stage = DeliveryStage.Content,
                Code = 250,
                EnhancedStatus = "2.0.0",
                ReplyText = $"captured as {entry.Id}",
                Server = Name,
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(DeliveryResult.Unavailable(DeliveryStage.Data, error.Message, Name));
        }
    }
}
