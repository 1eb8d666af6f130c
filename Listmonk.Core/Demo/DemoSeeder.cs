using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Demo;

/// <summary>
/// Fills a new instance with lists, 5,000 people and campaigns with a history, so that every page has something to show. The same
/// seed gives the same world each time. Roll-ups are summed from the hits that are written, so all figures agree.
/// </summary>
public sealed partial class DemoSeeder(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock, ILogger<DemoSeeder> logger)
{
    public const int PeopleCount = 5000;
    private const int Seed = 20260301;
    private const int Chunk = 1000;

    private readonly Random _random = new(Seed);

    /// <summary>Does nothing on an instance that already holds people or sent campaigns of its own.</summary>
    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Deliveries.AnyAsync(cancellationToken) || await db.Subscribers.CountAsync(cancellationToken) > 10)
            {
                LogSkipped();
                return;
            }
        }

        var now = clock.GetUtcNow();
        await databases.WriteAsync(db => ShowIndividualTrackingAsync(db, now, cancellationToken), cancellationToken);
        await settings.LoadAsync(cancellationToken);
        var lists = await AddListsAsync(now, cancellationToken);
        var people = await AddPeopleAsync(lists, now, cancellationToken);
        var links = await AddLinksAsync(now, cancellationToken);
        foreach (var plan in DemoText.SentCampaigns)
        {
            await AddSentCampaignAsync(plan, lists[plan.List], people[plan.List], links, now, cancellationToken);
        }

        await AddUnsentCampaignsAsync(lists, now, cancellationToken);
        LogDone(PeopleCount, DemoText.SentCampaigns.Length);
    }

    /// <summary>The demonstration shows people's reactions, so it records them as individual tracking would.</summary>
    private static async Task ShowIndividualTrackingAsync(ListmonkDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await db.Settings.AnyAsync(row => row.Key == "privacy.individual_tracking", cancellationToken))
        {
            db.Settings.Add(new SettingsRow { Key = "privacy.individual_tracking", Value = "true", UpdatedAt = now });
        }
    }

    private Task<List<MailingList>> AddListsAsync(DateTimeOffset now, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            var lists = DemoText.Lists.Select((list, index) => new MailingList
            {
                Uuid = Guid.NewGuid(),
                Name = list.Name,
                Description = list.Description,
                Type = list.IsPublic ? ListType.Public : ListType.Private,
                Optin = list.IsDouble ? ListOptin.Double : ListOptin.Single,
                Tags = [list.Tag],
                CreatedAt = now.AddDays(-400 + index),
                UpdatedAt = now.AddDays(-30 + index),
            }).ToList();
            db.Lists.AddRange(lists);
            await db.SaveChangesAsync(cancellationToken);
            return lists;
        },
        cancellationToken);

    /// <returns>For each list the ids of the people whom it may mail.</returns>
    private async Task<List<List<int>>> AddPeopleAsync(List<MailingList> lists, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var members = lists.ConvertAll(_ => new List<int>());
        for (var start = 0; start < PeopleCount; start += Chunk)
        {
            var people = Enumerable.Range(start, Chunk).Select(number => NewPerson(number, now)).ToList();
            foreach (var person in people)
            {
                for (var i = 0; i < lists.Count; i++)
                {
                    if (_random.NextDouble() < DemoText.Lists[i].Share)
                    {
                        person.Subscriptions.Add(NewSubscription(lists[i], person));
                    }
                }
            }

            await databases.WriteAsync(
                db =>
                {
                    db.Subscribers.AddRange(people);
                    return Task.CompletedTask;
                },
                cancellationToken);
            foreach (var person in people.Where(person => person.Status == SubscriberStatus.Enabled))
            {
                foreach (var subscription in person.Subscriptions.Where(subscription => subscription.Status == SubscriptionStatus.Confirmed))
                {
                    members[lists.FindIndex(list => list.Id == subscription.ListId)].Add(person.Id);
                }
            }
        }

        return members;
    }

    private Subscriber NewPerson(int number, DateTimeOffset now)
    {
        var first = Pick(DemoText.FirstNames);
        var last = Pick(DemoText.LastNames);
        var created = now.AddDays(-_random.Next(1, 390)).AddMinutes(-_random.Next(1440));
        return new Subscriber
        {
            Uuid = Guid.NewGuid(),
            Email = $"{first}.{last}{number.ToString(CultureInfo.InvariantCulture)}@{Pick(DemoText.MailDomains)}".ToLowerInvariant(),
            Name = $"{first} {last}",
            Attributes = JsonSerializer.Serialize(new { city = Pick(DemoText.Cities), plan = Pick(DemoText.Plans), orders = _random.Next(0, 25) }),
            Status = _random.NextDouble() switch { < 0.02 => SubscriberStatus.Blocklisted, < 0.03 => SubscriberStatus.Disabled, _ => SubscriberStatus.Enabled },
            CreatedAt = created,
            UpdatedAt = created,
        };
    }

    private Subscription NewSubscription(MailingList list, Subscriber person) => new()
    {
        ListId = list.Id,
        Status = person.Status == SubscriberStatus.Blocklisted
            ? SubscriptionStatus.Unsubscribed
            : _random.NextDouble() switch
            {
                < 0.05 => SubscriptionStatus.Unsubscribed,
                < 0.14 when list.Optin == ListOptin.Double => SubscriptionStatus.Unconfirmed,
                _ => SubscriptionStatus.Confirmed,
            },
        CreatedAt = person.CreatedAt,
        UpdatedAt = person.CreatedAt,
    };

    private Task<List<TrackedLink>> AddLinksAsync(DateTimeOffset now, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            var links = DemoText.Links.Select(link => new TrackedLink
            {
                Uuid = Guid.NewGuid(),
                Url = link.Path,
                UrlHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link.Path))),
                CreatedAt = now.AddDays(-70),
            }).ToList();
            db.Links.AddRange(links);
            await db.SaveChangesAsync(cancellationToken);
            return links;
        },
        cancellationToken);

    private async Task AddSentCampaignAsync(
        (string Name, string Subject, int List, int DaysAgo, double Opens, double Clicks) plan,
        MailingList list,
        List<int> audience,
        List<TrackedLink> links,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var started = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-plan.DaysAgo).AddHours(8 + (plan.DaysAgo % 5));
        var finished = started.AddMinutes(3).AddSeconds(audience.Count / 20.0);
        var campaign = NewCampaign(plan.Name, plan.Subject, list, started.AddHours(-20));
        campaign.Status = CampaignStatus.Finished;
        campaign.StartedAt = started;
        campaign.FinishedAt = finished;
        campaign.UpdatedAt = finished;
        campaign.ToSend = audience.Count;
        campaign.MaxSubscriberId = campaign.LastSubscriberId = audience.Count == 0 ? 0 : audience.Max();
        await databases.WriteAsync(
            async db =>
            {
                campaign.TemplateId = await db.Templates.Where(template => template.IsDefault).Select(template => (int?)template.Id).FirstOrDefaultAsync(cancellationToken);
                db.Campaigns.Add(campaign);
                await db.SaveChangesAsync(cancellationToken);
                db.CampaignLinks.AddRange(links.Select((link, index) => new CampaignLink { CampaignId = campaign.Id, Position = index + 1, LinkId = link.Id }));
            },
            cancellationToken);

        var history = new DemoHistory(_random);
        foreach (var chunk in audience.Chunk(Chunk))
        {
            var deliveries = chunk.Select(person => NewDelivery(campaign.Id, person, started, finished)).ToList();
            campaign.Sent += deliveries.Count(delivery => delivery.Status == DeliveryStatus.Sent);
            campaign.Failed += deliveries.Count(delivery => delivery.Status == DeliveryStatus.Failed);
            var bounces = deliveries.Where(delivery => delivery.Status == DeliveryStatus.Sent && _random.NextDouble() < 0.009).Select(NewBounce).ToList();
            // Whose mail came back does not read it; who complains has read it.
            var hits = deliveries.Where(delivery => delivery.Status == DeliveryStatus.Sent)
                .SelectMany(delivery => history.React(delivery, plan.Opens, plan.Clicks, links, now)).ToList();
            var leaving = deliveries.Where(delivery => delivery.Status == DeliveryStatus.Sent && _random.NextDouble() < 0.0035)
                .Select(delivery => new CampaignUnsubscribe { CampaignId = campaign.Id, SubscriberId = delivery.SubscriberId, At = delivery.DoneAt!.Value.AddMinutes(_random.Next(20, 3000)) })
                .Where(row => row.At < now).ToList();
            campaign.Bounces += bounces.Count;
            campaign.Unsubscribes += leaving.Count;
            await databases.WriteAsync(
                async db =>
                {
                    var emails = await db.Subscribers.Where(person => EF.Parameter(chunk).Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Email, cancellationToken);
                    bounces.ForEach(bounce => bounce.Domain = EmailAddress.Domain(emails[bounce.SubscriberId]));
                    db.Deliveries.AddRange(deliveries);
                    db.TrackingHits.AddRange(hits);
                    db.Bounces.AddRange(bounces);
                    db.CampaignUnsubscribes.AddRange(leaving);
                },
                cancellationToken);
        }

        await databases.WriteAsync(
            db =>
            {
                db.CampaignHours.AddRange(history.Hours);
                db.LinkStats.AddRange(history.Links);
                db.CampaignReaders.AddRange(history.Readers);
                history.SumInto(campaign);
                db.Entry(campaign).State = EntityState.Modified;
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    private Delivery NewDelivery(int campaignId, int person, DateTimeOffset started, DateTimeOffset finished)
    {
        var at = started + ((finished - started) * _random.NextDouble());
        var fails = _random.NextDouble() < 0.008;
        return new Delivery
        {
            CampaignId = campaignId,
            SubscriberId = person,
            Status = fails ? DeliveryStatus.Failed : DeliveryStatus.Sent,
            Attempts = 1,
            ClaimedAt = at.AddSeconds(-1),
            DoneAt = at,
            SmtpCode = fails ? 550 : 250,
            Reply = fails ? "550 5.1.1 No such user here" : null,
            Server = "mail.example.com",
        };
    }

    private Bounce NewBounce(Delivery delivery)
    {
        var type = _random.NextDouble() switch { < 0.1 => BounceType.Complaint, < 0.4 => BounceType.Soft, _ => BounceType.Hard };
        if (type != BounceType.Complaint)
        {
            delivery.Status = DeliveryStatus.Bounced;
        }

        return new Bounce
        {
            SubscriberId = delivery.SubscriberId,
            CampaignId = delivery.CampaignId,
            Type = type,
            Source = type == BounceType.Complaint ? "feedback" : "mailbox",
            Status = type switch { BounceType.Hard => "5.1.1", BounceType.Soft => "4.2.2", _ => null },
            Reason = type switch { BounceType.Hard => "user-unknown", BounceType.Soft => "mailbox-full", _ => "complaint" },
            Line = type switch { BounceType.Hard => "550 5.1.1 User unknown", BounceType.Soft => "452 4.2.2 Mailbox full", _ => null },
            IsJudged = true,
            CreatedAt = delivery.DoneAt!.Value.AddMinutes(_random.Next(1, 40)),
        };
    }

    private Task AddUnsentCampaignsAsync(List<MailingList> lists, DateTimeOffset now, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            var template = await db.Templates.Where(row => row.IsDefault).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken);
            var scheduled = NewCampaign("Digest 36", "Small tools, big difference", lists[0], now.AddHours(-5));
            scheduled.Status = CampaignStatus.Scheduled;
            scheduled.SendAt = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(7).AddHours(8);
            var draft = NewCampaign("Autumn release", "Autumn release: what is coming", lists[1], now.AddHours(-2));
            scheduled.TemplateId = draft.TemplateId = template;
            db.Campaigns.AddRange(scheduled, draft);
        },
        cancellationToken);

    private Campaign NewCampaign(string name, string subject, MailingList list, DateTimeOffset createdAt) => new()
    {
        Uuid = Guid.NewGuid(),
        Name = name,
        Subject = subject,
        FromEmail = settings.Current.General.FromEmail,
        Body = DemoText.Body(subject),
        ContentType = CampaignContentType.Html,
        Tags = [list.Tags[0]],
        Lists = [new CampaignList { ListId = list.Id, ListName = list.Name }],
        CreatedAt = createdAt,
        UpdatedAt = createdAt,
    };

    private string Pick(string[] words) => words[_random.Next(words.Length)];

    [LoggerMessage(Level = LogLevel.Information, Message = "Demonstration data added: {People} people, {Campaigns} sent campaigns")]
    private partial void LogDone(int people, int campaigns);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No demonstration data added: this instance already holds people or campaigns")]
    private partial void LogSkipped();
}
