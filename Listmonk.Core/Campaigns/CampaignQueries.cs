using System.Linq.Expressions;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Subscribers.Suppression;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns;

/// <summary>Reads campaigns, within the reach of who asks.</summary>
public sealed class CampaignQueries(IDbContextFactory<ListmonkDbContext> databases, SendingRates rates, TimeProvider clock)
{
    public async Task<PagedList<CampaignDetails>> PageAsync(CampaignFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matches = Reachable(Matching(db, filter), actor);
        var total = await matches.CountAsync(cancellationToken);
        var rows = await Ordered(matches, page).Skip(page.Skip).Take(page.Take).AsSplitQuery()
            .Select(Details(filter.WithBodies)).ToListAsync(cancellationToken);
        return new PagedList<CampaignDetails>(rows, total, page);
    }

    public async Task<Outcome<CampaignDetails>> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == id).Select(Details(withBody: true)).FirstOrDefaultAsync(cancellationToken);
        return campaign is null ? Outcome<CampaignDetails>.NotFound("Campaign not found")
            : CampaignAccess.CanRead(actor, campaign.Lists.Select(list => list.Id)) ? campaign
            : Outcome<CampaignDetails>.From(CampaignAccess.ReadRefusal);
    }

    /// <summary>How far the running campaigns are.</summary>
    public async Task<IReadOnlyList<CampaignProgress>> RunningAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var running = await Reachable(db.Campaigns.AsNoTracking(), actor)
            .Where(campaign => campaign.Status == CampaignStatus.Running)
            .OrderBy(campaign => campaign.Id)
            .Select(campaign => new CampaignProgress
            {
                CampaignId = campaign.Id,
                Status = campaign.Status,
                ToSend = campaign.ToSend,
                Sent = campaign.Sent,
                Failed = campaign.Failed,
                Skipped = campaign.Skipped,
                StartedAt = campaign.StartedAt,
                UpdatedAt = campaign.UpdatedAt,
            })
            .ToListAsync(cancellationToken);
        return [.. running.Select(progress => progress with { RatePerMinute = rates.PerMinute(progress.CampaignId) })];
    }

    /// <summary>Whom these lists reach now; the counts are what the send engine would count.</summary>
    public Task<CampaignAudience> AudienceAsync(CampaignType type, IReadOnlyList<int> listIds, CancellationToken cancellationToken) =>
        AudienceAsync(type, listIds, resendOfId: null, segmentId: null, cancellationToken);

    /// <param name="type">The campaign's.</param>
    /// <param name="listIds">The campaign's lists.</param>
    /// <param name="resendOfId"><see cref="Campaign.ResendOfId"/>.</param>
    /// <param name="segmentId"><see cref="Campaign.SegmentId"/>.</param>
    /// <param name="cancellationToken">Ends the count.</param>
    public async Task<CampaignAudience> AudienceAsync(
        CampaignType type, IReadOnlyList<int> listIds, int? resendOfId, int? segmentId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await db.Lists.AsNoTracking().Where(list => listIds.Contains(list.Id)).OrderBy(list => list.Name).ToListAsync(cancellationToken);
        var counts = await db.Subscriptions.AsNoTracking().Where(subscription => listIds.Contains(subscription.ListId))
            .GroupBy(subscription => new { subscription.ListId, subscription.Status })
            .Select(group => new { group.Key.ListId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var ofLists = Qualified(db, type, lists, resendOfId);
        var qualified = await NarrowAsync(db, ofLists, segmentId, cancellationToken);

        // The few who are not reachable are counted by their own index; joining everybody would cost a second at a million people.
        var all = await People(qualified, lists.Count).CountAsync(cancellationToken);
        var unreachable = await People(
            qualified.Where(subscription => subscription.Subscriber!.Status == SubscriberStatus.Blocklisted
                || subscription.Subscriber!.Status == SubscriberStatus.Disabled),
            lists.Count).CountAsync(cancellationToken);
        int Count(int listId, Func<SubscriptionStatus, bool> statuses) => counts.Where(count => count.ListId == listId && statuses(count.Status)).Sum(count => count.Count);
        return new CampaignAudience
        {
            Total = all - unreachable,
            Blocked = unreachable,
            OutsideSegment = segmentId is null ? 0 : await People(ofLists, lists.Count).CountAsync(cancellationToken) - all,
            IsSegmentMissing = segmentId is { } id && !await db.Segments.AnyAsync(segment => segment.Id == id, cancellationToken),
            Lists =
            [
                .. lists.Select(list => new CampaignAudienceList
                {
                    ListId = list.Id,
                    Name = list.Name,
                    Optin = list.Optin,
                    Qualified = Count(list.Id, CampaignAudienceRules.Qualifying(type, list.Optin).Contains),
                    Unconfirmed = list.Optin == ListOptin.Double ? Count(list.Id, status => status == SubscriptionStatus.Unconfirmed) : 0,
                    Unsubscribed = Count(list.Id, status => status == SubscriptionStatus.Unsubscribed),
                }),
            ],
        };
    }

    /// <summary>As <see cref="AudienceAsync(CampaignType, IReadOnlyList{int}, int?, int?, CancellationToken)"/>, with what takes a look at each person: bounces, the suppression list, and domains that the settings refuse.</summary>
    public async Task<CampaignAudience> AudienceInFullAsync(
        CampaignType type, IReadOnlyList<int> listIds, int? resendOfId, int? segmentId, PrivacySettings privacy, CancellationToken cancellationToken)
    {
        var audience = await AudienceAsync(type, listIds, resendOfId, segmentId, cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await db.Lists.AsNoTracking().Where(list => listIds.Contains(list.Id)).ToListAsync(cancellationToken);
        var qualified = await NarrowAsync(db, Qualified(db, type, lists, resendOfId), segmentId, cancellationToken);
        var (refused, suppressed) = await CountRefusedAsync(db, qualified, privacy, cancellationToken);
        return audience with
        {
            Bounced = audience.Blocked == 0 ? 0 : await People(
                qualified.Where(subscription => subscription.Subscriber!.Status == SubscriberStatus.Blocklisted
                    && db.Bounces.Any(bounce => bounce.SubscriberId == subscription.SubscriberId && bounce.Action == BounceAction.Blocklist)),
                lists.Count).CountAsync(cancellationToken),
            RefusedDomain = refused,
            Suppressed = suppressed,
        };
    }

    /// <summary>
    /// By domains as people have them, which are few, so that one rule decides here and when a message goes out; suppressed addresses, which are
    /// few as well, by their people.
    /// </summary>
    private static async Task<(int Refused, int Suppressed)> CountRefusedAsync(
        ListmonkDbContext db, IQueryable<Subscription> qualified, PrivacySettings privacy, CancellationToken cancellationToken)
    {
        var reachable = qualified.Where(subscription => subscription.Subscriber!.Status == CampaignAudienceRules.Reachable);
        var suppressedDomains = await db.SuppressedAddresses.AsNoTracking().Where(entry => entry.Kind == SuppressionKind.Domain)
            .Select(entry => entry.Value).ToHashSetAsync(cancellationToken);
        var (refused, suppressed) = (0, 0);
        if (privacy.DomainAllowlist.Count + privacy.DomainBlocklist.Count + suppressedDomains.Count > 0)
        {
#pragma warning disable CA1866 // Both databases translate the form for texts.
            var domains = await reachable
                .Select(subscription => new { subscription.SubscriberId, Domain = subscription.Subscriber!.Email.Substring(subscription.Subscriber.Email.IndexOf("@") + 1) })
#pragma warning restore CA1866
                .Distinct()
                .GroupBy(person => person.Domain)
                .Select(group => new { Domain = group.Key, Count = group.Count() })
                .ToListAsync(cancellationToken);
            refused = domains.Where(group => !IsAllowed(group.Domain)).Sum(group => group.Count);
            suppressed = domains.Where(group => IsAllowed(group.Domain) && SuppressionStore.CoversDomain(suppressedDomains, group.Domain)).Sum(group => group.Count);
        }

        // From the entries to their people by the index of addresses, however many people there are.
        var ids = db.SuppressedAddresses.Join(db.Subscribers, entry => entry.Value, person => person.Email, (entry, person) => person.Id);
        var emails = await db.SuppressedAddresses.AnyAsync(entry => entry.Kind == SuppressionKind.Address, cancellationToken)
            ? await reachable.Where(subscription => ids.Contains(subscription.SubscriberId)).Select(subscription => subscription.Subscriber!.Email).Distinct().ToListAsync(cancellationToken)
            : [];
        suppressed += emails.Select(EmailAddress.Domain).Count(domain => IsAllowed(domain) && !SuppressionStore.CoversDomain(suppressedDomains, domain));
        return (refused, suppressed);

        bool IsAllowed(string domain) => SubscriberRules.AllowsDomain($"x@{domain}", privacy);
    }

    internal static Expression<Func<Campaign, CampaignDetails>> Details(bool withBody) => campaign => new CampaignDetails
    {
        Id = campaign.Id,
        Uuid = campaign.Uuid,
        Type = campaign.Type,
        Name = campaign.Name,
        Subject = campaign.Subject,
        FromEmail = campaign.FromEmail,
        Body = withBody ? campaign.Body : "",
        BodySource = withBody ? campaign.BodySource : null,
        AltBody = withBody ? campaign.AltBody : null,
        ContentType = campaign.ContentType,
        SendAt = campaign.SendAt,
        HeadersJson = campaign.Headers,
        AttributesJson = campaign.Attributes,
        Status = campaign.Status,
        StatusReason = campaign.StatusReason,
        Tags = campaign.Tags,
        Messenger = campaign.Messenger,
        TemplateId = campaign.TemplateId,
        TrackingLevel = campaign.TrackingLevel,
        Utm = campaign.Utm,
        ToSend = campaign.ToSend,
        Sent = campaign.Sent,
        Failed = campaign.Failed,
        Skipped = campaign.Skipped,
        Views = campaign.Views,
        ViewsPeople = campaign.ViewsPeople,
        Clicks = campaign.Clicks,
        ClicksPeople = campaign.ClicksPeople,
        Bounces = campaign.Bounces,
        Archive = campaign.Archive,
        ArchiveSlug = campaign.ArchiveSlug,
        ArchiveTemplateId = campaign.ArchiveTemplateId,
        ArchiveMetaJson = campaign.ArchiveMeta,
        StartedAt = campaign.StartedAt,
        FinishedAt = campaign.FinishedAt,
        ResendOfId = campaign.ResendOfId,
        SegmentId = campaign.SegmentId,
        CreatedAt = campaign.CreatedAt,
        UpdatedAt = campaign.UpdatedAt,
        Revision = campaign.Revision,
        EditedBy = campaign.EditedBy,
        EditedAt = campaign.EditedAt,
        Lists = campaign.Lists.OrderBy(list => list.Id).Select(list => new CampaignListReference(list.ListId, list.ListName)).ToList(),
        Media = campaign.Media.OrderBy(media => media.Id).Select(media => new CampaignMediaReference(media.MediaId, media.Filename)).ToList(),
    };

    internal static IQueryable<Campaign> Reachable(IQueryable<Campaign> campaigns, Actor actor) =>
        CampaignAccess.ReadableThrough(actor) is { } through
            ? campaigns.Where(campaign => campaign.Lists.Any(list => list.ListId != null && through.Contains(list.ListId.Value)))
            : campaigns;

    internal static IQueryable<Campaign> Matching(ListmonkDbContext db, CampaignFilter filter)
    {
        var parameters = new List<object>();
        var conditions = new List<string>();
        if (filter.Search.Trim().ToLowerInvariant() is { Length: > 0 } search)
        {
            parameters.Add(search);
            conditions.Add($"({db.Dialect.Contains("name", "{0}")} OR {db.Dialect.Contains("subject", "{0}")})");
        }

        foreach (var tag in filter.Tags)
        {
            conditions.Add(db.Dialect.JsonArrayContains("tags", $"{{{parameters.Count}}}"));
            parameters.Add(tag);
        }

#pragma warning disable EF1002 // Only the dialect's expressions are put together here; every value is a parameter.
        var campaigns = conditions.Count == 0
            ? db.Campaigns.AsNoTracking()
            : db.Campaigns.FromSqlRaw($"SELECT * FROM campaigns WHERE {string.Join(" AND ", conditions)}", [.. parameters]).AsNoTracking();
#pragma warning restore EF1002
        return filter.Statuses.Count == 0 ? campaigns : campaigns.Where(campaign => filter.Statuses.Contains(campaign.Status));
    }

    private static IQueryable<Campaign> Ordered(IQueryable<Campaign> campaigns, PageRequest page) => (page.OrderBy, page.Ascending) switch
    {
        ("name", true) => campaigns.OrderBy(campaign => campaign.Name).ThenBy(campaign => campaign.Id),
        ("name", false) => campaigns.OrderByDescending(campaign => campaign.Name).ThenByDescending(campaign => campaign.Id),
        ("status", true) => campaigns.OrderBy(campaign => campaign.Status).ThenBy(campaign => campaign.Id),
        ("status", false) => campaigns.OrderByDescending(campaign => campaign.Status).ThenByDescending(campaign => campaign.Id),
        ("updated_at", true) => campaigns.OrderBy(campaign => campaign.UpdatedAt).ThenBy(campaign => campaign.Id),
        ("updated_at", false) => campaigns.OrderByDescending(campaign => campaign.UpdatedAt).ThenByDescending(campaign => campaign.Id),
        (_, true) => campaigns.OrderBy(campaign => campaign.CreatedAt).ThenBy(campaign => campaign.Id),
        _ => campaigns.OrderByDescending(campaign => campaign.CreatedAt).ThenByDescending(campaign => campaign.Id),
    };

    private async Task<IQueryable<Subscription>> NarrowAsync(
        ListmonkDbContext db, IQueryable<Subscription> subscriptions, int? segmentId, CancellationToken cancellationToken)
    {
        if (segmentId is not { } id)
        {
            return subscriptions;
        }

        var people = await SegmentScope.PeopleAsync(db, id, clock.GetUtcNow(), cancellationToken);
        return subscriptions.Where(subscription => people.Contains(subscription.SubscriberId));
    }

    private static IQueryable<Subscription> Qualified(ListmonkDbContext db, CampaignType type, List<MailingList> lists, int? resendOfId)
    {
        var single = lists.Where(list => list.Optin == ListOptin.Single).Select(list => list.Id).ToList();
        var twice = lists.Where(list => list.Optin == ListOptin.Double).Select(list => list.Id).ToList();
        var ofSingle = CampaignAudienceRules.Qualifying(type, ListOptin.Single);
        var ofDouble = CampaignAudienceRules.Qualifying(type, ListOptin.Double);
        var qualified = db.Subscriptions.AsNoTracking().Where(subscription =>
            (single.Contains(subscription.ListId) && ofSingle.Contains(subscription.Status))
            || (twice.Contains(subscription.ListId) && ofDouble.Contains(subscription.Status)));
        if (resendOfId is not { } first)
        {
            return qualified;
        }

        var silent = db.SilentRecipients(first);
        return qualified.Where(subscription => silent.Contains(subscription.SubscriberId));
    }

    /// <summary>Distinct people; with one list each membership is a person, and the sort can be spared.</summary>
    private static IQueryable<int> People(IQueryable<Subscription> subscriptions, int listCount)
    {
        var ids = subscriptions.Select(subscription => subscription.SubscriberId);
        return listCount > 1 ? ids.Distinct() : ids;
    }
}
