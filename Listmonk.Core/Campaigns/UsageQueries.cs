using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns;

/// <summary>Says where a template, a segment or a file of the media library is used, before somebody takes it away.</summary>
public sealed class UsageQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int MaxPlaces = 20;

    /// <summary>The campaigns that use a template, for the mail or for its archive page; newest first.</summary>
    public async Task<Usage> OfTemplateAsync(int templateId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaigns = db.Campaigns.AsNoTracking().Where(campaign => campaign.TemplateId == templateId || campaign.ArchiveTemplateId == templateId);
        return await ReadAsync(campaigns, [], actor, cancellationToken);
    }

    /// <summary>The campaigns that go to a segment's people, or went; newest first.</summary>
    public async Task<Usage> OfSegmentAsync(int segmentId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db.Campaigns.AsNoTracking().Where(campaign => campaign.SegmentId == segmentId), [], actor, cancellationToken);
    }

    /// <summary>The campaigns that attach or show a file, and the templates that show it.</summary>
    public async Task<Usage> OfMediaAsync(int mediaId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Media.AsNoTracking().Where(file => file.Id == mediaId).Select(file => file.Filename).FirstOrDefaultAsync(cancellationToken) is not { } name)
        {
            return new Usage([], 0);
        }

        // As it stands in an address; a name with special letters may also have been typed as it is.
        var escaped = "/" + Uri.EscapeDataString(name);
        var plain = "/" + name;
        var templates = await db.Templates.AsNoTracking()
            .Where(template => template.Body.Contains(escaped) || template.Body.Contains(plain))
            .OrderBy(template => template.Name)
            .Select(template => new UsagePlace(UsageKind.Template, template.Id, template.Name, null))
            .ToListAsync(cancellationToken);
        var campaigns = db.Campaigns.AsNoTracking().Where(campaign => campaign.Media.Any(file => file.MediaId == mediaId)
            || campaign.Body.Contains(escaped) || campaign.Body.Contains(plain));
        return await ReadAsync(campaigns, templates, actor, cancellationToken);
    }

    private static async Task<Usage> ReadAsync(IQueryable<Campaign> campaigns, List<UsagePlace> templates, Actor actor, CancellationToken cancellationToken)
    {
        var count = await campaigns.CountAsync(cancellationToken);
        var places = await CampaignQueries.Reachable(campaigns, actor).OrderByDescending(campaign => campaign.Id).Take(MaxPlaces)
            .Select(campaign => new UsagePlace(UsageKind.Campaign, campaign.Id, campaign.Name, campaign.Status)).ToListAsync(cancellationToken);
        return new Usage([.. templates.Take(MaxPlaces), .. places], templates.Count + count);
    }
}

/// <summary>Where something is used.</summary>
/// <param name="Places">The first ones, as far as the asker may see them.</param>
/// <param name="Total">All of them.</param>
public sealed record Usage(IReadOnlyList<UsagePlace> Places, int Total);

/// <summary>What uses something.</summary>
public enum UsageKind
{
    Campaign,
    Template,
}

/// <summary>A campaign or a template that uses something; the status is a campaign's.</summary>
public sealed record UsagePlace(UsageKind Kind, int Id, string Name, CampaignStatus? Status);
