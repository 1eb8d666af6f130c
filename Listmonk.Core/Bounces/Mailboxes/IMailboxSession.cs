namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>An open mailbox, whichever protocol it speaks. Mails are named by what the server calls them for good.</summary>
internal interface IMailboxSession : IAsyncDisposable
{
    /// <summary>Whether the server says by itself when mail arrives (IMAP IDLE).</summary>
    bool CanWatch { get; }

    /// <summary>Every mail in the mailbox, oldest first.</summary>
    Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Those mails that are still there, each cut after a bounded number of bytes, in as few exchanges with the server as it allows. Leaves no mark on them.</summary>
    IAsyncEnumerable<(string Uid, byte[] Bytes)> ReadAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken);

    Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken);

    /// <exception cref="NotSupportedException">The protocol has no folders.</exception>
    Task MoveAsync(IReadOnlyList<string> uids, string folder, CancellationToken cancellationToken);

    /// <summary>Returns when mail may have arrived since the last list, or when <paramref name="stop"/> asks for it.</summary>
    Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken);

    /// <summary>Signs off in good order; only then do deletions of POP3 hold.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <summary>A mail as the server lists it.</summary>
/// <param name="IsMarked">Marked as deleted and still there: by a person whom we leave it to, or by us, when we died before the rest.</param>
internal readonly record struct ListedMail(string Uid, bool IsMarked = false);
