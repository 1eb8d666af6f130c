using Listmonk.Core.Common;

namespace Listmonk.Core.Transactional;

/// <summary>Tells the worker of this process that a message was queued; other processes find it within a second.</summary>
public sealed class TransactionalSignal(TimeProvider clock) : WakeSignal(clock);
