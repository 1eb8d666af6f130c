using System.Globalization;
using System.Runtime.CompilerServices;
using Listmonk.Core.Bounces.Parsing;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>A folder over IMAP (RFC 9051, RFC 3501).</summary>
internal sealed class ImapSession(ImapClient client, IImapFolder folder) : IMailboxSession
{
    /// <summary>Servers may drop a client that idles for half an hour (RFC 2177); some networks do after ten minutes.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9);

    /// <summary>Mails up to this size are asked for together; a larger one alone, and only its first part.</summary>
    private const int SmallBytes = 256 * 1024;

    private int _listed;

    public bool CanWatch => client.Capabilities.HasFlag(ImapCapabilities.Idle);

    public async Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken)
    {
        _listed = folder.Count;
        var uids = await folder.SearchAsync(SearchQuery.All, cancellationToken);
        var marked = (await folder.SearchAsync(SearchQuery.Deleted, cancellationToken)).Select(uid => uid.Id).ToHashSet();
        return [.. uids.Select(uid => new ListedMail(string.Create(CultureInfo.InvariantCulture, $"{folder.UidValidity}:{uid.Id}"), marked.Contains(uid.Id)))];
    }

    public async IAsyncEnumerable<(string Uid, byte[] Bytes)> ReadAsync(IReadOnlyList<string> uids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = uids.ToDictionary(uid => Parse(uid).Id);
        var mails = await folder.FetchAsync([.. uids.Select(Parse)], MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellationToken);
        var small = new List<(string Uid, byte[] Bytes)>();
        if (mails.Where(mail => mail.Size <= SmallBytes).Select(mail => mail.UniqueId).ToList() is { Count: > 0 } ids)
        {
            await folder.GetStreamsAsync(ids, async (_, _, id, stream, stop) => small.Add((names[id.Id], await stream.ToBytesAsync(stop))), cancellationToken);
        }

        foreach (var mail in small)
        {
            yield return mail;
        }

        foreach (var mail in mails.Where(mail => mail.Size is null or > SmallBytes))
        {
            if (await ReadStartAsync(mail.UniqueId, cancellationToken) is { } bytes)
            {
                yield return (names[mail.UniqueId.Id], bytes);
            }
        }
    }

    public async Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken)
    {
        UniqueId[] ids = [.. uids.Select(Parse)];
        await folder.AddFlagsAsync(ids, MessageFlags.Deleted, silent: true, cancellationToken);
        // Only these: somebody else may have marked others.
        await folder.ExpungeAsync(ids, cancellationToken);
        Removed(ids.Length);
    }

    public async Task MoveAsync(IReadOnlyList<string> uids, string name, CancellationToken cancellationToken)
    {
        IMailFolder target;
        try
        {
            target = await client.GetFolderAsync(name, cancellationToken);
        }
        catch (FolderNotFoundException exception)
        {
            target = await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync(name, isMessageFolder: true, cancellationToken)
                ?? throw new FolderNotFoundException($"The folder {name} cannot be made.", name, exception);
        }

        await folder.MoveToAsync([.. uids.Select(Parse)], target, cancellationToken);
        Removed(uids.Count);
    }

    public async Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        done.CancelAfter(LongestIdle);
        void Arrived(object? sender, EventArgs args)
        {
            if (folder.Count > _listed)
            {
                done.Cancel();
            }
        }

        folder.CountChanged += Arrived;
        try
        {
            // What came between the list and now was told already.
            if (folder.Count <= _listed)
            {
                await client.IdleAsync(done.Token, cancellationToken);
            }
        }
        finally
        {
            folder.CountChanged -= Arrived;
        }
    }

    public Task CloseAsync(CancellationToken cancellationToken) => client.DisconnectAsync(quit: true, cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What came meanwhile must still be seen to be new.</summary>
    private void Removed(int count) => _listed = Math.Min(_listed - count, folder.Count);

    private async Task<byte[]?> ReadStartAsync(UniqueId id, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await folder.GetStreamAsync(id, 0, BounceMailReader.MostBytes, cancellationToken);
            return await stream.ToBytesAsync(cancellationToken);
        }
        catch (MessageNotFoundException)
        {
            return null;
        }
    }

    private static UniqueId Parse(string uid)
    {
        var colon = uid.IndexOf(':', StringComparison.Ordinal);
        return new UniqueId(uint.Parse(uid.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture), uint.Parse(uid.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
