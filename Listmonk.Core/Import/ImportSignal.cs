using System.Threading.Channels;
using Listmonk.Core.Common;

namespace Listmonk.Core.Import;

/// <summary>Wakes the import worker and carries its progress to whoever watches. One pending wake-up is enough; more are dropped.</summary>
public sealed class ImportSignal
{
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public LiveFeed<ImportProgress> Changed { get; } = new();

    public void Wake() => _wakeUps.Writer.TryWrite(true);

    internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _wakeUps.Reader.ReadAsync(cancellationToken);
}
