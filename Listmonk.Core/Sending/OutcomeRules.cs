using Listmonk.Core.Bounces;
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

    /// <summary>Only what a server said about the address blames the person.</summary>
    public static BounceType? BounceOf(DeliveryResult result)
    {
        if (result.Outcome != DeliveryOutcome.RecipientRefused)
        {
            return null;
        }

        if (result.IsAddressFault)
        {
            return BounceType.Hard;
        }

        return result.EnhancedStatus?.StartsWith("5.7.", StringComparison.Ordinal) == true ? BounceType.Policy : BounceType.Soft;
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
