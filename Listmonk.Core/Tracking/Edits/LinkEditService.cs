using System.Text.Json;
using Listmonk.Core.Audit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking.Links;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking.Edits;

/// <summary>What a person wants a link to do.</summary>
/// <param name="Url">The new destination; null or empty for the one the mail was written with.</param>
/// <param name="IsCounted">False redirects without counting.</param>
/// <param name="IsEverywhere">Also at the other places of the same campaign that lead to the same address.</param>
public sealed record LinkChange(string? Url, bool IsCounted, bool IsEverywhere);

/// <summary>Changes where links of mails already sent lead, and whether their clicks count; at once, and with a history.</summary>
public sealed class LinkEditService(
    IDbContextFactory<ListmonkDbContext> databases, LinkStore links, LinkEditStore edits, SettingsStore settings, TimeProvider clock)
{
    public const int MaxUrlLength = 2_000;

    /// <param name="campaignId">The campaign.</param>
    /// <param name="linkId">The link as the mail names it.</param>
    /// <param name="position">Its place; 0 for mails that listmonk sent.</param>
    /// <param name="change">What it shall do.</param>
    /// <param name="actor">Must be allowed to manage the campaign.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Outcome> EditAsync(int campaignId, int linkId, int position, LinkChange change, Actor actor, CancellationToken cancellationToken)
    {
        var url = change.Url?.Trim() ?? "";
        if (url.Length > 0 && Fault(url) is { } fault)
        {
            return Outcome.Invalid("url", fault);
        }

        var places = await PlacesAsync(campaignId, linkId, position, change.IsEverywhere, actor, cancellationToken);
        if (!places.IsOk)
        {
            return places;
        }

        // Writing the old address is the same as taking the edit back.
        int? destination = url.Length == 0 ? null : (await links.RegisterAsync([url], cancellationToken))[0];
        destination = destination == linkId ? null : destination;
        return await AddAsync(campaignId, linkId, places.Value, _ => (destination, change.IsCounted), actor, cancellationToken);
    }

    /// <summary>Gives the place of an edit back what it did before that edit.</summary>
    public async Task<Outcome> UndoAsync(int campaignId, int editId, Actor actor, CancellationToken cancellationToken)
    {
        LinkEdit? undone;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            undone = await db.LinkEdits.AsNoTracking().FirstOrDefaultAsync(edit => edit.Id == editId && edit.CampaignId == campaignId, cancellationToken);
        }

        if (undone is null)
        {
            return Outcome.NotFound("There is no such change.");
        }

        var places = await PlacesAsync(campaignId, undone.LinkId, undone.Position, isEverywhere: false, actor, cancellationToken);
        return places.IsOk
            ? await AddAsync(campaignId, undone.LinkId, places.Value, earlier => Before(earlier, undone), actor, cancellationToken)
            : places;
    }

    private static (int? Destination, bool IsCounted) Before(IEnumerable<LinkEdit> history, LinkEdit undone) =>
        history.Where(edit => edit.Id < undone.Id).MaxBy(edit => edit.Id) is { } earlier ? (earlier.DestinationId, earlier.IsCounted) : (null, true);

    private async Task<Outcome> AddAsync(
        int campaignId, int linkId, IReadOnlyList<int> positions, Func<IReadOnlyList<LinkEdit>, (int? Destination, bool IsCounted)> state, Actor actor, CancellationToken cancellationToken)
    {
        await databases.WriteAsync(
            async db =>
            {
                var history = await db.LinkEdits.AsNoTracking()
                    .Where(edit => edit.CampaignId == campaignId && edit.LinkId == linkId && positions.Contains(edit.Position)).OrderBy(edit => edit.Id).ToListAsync(cancellationToken);
                foreach (var position in positions)
                {
                    var ofPlace = history.FindAll(edit => edit.Position == position);
                    var (destination, isCounted) = state(ofPlace);
                    var (oldDestination, wasCounted) = ofPlace is [.., var last] ? (last.DestinationId, last.IsCounted) : (null, true);
                    if (destination == oldDestination && isCounted == wasCounted)
                    {
                        continue;
                    }

                    db.LinkEdits.Add(new LinkEdit
                    {
                        CampaignId = campaignId,
                        LinkId = linkId,
                        Position = position,
                        DestinationId = destination,
                        IsCounted = isCounted,
                        At = clock.GetUtcNow(),
                        UserId = actor.UserId,
                        UserName = actor.Name,
                    });
                    db.Record(
                        actor, "campaign.link", "campaign", campaignId, clock.GetUtcNow(),
                        await DescribeAsync(db, linkId, position, oldDestination, wasCounted, cancellationToken),
                        await DescribeAsync(db, linkId, position, destination, isCounted, cancellationToken));
                }
            },
            cancellationToken);
        await edits.LoadAsync(cancellationToken);
        return Outcome.Ok;
    }

    private static async Task<string> DescribeAsync(ListmonkDbContext db, int linkId, int position, int? destinationId, bool isCounted, CancellationToken cancellationToken)
    {
        var id = destinationId ?? linkId;
        var url = await db.Links.Where(link => link.Id == id).Select(link => link.Url).FirstOrDefaultAsync(cancellationToken);
        return JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal) { ["place"] = position, ["url"] = url, ["counted"] = isCounted });
    }

    /// <summary>The places that a change is for, if the campaign has them and the actor may manage it.</summary>
    private async Task<Outcome<List<int>>> PlacesAsync(int campaignId, int linkId, int position, bool isEverywhere, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == campaignId)
            .Select(campaign => new { Lists = campaign.Lists.Select(list => list.ListId).ToList() }).FirstOrDefaultAsync(cancellationToken);
        if (campaign is null)
        {
            return Outcome<List<int>>.NotFound("Campaign not found");
        }

        if (!CampaignAccess.CanManage(actor, campaign.Lists))
        {
            return Outcome<List<int>>.From(CampaignAccess.ManageRefusal);
        }

        var written = await db.CampaignLinks.AsNoTracking().Where(place => place.CampaignId == campaignId && place.LinkId == linkId).Select(place => place.Position).ToListAsync(cancellationToken);
        var clicked = await db.LinkStats.AsNoTracking().Where(stat => stat.CampaignId == campaignId && stat.LinkId == linkId).Select(stat => stat.Position).ToListAsync(cancellationToken);
        List<int> all = [.. written.Union(clicked)];
        if (!all.Contains(position))
        {
            return Outcome<List<int>>.NotFound("The campaign has no such link.");
        }

        return isEverywhere ? all : [position];
    }

    /// <summary>Why an address cannot be a destination; null when it can.</summary>
    private string? Fault(string url)
    {
        if (url.Length > MaxUrlLength)
        {
            return $"An address has at most {MaxUrlLength} characters.";
        }

        var hasExpressions = url.Contains("{{", StringComparison.Ordinal);
        var fixedPart = hasExpressions ? DestinationRenderer.WithoutExpressions(url) : url;
        if (fixedPart is null || !RedirectRules.IsAllowed(fixedPart))
        {
            return hasExpressions
                ? "Write the site itself in full, such as https://shop.example/, before the first expression."
                : "Write a complete web address that begins with https:// or http://.";
        }

        if (hasExpressions && TemplateRules.Fault(() => CompiledTemplate.Compile(url, TemplateMode.Text, TemplateFunctionSet.Campaign)) is { } fault)
        {
            return $"The address does not compile: {fault}";
        }

        return url.StartsWith(new TrackingPaths(settings.Current.RootUrl).LinkPrefix, StringComparison.OrdinalIgnoreCase)
            ? "This is a tracked address itself; write where it leads to."
            : null;
    }
}
