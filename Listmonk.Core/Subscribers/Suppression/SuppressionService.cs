using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Suppression;

/// <summary>Puts addresses and domains on the suppression list and takes them off; it holds for the whole installation.</summary>
public sealed class SuppressionService(IDbContextFactory<ListmonkDbContext> databases, SuppressionStore store, TimeProvider clock)
{
    /// <summary>Lines stored in one transaction.</summary>
    private const int Slice = 500;

    /// <summary>Refused lines that are named in the answer.</summary>
    private const int MaxRefusals = 20;

    internal static Outcome Denied => Outcome.Forbidden("The suppression list is for accounts that manage all subscribers.");

    /// <summary>It concerns everybody's mail, so nobody may change it who sees only some of the people.</summary>
    public static bool MayManage(Actor actor) => actor.Can(Permissions.SubscribersManage) && SubscriberScope.SeesEverybody(actor);

    /// <summary>Adds each line's address or domain. What is known already stays as it is; what is neither is told.</summary>
    /// <param name="lines">As pasted or read from a file: see <see cref="SuppressionLine"/>.</param>
    /// <param name="reason">For lines that give none.</param>
    /// <param name="source"><see cref="SuppressedAddress.Source"/>.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the adding; what was added stays.</param>
    public async Task<Outcome<SuppressionReceipt>> AddAsync(
        IAsyncEnumerable<string> lines, string reason, string source, Actor actor, CancellationToken cancellationToken)
    {
        if (!MayManage(actor))
        {
            return Outcome<SuppressionReceipt>.From(Denied);
        }

        if (reason.Length > SuppressedAddress.MaxReasonLength)
        {
            return Outcome<SuppressionReceipt>.Invalid("reason", $"A reason has at most {SuppressedAddress.MaxReasonLength} characters.");
        }

        var (added, known, refused) = (0, 0, 0);
        var refusals = new List<string>();
        var slice = new Dictionary<string, SuppressionLine>(StringComparer.Ordinal);
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            if (SuppressionLine.Parse(line, out var isValid) is { } entry)
            {
                known += slice.TryAdd(entry.Value, entry) ? 0 : 1;
            }
            else if (!isValid)
            {
                refused++;
                if (refusals.Count < MaxRefusals)
                {
                    refusals.Add(line.Length <= 100 ? line : line[..100] + "…");
                }
            }

            if (slice.Count >= Slice)
            {
                await StoreAsync();
            }
        }

        await StoreAsync();
        await store.LoadAsync(cancellationToken);
        return new SuppressionReceipt(added, known, refused, refusals);

        async Task StoreAsync()
        {
            var stored = await databases.WriteAsync(db => StoreSliceAsync(db, slice, reason.Trim(), source, actor, cancellationToken), cancellationToken);
            added += stored;
            known += slice.Count - stored;
            slice.Clear();
        }
    }

    /// <summary>Takes entries off the list; unknown ids are no error. Returns how many went.</summary>
    public async Task<Outcome<int>> RemoveAsync(IReadOnlyCollection<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        if (!MayManage(actor))
        {
            return Outcome<int>.From(Denied);
        }

        var removed = 0;
        foreach (var batch in ids.Distinct().Chunk(Slice))
        {
            removed += await databases.WriteAsync(
                async db =>
                {
                    var entries = await db.SuppressedAddresses.Where(entry => EF.Parameter(batch).Contains(entry.Id)).ToListAsync(cancellationToken);
                    db.SuppressedAddresses.RemoveRange(entries);
                    if (entries.Count > 0)
                    {
                        Record(db, actor, "suppression.remove", entries.Count);
                    }

                    return entries.Count;
                },
                cancellationToken);
        }

        await store.LoadAsync(cancellationToken);
        return removed;
    }

    private async Task<int> StoreSliceAsync(
        ListmonkDbContext db, Dictionary<string, SuppressionLine> slice, string reason, string source, Actor actor, CancellationToken cancellationToken)
    {
        string[] values = [.. slice.Keys];
        var known = await db.SuppressedAddresses.Where(entry => EF.Parameter(values).Contains(entry.Value)).Select(entry => entry.Value).ToHashSetAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var entries = slice.Values.Where(line => !known.Contains(line.Value)).Select(line => new SuppressedAddress
        {
            Kind = line.Kind,
            Value = line.Value,
            Reason = line.Reason.Length > 0 ? line.Reason : reason,
            Source = source,
            CreatedBy = actor.Name,
            CreatedAt = now,
        }).ToList();
        db.SuppressedAddresses.AddRange(entries);
        if (entries.Count > 0)
        {
            Record(db, actor, "suppression.add", entries.Count);
        }

        return entries.Count;
    }

    /// <summary>The log outlives what is on the list, so it counts and names nobody.</summary>
    private void Record(ListmonkDbContext db, Actor actor, string action, int count) =>
        db.Record(actor, action, "suppression", null, clock.GetUtcNow(), after: $$"""{"count":{{count}}}""");
}

/// <summary>What became of the lines.</summary>
/// <param name="Known">On the list before, or twice among the lines.</param>
/// <param name="Refused">Neither an address nor a domain.</param>
/// <param name="Refusals">The first of them.</param>
public sealed record SuppressionReceipt(int Added, int Known, int Refused, IReadOnlyList<string> Refusals);
