using Listmonk.Core.Campaigns;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>Puts first data into a fresh database, so that a new installation can send at once (spec/api.md 20).</summary>
public sealed class DatabaseSeeder(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock)
{
    /// <summary>Does nothing when there is any template or list already.</summary>
    public Task SeedAsync(CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (await db.Templates.AnyAsync(cancellationToken) || await db.Lists.AnyAsync(cancellationToken))
            {
                return;
            }

            var now = clock.GetUtcNow();
            // Each kind is saved in order, one by one: clients and tests rely on the ids 1, 2, 3.
            var templates = await AddAsync(db, DefaultTemplates.Create(now), cancellationToken);
            var lists = await AddAsync(db, Lists(now), cancellationToken);
            var people = await AddAsync(db, People(now), cancellationToken);
            db.Subscriptions.Add(new Subscription { SubscriberId = people[0].Id, ListId = lists[0].Id, CreatedAt = now, UpdatedAt = now });
            db.Subscriptions.Add(new Subscription { SubscriberId = people[1].Id, ListId = lists[1].Id, CreatedAt = now, UpdatedAt = now });
            db.Campaigns.Add(new Campaign
            {
                Uuid = Guid.NewGuid(),
                Name = "Test campaign",
                Subject = "Welcome to listmonk",
                FromEmail = settings.Current.General.FromEmail,
                Body = DefaultTemplates.FirstCampaignBody,
                ContentType = CampaignContentType.Richtext,
                Tags = ["test-campaign"],
                TemplateId = templates[0].Id,
                ArchiveSlug = "welcome-to-listmonk",
                ArchiveTemplateId = templates[1].Id,
                ArchiveMeta = """{"name": "Subscriber"}""",
                Lists = [new CampaignList { ListId = lists[0].Id, ListName = lists[0].Name }],
                CreatedAt = now,
                UpdatedAt = now,
            });
        },
        cancellationToken);

    private static async Task<IReadOnlyList<TEntity>> AddAsync<TEntity>(
        ListmonkDbContext db, IReadOnlyList<TEntity> entities, CancellationToken cancellationToken)
        where TEntity : class
    {
        foreach (var entity in entities)
        {
            db.Add(entity);
            await db.SaveChangesAsync(cancellationToken);
        }

        return entities;
    }

    private static IReadOnlyList<MailingList> Lists(DateTimeOffset now) =>
    [
        new() { Uuid = Guid.NewGuid(), Name = "Default list", Type = ListType.Private, Optin = ListOptin.Single, Tags = ["test"], CreatedAt = now, UpdatedAt = now },
        new() { Uuid = Guid.NewGuid(), Name = "Opt-in list", Type = ListType.Public, Optin = ListOptin.Double, Tags = ["test"], CreatedAt = now, UpdatedAt = now },
    ];

    private static IReadOnlyList<Subscriber> People(DateTimeOffset now) =>
    [
        new()
        {
            Uuid = Guid.NewGuid(),
            Email = "john@example.com",
            Name = "John Doe",
            Attributes = """{"type": "known", "good": true, "city": "Bengaluru"}""",
            CreatedAt = now,
            UpdatedAt = now,
        },
        new()
        {
            Uuid = Guid.NewGuid(),
            Email = "anon@example.com",
            Name = "Anon Doe",
            Attributes = """{"type": "unknown", "good": true, "city": "Bengaluru"}""",
            CreatedAt = now,
            UpdatedAt = now,
        },
    ];
}
