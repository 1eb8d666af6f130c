using System.Runtime.CompilerServices;
using Listmonk.Core.Bounces.Parsing;
using MailKit.Net.Pop3;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>A mailbox over POP3 (RFC 1939). Numbers hold for one session, the UIDL for good.</summary>
internal sealed class PopSession(Pop3Client client) : IMailboxSession
{
    /// <summary>POP3 gives a mail as a whole or its headers; of larger ones only the headers are read.</summary>
    private const int MostBytes = 10 * 1024 * 1024;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private IList<int> _sizes = [];

    public bool CanWatch => false;

    public async Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken)
    {
        var uids = client.Count == 0 ? [] : await client.GetMessageUidsAsync(cancellationToken);
        _sizes = client.Count == 0 ? [] : await client.GetMessageSizesAsync(cancellationToken);
        _numbers.Clear();
        for (var number = 0; number < uids.Count; number++)
        {
            _numbers[uids[number]] = number;
        }

        return [.. _numbers.OrderBy(pair => pair.Value).Select(pair => new ListedMail(pair.Key))];
    }

    public async IAsyncEnumerable<(string Uid, byte[] Bytes)> ReadAsync(IReadOnlyList<string> uids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var uid in uids)
        {
            var number = _numbers[uid];
            await using var stream = await client.GetStreamAsync(number, headersOnly: _sizes[number] > MostBytes, cancellationToken);
            var bytes = await stream.ToBytesAsync(cancellationToken);
            yield return (uid, bytes.Length <= BounceMailReader.MostBytes ? bytes : bytes[..BounceMailReader.MostBytes]);
        }
    }

    public Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken) =>
        client.DeleteMessagesAsync([.. uids.Select(uid => _numbers[uid])], cancellationToken);

    public Task MoveAsync(IReadOnlyList<string> uids, string folder, CancellationToken cancellationToken) => throw new NotSupportedException("POP3 has no folders.");

    public Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken) => throw new NotSupportedException("POP3 tells nothing by itself.");

    public Task CloseAsync(CancellationToken cancellationToken) => client.DisconnectAsync(quit: true, cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
