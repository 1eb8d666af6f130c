using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Audit;
using Listmonk.Core.Auth;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Media;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Takeover;
using Listmonk.Core.Templates;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Transactional;
using Listmonk.Core.Users;
using Listmonk.Core.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>The product's one data model; a thin subclass per database carries the migrations (decision 0003).</summary>
public abstract class ListmonkDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<MailingList> Lists => Set<MailingList>();

    public DbSet<Subscriber> Subscribers => Set<Subscriber>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<Segment> Segments => Set<Segment>();

    public DbSet<BulkJob> BulkJobs => Set<BulkJob>();

    public DbSet<BulkSlice> BulkSlices => Set<BulkSlice>();

    public DbSet<SuppressedAddress> SuppressedAddresses => Set<SuppressedAddress>();

    public DbSet<HygieneReport> HygieneReports => Set<HygieneReport>();

    public DbSet<HygieneFinding> HygieneFindings => Set<HygieneFinding>();

    public DbSet<MergedSubscriber> MergedSubscribers => Set<MergedSubscriber>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Campaign> Campaigns => Set<Campaign>();

    public DbSet<CampaignList> CampaignLists => Set<CampaignList>();

    public DbSet<CampaignMedia> CampaignMedia => Set<CampaignMedia>();

    public DbSet<MediaFile> Media => Set<MediaFile>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<CampaignShare> CampaignShares => Set<CampaignShare>();

    public DbSet<CampaignBatch> CampaignBatches => Set<CampaignBatch>();

    public DbSet<QuotaUse> QuotaUses => Set<QuotaUse>();

    public DbSet<TrackedLink> Links => Set<TrackedLink>();

    public DbSet<CampaignLink> CampaignLinks => Set<CampaignLink>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookMessage> WebhookMessages => Set<WebhookMessage>();

    public DbSet<WebhookCursor> WebhookCursors => Set<WebhookCursor>();

    public DbSet<MembershipChange> MembershipChanges => Set<MembershipChange>();

    public DbSet<LinkEdit> LinkEdits => Set<LinkEdit>();

    public DbSet<HitAgent> HitAgents => Set<HitAgent>();

    public DbSet<TrackingHit> TrackingHits => Set<TrackingHit>();

    public DbSet<CampaignHour> CampaignHours => Set<CampaignHour>();

    public DbSet<LinkStat> LinkStats => Set<LinkStat>();

    public DbSet<CampaignReader> CampaignReaders => Set<CampaignReader>();

    public DbSet<StoredBreakdown> CampaignBreakdowns => Set<StoredBreakdown>();

    public DbSet<CampaignUnsubscribe> CampaignUnsubscribes => Set<CampaignUnsubscribe>();

    public DbSet<TrackingKey> TrackingKeys => Set<TrackingKey>();

    public DbSet<SpentChallenge> SpentChallenges => Set<SpentChallenge>();

    public DbSet<Bounce> Bounces => Set<Bounce>();

    public DbSet<SettingsRow> Settings => Set<SettingsRow>();

    public DbSet<User> Users => Set<User>();

    public DbSet<Role> Roles => Set<Role>();

    public DbSet<RoleList> RoleLists => Set<RoleList>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<AccountLink> AccountLinks => Set<AccountLink>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<ImportJob> ImportJobs => Set<ImportJob>();

    public DbSet<TakeoverJob> Takeovers => Set<TakeoverJob>();

    public DbSet<ImportProblem> ImportProblems => Set<ImportProblem>();

    public DbSet<ImportSlice> ImportSlices => Set<ImportSlice>();

    public DbSet<ImportRejects> ImportRejects => Set<ImportRejects>();

    public DbSet<TransactionalRequest> TransactionalRequests => Set<TransactionalRequest>();

    public DbSet<TransactionalMessage> TransactionalMessages => Set<TransactionalMessage>();

    public DbSet<TransactionalContent> TransactionalContents => Set<TransactionalContent>();

    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<Revision> Revisions => Set<Revision>();

    /// <summary>Ids of those who got a campaign and, as far as is known, neither opened it nor followed a link in person.</summary>
    public IQueryable<int> SilentRecipients(int campaignId) =>
        Deliveries.Where(delivery => delivery.CampaignId == campaignId && delivery.Status == DeliveryStatus.Sent).Select(delivery => delivery.SubscriberId)
            .Except(CampaignReaders.Where(reader => reader.CampaignId == campaignId && (reader.OpensPeople > 0 || reader.ClicksPeople > 0)).Select(reader => reader.SubscriberId));

    /// <summary>
    /// Of some people, those to whom nothing has happened: no mail sent, opened, clicked or bounced, no choice about tracking, no farewell. Their
    /// own data and subscriptions are not looked at.
    /// </summary>
    public IQueryable<Subscriber> WithoutHistory(IQueryable<Subscriber> people) => people.Where(person =>
        !Deliveries.Any(row => row.SubscriberId == person.Id)
        && !TransactionalMessages.Any(row => row.SubscriberId == person.Id)
        && !TrackingHits.Any(row => row.SubscriberId == person.Id)
        && !CampaignReaders.Any(row => row.SubscriberId == person.Id)
        && !Bounces.Any(row => row.SubscriberId == person.Id)
        && !Consents.Any(row => row.SubscriberId == person.Id)
        && !CampaignUnsubscribes.Any(row => row.SubscriberId == person.Id));

    /// <summary>What differs between the databases; also for prepared commands on the hot paths.</summary>
    public abstract IDatabaseDialect Dialect { get; }

    /// <summary>Set by the factory; see <see cref="DbContextFactoryExtensions.WriteAsync{T}"/>.</summary>
    internal WriteGate? Gate { get; set; }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        Revision.Move(this);
        var changes = AuditRecorder.Collect(this);
        var count = base.SaveChanges(acceptAllChangesOnSuccess);
        return changes.Write(this) ? count + base.SaveChanges(acceptAllChangesOnSuccess) : count;
    }

    /// <remarks>The audit log follows in a second statement of the same transaction: only then do new rows have their ids.</remarks>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Revision.Move(this);
        var changes = AuditRecorder.Collect(this);
        var count = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        return changes.Write(this) ? count + await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken) : count;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ListmonkDbContext).Assembly);
        ModelConventions.Apply(modelBuilder, Dialect);
    }
}
