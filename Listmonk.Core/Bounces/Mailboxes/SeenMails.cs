using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Remembers which mails of a mailbox were read, over restarts.</summary>
internal sealed class SeenMails(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int Slice = 500;

    /// <summary>Each mail that was read, and whether it may be cleared away.</summary>
    public async Task<Dictionary<string, bool>> ReadAsync(string mailbox, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Set<SeenMail>().AsNoTracking().Where(mail => mail.Mailbox == mailbox)
            .ToDictionaryAsync(mail => mail.Uid, mail => mail.IsHandled, StringComparer.Ordinal, cancellationToken);
    }

    public async Task KeepAsync(string mailbox, IReadOnlyList<(string Uid, bool IsHandled)> mails, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await databases.WriteAsync(
            async db =>
            {
                // A second process may have read the same mails.
                string[] uids = [.. mails.Select(mail => mail.Uid)];
                var known = await db.Set<SeenMail>().Where(mail => mail.Mailbox == mailbox && EF.Parameter(uids).Contains(mail.Uid)).Select(mail => mail.Uid).ToListAsync(cancellationToken);
                db.AddRange(mails.ExceptBy(known, mail => mail.Uid, StringComparer.Ordinal).Select(mail => new SeenMail { Mailbox = mailbox, Uid = mail.Uid, IsHandled = mail.IsHandled, SeenAt = now }));
            },
            cancellationToken);
    }

    public async Task ForgetAsync(string mailbox, IEnumerable<string> uids, CancellationToken cancellationToken)
    {
        foreach (var slice in uids.Chunk(Slice))
        {
            await databases.WriteAsync(
                db => db.Set<SeenMail>().Where(mail => mail.Mailbox == mailbox && EF.Parameter(slice).Contains(mail.Uid)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }
}
