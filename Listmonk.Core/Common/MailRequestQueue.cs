using System.Threading.Channels;

namespace Listmonk.Core.Common;

/// <summary>
/// Requests of strangers for a mail to an address, done one after the other behind the answer: so the answer takes as long for unknown addresses. A
/// full queue drops the newest, and one address gets a mail every two minutes at most.
/// </summary>
public abstract class MailRequestQueue(TimeProvider clock)
{
    private const int Capacity = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);
    private readonly BoundedCache<string, DateTimeOffset> _asked = new(Capacity);
    private readonly Channel<string> _addresses = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    internal ChannelReader<string> Addresses => _addresses.Reader;

    public void Ask(string email)
    {
        var (key, now) = (email.Trim().ToLowerInvariant(), clock.GetUtcNow());
        if (!_asked.TryGet(key, out var at) || now - at >= Pause)
        {
            _asked.Set(key, now);
            _addresses.Writer.TryWrite(key);
        }
    }
}
