using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking.Edits;

/// <summary>A tracked link of a campaign at one place, with what it does now and how often it was followed.</summary>
public sealed record CampaignLinkItem
{
    public required int LinkId { get; init; }

    /// <summary>1-based place in the mail; 0 for mails that listmonk sent, the last possible one for addresses that templates compute.</summary>
    public required int Position { get; init; }

    /// <summary>Where the mail was written to lead.</summary>
    public required string Url { get; init; }

    /// <summary>Where it leads now; the same unless it was edited.</summary>
    public required string Destination { get; init; }

    public required bool IsCounted { get; init; }

    public int Clicks { get; init; }

    public int ClicksPeople { get; init; }

    /// <summary>Distinct recipients; null without individual tracking.</summary>
    public int? Uniques { get; init; }

    public int? UniquesPeople { get; init; }

    public bool IsEdited => !string.Equals(Url, Destination, StringComparison.Ordinal);

    /// <summary>An address that the template computed for each person has no place of its own.</summary>
    public bool IsComputed => Position == TrackingToken.MaxPosition;
}

/// <summary>A change in the history of a campaign's links.</summary>
public sealed record LinkEditItem
{
    public required int Id { get; init; }

    public required int LinkId { get; init; }

    public required int Position { get; init; }

    public required string OldUrl { get; init; }

    public required string NewUrl { get; init; }

    public required bool WasCounted { get; init; }

    public required bool IsCounted { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string UserName { get; init; }

    /// <summary>Whether it is the last word on its place.</summary>
    public required bool IsInForce { get; init; }
}

/// <summary>The links of a campaign as the page and the API show them.</summary>
/// <param name="CanManage">Whether the actor may edit them.</param>
public sealed record CampaignLinks(string CampaignName, CampaignStatus Status, bool CanManage, IReadOnlyList<CampaignLinkItem> Links, IReadOnlyList<LinkEditItem> History);

/// <summary>Reads a campaign's links, their clicks and their history.</summary>
public sealed class LinkEditQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int MaxLinks = 500;
    private const int MaxHistory = 200;

    public async Task<Outcome<CampaignLinks>> FindAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == campaignId)
            .Select(campaign => new { campaign.Name, campaign.Status, campaign.UniqueClicks, Lists = campaign.Lists.Select(list => list.ListId).ToList() })
            .FirstOrDefaultAsync(cancellationToken);
        if (campaign is null)
        {
            return Outcome<CampaignLinks>.NotFound("Campaign not found");
        }

        if (!CampaignAccess.CanRead(actor, campaign.Lists))
        {
            return Outcome<CampaignLinks>.From(CampaignAccess.ReadRefusal);
        }

        var edits = await db.LinkEdits.AsNoTracking().Where(edit => edit.CampaignId == campaignId).OrderBy(edit => edit.Id).ToListAsync(cancellationToken);
        var places = await db.CampaignLinks.AsNoTracking().Where(place => place.CampaignId == campaignId).OrderBy(place => place.Position).Take(MaxLinks)
            .Select(place => new { place.LinkId, place.Position }).ToListAsync(cancellationToken);
        var stats = await db.LinkStats.AsNoTracking().Where(stat => stat.CampaignId == campaignId).OrderByDescending(stat => stat.Clicks).Take(MaxLinks).ToListAsync(cancellationToken);
        var uniques = campaign.UniqueClicks > 0 ? await UniquesAsync(db, campaignId, cancellationToken) : null;
        var keys = places.Select(place => (place.LinkId, place.Position)).Union(stats.Select(stat => (stat.LinkId, stat.Position))).Where(key => key.Position != TrackingToken.HoneypotPosition).OrderBy(key => key.Position).ToList();
        var ids = keys.Select(key => key.LinkId).Concat(edits.Select(edit => edit.LinkId)).Concat(edits.Where(edit => edit.DestinationId is not null).Select(edit => edit.DestinationId!.Value)).Distinct().ToList();
        var urls = await db.Links.AsNoTracking().Where(link => ids.Contains(link.Id)).ToDictionaryAsync(link => link.Id, link => link.Url, cancellationToken);
        string Url(int id) => urls.GetValueOrDefault(id, "");
        CampaignLinkItem Item((int LinkId, int Position) key)
        {
            var edit = edits.LastOrDefault(edit => (edit.LinkId, edit.Position) == key);
            var stat = stats.Find(stat => (stat.LinkId, stat.Position) == key);
            var people = uniques?.GetValueOrDefault(key) ?? default;
            return new CampaignLinkItem
            {
                LinkId = key.LinkId,
                Position = key.Position,
                Url = Url(key.LinkId),
                Destination = Url(edit?.DestinationId ?? key.LinkId),
                IsCounted = edit?.IsCounted ?? true,
                Clicks = stat?.Clicks ?? 0,
                ClicksPeople = stat?.ClicksPeople ?? 0,
                Uniques = uniques is null ? null : people.All,
                UniquesPeople = uniques is null ? null : people.People,
            };
        }

        return new CampaignLinks(campaign.Name, campaign.Status, CampaignAccess.CanManage(actor, campaign.Lists), [.. keys.Select(Item)], History(edits, Url));
    }

    private static IReadOnlyList<LinkEditItem> History(List<LinkEdit> edits, Func<int, string> url) =>
    [
        .. edits.GroupBy(edit => (edit.LinkId, edit.Position)).SelectMany(place =>
        {
            var ofPlace = place.ToList();
            return ofPlace.Select((edit, i) => new LinkEditItem
            {
                Id = edit.Id,
                LinkId = edit.LinkId,
                Position = edit.Position,
                OldUrl = url(i == 0 ? edit.LinkId : ofPlace[i - 1].DestinationId ?? edit.LinkId),
                NewUrl = url(edit.DestinationId ?? edit.LinkId),
                WasCounted = i == 0 || ofPlace[i - 1].IsCounted,
                IsCounted = edit.IsCounted,
                At = edit.At,
                UserName = edit.UserName,
                IsInForce = i == ofPlace.Count - 1,
            });
        }).OrderByDescending(edit => edit.Id).Take(MaxHistory),
    ];

    private static async Task<Dictionary<(int LinkId, int Position), (int All, int People)>> UniquesAsync(ListmonkDbContext db, int campaignId, CancellationToken cancellationToken)
    {
        var clicks = db.TrackingHits.AsNoTracking().Where(hit => hit.CampaignId == campaignId && hit.Kind == HitKind.Click && hit.SubscriberId != null);
        var rows = await clicks.GroupBy(hit => new { hit.LinkId, hit.Position })
            .Select(place => new
            {
                place.Key.LinkId,
                place.Key.Position,
                All = place.Select(hit => hit.SubscriberId).Distinct().Count(),
                People = place.Where(hit => hit.Verdict == HitVerdict.Human).Select(hit => hit.SubscriberId).Distinct().Count(),
            })
            .ToListAsync(cancellationToken);
        return rows.ToDictionary(row => (row.LinkId ?? 0, row.Position ?? 0), row => (row.All, row.People));
    }
}
