using Listmonk.Core.Common;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Wakes the worker of bulk jobs and carries their progress.</summary>
public sealed class BulkSignal : WorkSignal<BulkProgress>;
