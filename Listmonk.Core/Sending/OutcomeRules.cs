using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Messengers;

namespace Listmonk.Core.Sending;

/// <summary>What an answer of a messenger means for the recipient's place in the ledger.</summary>
internal static class OutcomeRules
{
    /// <summary>How often a server may put a message off before it counts as failed.</summary>
    public const int MaxAttempts = 4;

    public static DeliveryStatus StatusOf(DeliveryResult result, int attemptsBefore) => result.Outcome switch
    {
        DeliveryOutcome.Sent => DeliveryStatus.Sent,
        DeliveryOutcome.RecipientRefused => DeliveryStatus.Failed,
        DeliveryOutcome.Deferred when attemptsBefore + 1 >= MaxAttempts => DeliveryStatus.Failed,
        _ => DeliveryStatus.Claimed,
    };

    /// <summary>The verdict on a refusal of this person; null when the server did not refuse for good. Only what it said about the address blames the person.</summary>
    public static RecipientReading? RefusalOf(DeliveryResult result, string recipient)
    {
        if (result.Outcome != DeliveryOutcome.RecipientRefused)
        {
            return null;
        }

        var stage = result.Stage switch
        {
            DeliveryStage.Recipient => "RCPT",
            DeliveryStage.Data or DeliveryStage.Content => "DATA",
            DeliveryStage.Sender => "MAIL",
            _ => "CONN",
        };
        var reading = BounceMailReader.ReadReply($"{result.Code} {result.EnhancedStatus} {result.ReplyText}", stage, recipient, result.Server);
        return reading.Counts ? reading : null;
    }

    /// <summary>How long to wait before those that were put off are tried again. A server that is away is asked again sooner than one that said "later".</summary>
    public static TimeSpan PauseBeforePass(int pass, bool hadErrors) => hadErrors
        ? TimeSpan.FromSeconds(Math.Min(60, 5 << Math.Min(pass - 1, 4)))
        : pass switch
        {
            1 => TimeSpan.FromSeconds(15),
            2 => TimeSpan.FromMinutes(1),
            _ => TimeSpan.FromMinutes(5),
        };
}
