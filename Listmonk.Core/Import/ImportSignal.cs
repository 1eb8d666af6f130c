using Listmonk.Core.Common;

namespace Listmonk.Core.Import;

/// <summary>Wakes the import worker and carries its progress.</summary>
public sealed class ImportSignal : WorkSignal<ImportProgress>;
