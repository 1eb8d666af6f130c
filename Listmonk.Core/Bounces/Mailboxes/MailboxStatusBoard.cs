using System.Collections.Concurrent;
using System.Threading.Channels;
using Listmonk.Core.Common;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Shows how each mailbox fares, and passes on the wish to read one now.</summary>
public sealed class MailboxStatusBoard
{
    private readonly ConcurrentDictionary<string, MailboxStatus> _statuses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Channel<bool>> _wishes = new(StringComparer.Ordinal);

    public LiveFeed<MailboxStatus> Changed { get; } = new();

    public MailboxStatus Of(string uuid) => _statuses.GetValueOrDefault(uuid) ?? new MailboxStatus(uuid, MailboxState.Off);

    /// <summary>Reads the mailbox without waiting for its turn; nothing happens while it is off or being read.</summary>
    public void ReadNow(string uuid) => Wishes(uuid).Writer.TryWrite(true);

    internal ChannelReader<bool> WishesFor(string uuid) => Wishes(uuid).Reader;

    internal void Set(string uuid, Func<MailboxStatus, MailboxStatus> change)
    {
        var status = change(Of(uuid));
        _statuses[uuid] = status;
        Changed.Publish(status);
    }

    private Channel<bool> Wishes(string uuid) => _wishes.GetOrAdd(uuid, static _ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
}
