using System.Threading.Channels;

namespace Listmonk.Core.Notifications;

/// <summary>
/// Addresses that asked for their link, looked up one after the other behind the answer, which so takes as long for unknown ones. A full queue
/// drops the newest.
/// </summary>
public sealed class PrivacyLinkQueue
{
    private const int Capacity = 1000;
    private readonly Channel<string> _addresses = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    internal ChannelReader<string> Addresses => _addresses.Reader;

    public void Ask(string email) => _addresses.Writer.TryWrite(email);
}
