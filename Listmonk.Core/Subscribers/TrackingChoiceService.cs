using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>How far a person's reactions may be recorded, and every word on it so far.</summary>
/// <param name="Level">Null leaves it to campaign and installation; otherwise the most restrictive of the three holds.</param>
/// <param name="History">Newest first.</param>
public sealed record TrackingChoice(TrackingLevel? Level, IReadOnlyList<ExportedConsent> History);

/// <summary>Reads and sets the tracking level of one person, with the record that proves who said what and when.</summary>
public sealed class TrackingChoiceService(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    public const int MaxTextLength = 1000;

    private const int MaxHistory = 50;

    public async Task<Outcome<TrackingChoice>> FindAsync(int subscriberId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var access = SubscriberScope.SeesEverybody(actor) ? Outcome.Ok : await SubscriberService.AccessAsync(db, [subscriberId], actor, cancellationToken);
        if (!access.IsOk)
        {
            return Outcome<TrackingChoice>.From(access);
        }

        var levels = await db.Subscribers.AsNoTracking().Where(person => person.Id == subscriberId).Select(person => person.TrackingLevel).ToListAsync(cancellationToken);
        if (levels.Count == 0)
        {
            return SubscriberQueries.NotFound<TrackingChoice>(subscriberId);
        }

        var history = await db.Consents.AsNoTracking().Where(consent => consent.SubscriberId == subscriberId).OrderByDescending(consent => consent.Id).Take(MaxHistory)
            .Select(consent => new ExportedConsent(consent.Level, consent.Source, consent.Text, consent.CreatedAt)).ToListAsync(cancellationToken);
        return new TrackingChoice(levels[0], history);
    }

    /// <summary>Sets the level; it holds at once, also for mails already sent. Setting what holds already changes nothing.</summary>
    /// <param name="text">How the person said so. Recording more than before needs it: consent that nobody can show is none (GDPR, article 7).</param>
    /// <param name="source">Where the choice was made, such as <c>admin</c> or <c>api</c>.</param>
    public async Task<Outcome<TrackingChoice>> SetAsync(
        int subscriberId, TrackingLevel? level, string? text, string source, Actor actor, CancellationToken cancellationToken)
    {
        var words = (text ?? "").Trim();
        if (words.Length > MaxTextLength)
        {
            return Outcome<TrackingChoice>.Invalid("text", $"At most {MaxTextLength:N0} characters.");
        }

        if (!actor.Can(Permissions.SubscribersManage))
        {
            return Outcome<TrackingChoice>.Forbidden($"Permission denied: {Permissions.SubscribersManage}");
        }

        var set = await databases.WriteAsync(
            async db =>
            {
                var access = await SubscriberService.AccessAsync(db, [subscriberId], actor, cancellationToken);
                if (!access.IsOk)
                {
                    return access;
                }

                if (await db.Subscribers.FirstOrDefaultAsync(row => row.Id == subscriberId, cancellationToken) is not { } person)
                {
                    return SubscriberQueries.NotFound<int>(subscriberId);
                }

                if (person.TrackingLevel == level)
                {
                    return Outcome.Ok;
                }

                if (Reach(level) > Reach(person.TrackingLevel) && words.Length == 0)
                {
                    return Outcome.Invalid("text", "Say how the person agreed; recording more than before needs their consent.");
                }

                var now = clock.GetUtcNow();
                person.TrackingLevel = level;
                person.UpdatedAt = now;
                db.Consents.Add(new Consent { SubscriberId = subscriberId, Level = level ?? TrackingLevel.Individual, Source = source, Text = words, CreatedAt = now });
                return Outcome.Ok;
            },
            cancellationToken);
        return set.IsOk ? await FindAsync(subscriberId, actor, cancellationToken) : Outcome<TrackingChoice>.From(set);
    }

    private static TrackingLevel Reach(TrackingLevel? level) => level ?? TrackingLevel.Individual;
}
