using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Campaigns.Conversion;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns.Archive;

/// <summary>
/// Reads the public archive: regular campaigns that carry the archive flag and have gone out. Messages are rendered for the reader that the
/// archive's meta describes, without anybody's personal links; a campaign that fails to render hides nothing but itself.
/// </summary>
public sealed class ArchiveQueries(IDbContextFactory<ListmonkDbContext> databases, IMessageView view, SettingsStore settings, TimeProvider clock)
{
    public const int MaxPerPage = 50;
    public const int MaxQueryLength = 100;
    private const int FeedLength = 20;
    private const int MaxWords = 8;

    /// <summary>How many messages a search reads at most; it is open to everybody.</summary>
    private const int MaxSearched = 100;
    private const int CachedMessages = 50;

    /// <summary>How long a change of template or settings may take to show; the archive is open to everybody and must stay cheap.</summary>
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(1);

    private readonly BoundedCache<(int CampaignId, DateTimeOffset UpdatedAt), (MessagePage? Message, DateTimeOffset Until)> _messages = new(CachedMessages);

    public bool IsOpen => settings.Current.General.EnablePublicArchive;

    /// <summary>The latest first.</summary>
    public async Task<PagedList<ArchiveItem>> PageAsync(PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var total = await Archived(db).CountAsync(cancellationToken);
        var limited = page with { PerPage = Math.Clamp(page.PerPage, 1, MaxPerPage) };
        var campaigns = await Archived(db).Skip(limited.Skip).Take(limited.Take).ToListAsync(cancellationToken);
        var items = new List<ArchiveItem>();
        foreach (var campaign in campaigns)
        {
            items.Add((await EntryAsync(campaign, campaign.Subject.Contains("{{", StringComparison.Ordinal), cancellationToken)).Item);
        }

        return new PagedList<ArchiveItem>(items, total, limited);
    }

    /// <summary>Those whose subject or visible text has every word of the query's first <see cref="MaxQueryLength"/> characters; the latest first.</summary>
    public async Task<PagedList<ArchiveItem>> SearchAsync(string query, PageRequest page, CancellationToken cancellationToken)
    {
        var words = ShortText.Cut(query.Replace("\0", "", StringComparison.Ordinal), MaxQueryLength).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxWords).ToList();
        if (words.Count == 0)
        {
            return await PageAsync(page, cancellationToken);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaigns = Archived(db);
        foreach (var word in words)
        {
            var lower = word.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(); no culture takes part.
            campaigns = campaigns.Where(campaign => campaign.Subject.ToLower().Contains(lower) || campaign.Body.ToLower().Contains(lower)
                || campaign.Subject.Contains(word) || campaign.Body.Contains(word));
#pragma warning restore CA1304, CA1311, CA1862
        }

        // The database has seen the words in the source, where they may stand in a tag.
        var found = (await campaigns.Take(MaxSearched).ToListAsync(cancellationToken)).FindAll(campaign => words.TrueForAll(word => Shows(campaign, word)));
        var limited = page with { PerPage = Math.Clamp(page.PerPage, 1, MaxPerPage) };
        var items = new List<ArchiveItem>();
        foreach (var campaign in found.Skip(limited.Skip).Take(limited.Take))
        {
            items.Add((await EntryAsync(campaign, campaign.Subject.Contains("{{", StringComparison.Ordinal), cancellationToken)).Item);
        }

        return new PagedList<ArchiveItem>(items, found.Count, limited);
    }

    /// <summary>The latest messages whole, for a feed.</summary>
    public async Task<IReadOnlyList<ArchiveEntry>> FeedAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var entries = new List<ArchiveEntry>();
        foreach (var campaign in await Archived(db).Take(FeedLength).ToListAsync(cancellationToken))
        {
            entries.Add(await EntryAsync(campaign, isWhole: true, cancellationToken));
        }

        return entries;
    }

    /// <param name="id">The campaign's UUID or its slug.</param>
    public async Task<ArchiveEntry?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaigns = Guid.TryParseExact(id, "D", out var uuid)
            ? Archived(db).Where(campaign => campaign.Uuid == uuid)
            : Archived(db).Where(campaign => campaign.ArchiveSlug == id);
        return await campaigns.FirstOrDefaultAsync(cancellationToken) is { } found ? await EntryAsync(found, isWhole: true, cancellationToken) : null;
    }

    public async Task<ArchiveEntry?> LatestAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Archived(db).FirstOrDefaultAsync(cancellationToken) is { } latest ? await EntryAsync(latest, isWhole: true, cancellationToken) : null;
    }

    private static IQueryable<Campaign> Archived(ListmonkDbContext db) => db.Campaigns.AsNoTracking()
        .Where(campaign => campaign.Archive && campaign.Type == CampaignType.Regular
            && (campaign.Status == CampaignStatus.Running || campaign.Status == CampaignStatus.Paused || campaign.Status == CampaignStatus.Finished))
        .OrderByDescending(campaign => campaign.StartedAt ?? campaign.CreatedAt).ThenByDescending(campaign => campaign.Id);

    private static bool Shows(Campaign campaign, string word) =>
        campaign.Subject.Contains(word, StringComparison.OrdinalIgnoreCase)
        || (campaign.ContentType is CampaignContentType.Plain or CampaignContentType.Markdown ? campaign.Body : HtmlText.Of(campaign.Body)).Contains(word, StringComparison.OrdinalIgnoreCase);

    private async Task<ArchiveEntry> EntryAsync(Campaign campaign, bool isWhole, CancellationToken cancellationToken)
    {
        var message = isWhole ? await MessageAsync(campaign, cancellationToken) : null;
        var address = campaign.ArchiveSlug is { Length: > 0 } slug ? Uri.EscapeDataString(slug) : campaign.Uuid.ToString();
        var item = new ArchiveItem(
            campaign.Uuid,
            message?.Subject ?? campaign.Subject,
            campaign.CreatedAt,
            campaign.SendAt,
            campaign.StartedAt ?? campaign.SendAt ?? campaign.CreatedAt,
            $"{settings.Current.RootUrl}/archive/{address}");
        return new ArchiveEntry(item, message);
    }

    private async Task<MessagePage?> MessageAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_messages.TryGet((campaign.Id, campaign.UpdatedAt), out var cached) && cached.Until > now)
        {
            return cached.Message;
        }

        campaign.TemplateId = campaign.ArchiveTemplateId ?? campaign.TemplateId;
        var rendered = await view.RenderAsync(campaign, Reader(campaign.ArchiveMeta), cancellationToken);
        var message = rendered.IsOk ? rendered.Value : null;
        _messages.Set((campaign.Id, campaign.UpdatedAt), (message, now + CacheTime));
        return message;
    }

    /// <summary>The reader never has a UUID, even if the meta names one: everybody would get that person's links.</summary>
    private static Subscriber Reader(string meta)
    {
        var parsed = Parse(meta);
        return new Subscriber
        {
            Email = Text(parsed["email"]),
            Name = Text(parsed["name"]),
            Attributes = parsed["attribs"] is JsonObject attributes ? attributes.ToJsonString() : "{}",
        };
    }

    private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    private static JsonObject Parse(string meta)
    {
        try
        {
            return JsonNode.Parse(meta) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
