using Listmonk.Core.Common;

namespace Listmonk.Core.Campaigns;

/// <summary>Tells the scheduler that there is a campaign to send.</summary>
public sealed class SendingSignal(TimeProvider clock) : WakeSignal(clock);
