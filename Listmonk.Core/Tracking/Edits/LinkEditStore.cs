using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking.Edits;

/// <summary>What an edited link does: where it leads instead (null: where the mail says), and whether its clicks count.</summary>
public sealed record LinkRule(LinkDestination? Destination, bool IsCounted);

/// <summary>
/// All edits in force, in memory: people edit few links, and a redirect must not ask the database. Other processes follow by the revision,
/// within a second.
/// </summary>
public sealed class LinkEditStore(IDbContextFactory<ListmonkDbContext> databases, LinkStore links) : IRevised
{
    private Rules _rules = new(FrozenDictionary<Place, LinkRule>.Empty, FrozenDictionary<(Guid Campaign, int Link), LinkRule>.Empty);

    string IRevised.Revision => Revision.LinkEdits;

    /// <summary>Null for a link that does what its mail says.</summary>
    public LinkRule? Find(in ReceivedHit hit)
    {
        var rules = Volatile.Read(ref _rules);
        if (rules.ByPlace.Count == 0)
        {
            return null;
        }

        return hit.IsSigned
            ? rules.ByPlace.GetValueOrDefault(new Place(hit.CampaignId, hit.LinkId, hit.Position))
            : rules.OfListmonk.GetValueOrDefault((hit.CampaignUuid, hit.LinkId));
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var edits = await db.LinkEdits.AsNoTracking().OrderBy(edit => edit.Id)
            .Join(db.Campaigns, edit => edit.CampaignId, campaign => campaign.Id, (edit, campaign) => new { Edit = edit, campaign.Uuid })
            .ToListAsync(cancellationToken);
        var newest = edits.GroupBy(row => new Place(row.Edit.CampaignId, row.Edit.LinkId, row.Edit.Position)).Select(place => place.MaxBy(row => row.Edit.Id)!);
        var byPlace = new Dictionary<Place, LinkRule>();
        var ofListmonk = new Dictionary<(Guid Campaign, int Link), LinkRule>();
        foreach (var row in newest.Where(row => row.Edit.DestinationId is not null || !row.Edit.IsCounted))
        {
            var destination = row.Edit.DestinationId is { } id ? await links.FindAsync(id, cancellationToken) : null;
            var rule = new LinkRule(destination, row.Edit.IsCounted);
            byPlace.Add(new Place(row.Edit.CampaignId, row.Edit.LinkId, row.Edit.Position), rule);
            if (row.Edit.Position == 0)
            {
                ofListmonk.Add((row.Uuid, row.Edit.LinkId), rule);
            }
        }

        Volatile.Write(ref _rules, new Rules(byPlace.ToFrozenDictionary(), ofListmonk.ToFrozenDictionary()));
    }

    Task IRevised.ReloadAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>A link at its place in a campaign's mail.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(int CampaignId, int LinkId, int Position);

    private sealed record Rules(FrozenDictionary<Place, LinkRule> ByPlace, FrozenDictionary<(Guid Campaign, int Link), LinkRule> OfListmonk);
}
