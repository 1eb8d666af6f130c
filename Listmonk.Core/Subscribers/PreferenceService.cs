using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>A list as its members see it on their own pages.</summary>
/// <param name="ListName">Null for a private list, whose name is not for its members.</param>
public sealed record PublicSubscription(Guid ListUuid, string? ListName, SubscriptionStatus Status);

/// <summary>What the pages of one recipient show.</summary>
public sealed record RecipientView(string Name, string Email, bool IsBlocklisted, TrackingLevel? TrackingLevel, IReadOnlyList<PublicSubscription> PublicLists);

/// <summary>What a person may change without an account: name, lists, consent to tracking, confirmations (spec/public.md 5 and 7).</summary>
public sealed class PreferenceService(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock)
{
    public const int MaxNameLength = 256;

    /// <summary>The code of the person's own language; null when it is not known, as for an unknown person.</summary>
    public async Task<string?> LanguageOfAsync(Guid subscriberUuid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var attributes = await db.Subscribers.AsNoTracking()
            .Where(subscriber => subscriber.Uuid == subscriberUuid).Select(subscriber => subscriber.Attributes).FirstOrDefaultAsync(cancellationToken);
        return attributes is null ? null : SubscriberLanguage.Of(attributes);
    }

    /// <summary>Null for an unknown person.</summary>
    public async Task<RecipientView?> FindAsync(Guid subscriberUuid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var person = await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(subscriber => subscriber.Uuid == subscriberUuid, cancellationToken);
        if (person is null)
        {
            return null;
        }

        var lists = await db.Subscriptions.AsNoTracking()
            .Where(subscription => subscription.SubscriberId == person.Id && subscription.List!.Type == ListType.Public)
            .OrderBy(subscription => subscription.List!.Name)
            .Select(subscription => new PublicSubscription(subscription.List!.Uuid, subscription.List.Name, subscription.Status))
            .ToListAsync(cancellationToken);
        return new RecipientView(person.Name, person.Email, person.Status == SubscriberStatus.Blocklisted, person.TrackingLevel, lists);
    }

    /// <summary>Stores the name and leaves every public list that is not among <paramref name="kept"/>; private lists stay as they are.</summary>
    /// <param name="allowTracking">Null leaves the person's choice on tracking as it is.</param>
    public Task<Outcome> SaveAsync(
        Guid subscriberUuid, string name, IReadOnlyCollection<Guid> kept, bool? allowTracking, string consentText, CancellationToken cancellationToken)
    {
        if (!settings.Current.Privacy.AllowPreferences)
        {
            return Task.FromResult(Outcome.Invalid("", "This feature is not available."));
        }

        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            return Task.FromResult(Outcome.Invalid("name", $"A name has 1 to {MaxNameLength} characters."));
        }

        return databases.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                var person = await db.Subscribers.FirstOrDefaultAsync(subscriber => subscriber.Uuid == subscriberUuid, cancellationToken);
                if (person is null)
                {
                    return Outcome.NotFound("This address is no longer in our records.");
                }

                person.Name = trimmed;
                person.UpdatedAt = now;
                if (allowTracking is { } allowed && (person.TrackingLevel == TrackingLevel.Off) == allowed)
                {
                    person.TrackingLevel = allowed ? null : TrackingLevel.Off;
                    db.Consents.Add(new Consent
                    {
                        SubscriberId = person.Id,
                        Level = allowed ? TrackingLevel.Individual : TrackingLevel.Off,
                        Source = "preferences",
                        Text = consentText,
                        CreatedAt = now,
                    });
                }

                var keptList = kept.ToList();
                await db.Subscriptions
                    .Where(subscription => subscription.SubscriberId == person.Id && subscription.List!.Type == ListType.Public
                        && subscription.Status != SubscriptionStatus.Unsubscribed && !keptList.Contains(subscription.List.Uuid))
                    .ExecuteUpdateAsync(
                        update => update
                            .SetProperty(subscription => subscription.Status, SubscriptionStatus.Unsubscribed)
                            .SetProperty(subscription => subscription.UpdatedAt, now),
                        cancellationToken);
                return Outcome.Ok;
            },
            cancellationToken);
    }

    /// <summary>Lists the person still has to confirm, private ones without their name; null for an unknown person.</summary>
    public async Task<IReadOnlyList<PublicSubscription>?> PendingAsync(Guid subscriberUuid, IReadOnlyCollection<Guid> lists, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Subscribers.AnyAsync(subscriber => subscriber.Uuid == subscriberUuid, cancellationToken))
        {
            return null;
        }

        return
        [
            .. (await PendingAsync(db.Subscriptions.AsNoTracking(), subscriberUuid, lists, cancellationToken)).Select(subscription => new PublicSubscription(
                subscription.List!.Uuid, subscription.List.Type == ListType.Public ? subscription.List.Name : null, subscription.Status)),
        ];
    }

    /// <summary>Confirms what is unconfirmed, and only that: an old mail must not bring back a list the person has left.</summary>
    /// <returns>How many subscriptions were confirmed.</returns>
    public Task<int> ConfirmAsync(Guid subscriberUuid, IReadOnlyCollection<Guid> lists, string? clientAddress, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            var now = clock.GetUtcNow();
            var pending = await PendingAsync(
                db.Subscriptions.Where(subscription => subscription.Subscriber!.Status != SubscriberStatus.Blocklisted), subscriberUuid, lists, cancellationToken);
            foreach (var subscription in pending)
            {
                subscription.Status = SubscriptionStatus.Confirmed;
                subscription.UpdatedAt = now;
                subscription.Meta = RejoinRequest.RemoveFrom(subscription.Meta);
                if (settings.Current.Privacy.RecordOptinIp && clientAddress is not null)
                {
                    subscription.Meta = new System.Text.Json.Nodes.JsonObject { ["optin_ip"] = clientAddress }.ToJsonString();
                }
            }

            return pending.Count;
        },
        cancellationToken);

    /// <summary>Deletes the person with everything that names them; opens and clicks stay as figures without a person.</summary>
    public Task<Outcome> WipeAsync(Guid subscriberUuid, CancellationToken cancellationToken) => !settings.Current.Privacy.AllowWipe
        ? Task.FromResult(Outcome.Invalid("", "This feature is not available."))
        : databases.WriteAsync(
            async db =>
            {
                var person = db.Subscribers.Where(subscriber => subscriber.Uuid == subscriberUuid);
                await db.ForgetHitDetailsAsync(person.Select(subscriber => (int?)subscriber.Id), cancellationToken);
                return await person.ExecuteDeleteAsync(cancellationToken) > 0
                    ? Outcome.Ok
                    : Outcome.NotFound("This address is no longer in our records.");
            },
            cancellationToken);

    /// <summary>Subscriptions that wait for a word of the person: unconfirmed ones, and left ones that somebody asked to have back.</summary>
    private static async Task<List<Subscription>> PendingAsync(
        IQueryable<Subscription> subscriptions, Guid subscriberUuid, IReadOnlyCollection<Guid> lists, CancellationToken cancellationToken)
    {
        var open = await subscriptions.Include(subscription => subscription.List)
            .Where(subscription => subscription.Subscriber!.Uuid == subscriberUuid && subscription.Status != SubscriptionStatus.Confirmed)
            .OrderBy(subscription => subscription.ListId)
            .ToListAsync(cancellationToken);
        open.RemoveAll(subscription => lists.Count > 0 && !lists.Contains(subscription.List!.Uuid));
        open.RemoveAll(subscription => subscription.Status == SubscriptionStatus.Unsubscribed && !RejoinRequest.IsIn(subscription.Meta));
        return open;
    }
}
