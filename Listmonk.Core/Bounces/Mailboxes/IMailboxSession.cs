namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>An open mailbox, whichever protocol it speaks. Mails are named by what the server calls them for good.</summary>
internal interface IMailboxSession : IAsyncDisposable
{
    /// <summary>Whether the server says by itself when mail arrives (IMAP IDLE).</summary>
    bool CanWatch { get; }

    /// <summary>Every mail in the mailbox, oldest first.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The mail, cut after a bounded number of bytes; null when it is gone. Leaves no mark on it.</summary>
    Task<byte[]?> ReadAsync(string uid, CancellationToken cancellationToken);

    Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken);

    /// <exception cref="NotSupportedException">The protocol has no folders.</exception>
    Task MoveAsync(IReadOnlyList<string> uids, string folder, CancellationToken cancellationToken);

    /// <summary>Returns when mail may have arrived since the last list, or when <paramref name="stop"/> asks for it.</summary>
    Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken);

    /// <summary>Signs off in good order; only then do deletions of POP3 hold.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}
