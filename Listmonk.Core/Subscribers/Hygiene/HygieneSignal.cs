using Listmonk.Core.Common;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>Wakes the worker of hygiene reports and carries their progress.</summary>
public sealed class HygieneSignal : WorkSignal<HygieneProgress>;
