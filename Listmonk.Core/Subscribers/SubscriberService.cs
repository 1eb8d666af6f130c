using Listmonk.Core.Audit;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Suppression;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Subscribers;

/// <summary>
/// Creates, changes and deletes people and their subscriptions. Actions on many people first fix who is meant and then work in slices,
/// each its own transaction, so that a tracking hit or a sender never waits for a million rows.
/// </summary>
public sealed partial class SubscriberService(
    IDbContextFactory<ListmonkDbContext> databases,
    IDatabaseDialect dialect,
    SettingsStore settings,
    SuppressionStore suppressions,
    IOptinMailer optinMailer,
    TimeProvider clock,
    ILogger<SubscriberService> logger)
{
    private const int Slice = SubscriberSlice.Size;

    public async Task<Outcome<SubscriberItem>> CreateAsync(SubscriberDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        var errors = Check(draft, isNew: true, out var email);
        if (errors.Count > 0)
        {
            return Outcome<SubscriberItem>.Invalid(errors);
        }

        var now = clock.GetUtcNow();
        var optins = new List<int>();
        Outcome<int> outcome;
        try
        {
            outcome = await databases.WriteAsync(
                async db =>
                {
                    if (await db.Subscribers.AnyAsync(person => person.Email == email, cancellationToken))
                    {
                        return Outcome<int>.Conflict("E-mail already exists.");
                    }

                    var lists = await ManageableAsync(db, draft, actor, cancellationToken);
                    if (!lists.IsOk)
                    {
                        return Outcome<int>.From(lists);
                    }

                    var name = SubscriberRules.CleanName(draft.Name);
                    var person = new Subscriber
                    {
                        Uuid = Guid.NewGuid(),
                        Email = email,
                        Name = name.Length > 0 ? name : SubscriberRules.DeriveName(email),
                        Attributes = draft.Attributes ?? "{}",
                        Status = draft.Status ?? SubscriberStatus.Enabled,
                        CreatedAt = now,
                        UpdatedAt = now,
                    };
                    db.Subscribers.Add(person);
                    foreach (var list in lists.Value)
                    {
                        var subscription = NewSubscription(list, person.Status, draft.IsPreconfirmed, now);
                        person.Subscriptions.Add(subscription);
                        NoteOptin(list, subscription, optins);
                    }

                    await db.SaveChangesAsync(cancellationToken);
                    return person.Id;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            // Two callers raced for one address and the unique index decided.
            return Outcome<SubscriberItem>.Conflict("E-mail already exists.");
        }

        return outcome.IsOk ? await AnswerAsync(outcome.Value, optins, actor, cancellationToken) : Outcome<SubscriberItem>.From(outcome);
    }

    /// <summary>Changes what the draft names. Confirmed and unsubscribed subscriptions keep their status when their list is given again.</summary>
    public async Task<Outcome<SubscriberItem>> UpdateAsync(int id, SubscriberDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        var errors = Check(draft, isNew: false, out var email);
        if (errors.Count > 0)
        {
            return Outcome<SubscriberItem>.Invalid(errors);
        }

        var now = clock.GetUtcNow();
        var optins = new List<int>();
        Outcome outcome;
        try
        {
            outcome = await databases.WriteAsync(
                async db =>
                {
                    var access = await AccessAsync(db, [id], actor, cancellationToken);
                    if (!access.IsOk)
                    {
                        return access;
                    }

                    if (await db.Subscribers.Include(row => row.Subscriptions).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } person)
                    {
                        return SubscriberQueries.NotFound<int>(id);
                    }

                    if (email.Length > 0 && email != person.Email)
                    {
                        if (suppressions.Covers(email))
                        {
                            return Outcome.Invalid("email", SubscriberRules.Suppressed);
                        }

                        if (await db.Subscribers.AnyAsync(row => row.Email == email, cancellationToken))
                        {
                            return Outcome.Conflict("E-mail already exists.");
                        }

                        person.Email = email;
                    }

                    var name = SubscriberRules.CleanName(draft.Name);
                    person.Name = name.Length > 0 ? name : person.Name;
                    person.Status = draft.Status ?? person.Status;
                    person.UpdatedAt = now;
                    if (draft.Attributes is { } attributes)
                    {
                        person.Attributes = draft.MergesAttributes ? SubscriberRules.MergeAttributes(person.Attributes, attributes) : attributes;
                    }

                    if (draft.ListIds is not null || draft.ListUuids is not null)
                    {
                        var lists = await ManageableAsync(db, draft, actor, cancellationToken);
                        if (!lists.IsOk)
                        {
                            return lists;
                        }

                        ReplaceSubscriptions(person, lists.Value, draft, actor, now, optins);
                    }

                    if (person.Status == SubscriberStatus.Blocklisted)
                    {
                        person.Subscriptions.ForEach(subscription => Unsubscribe(subscription, now));
                    }

                    return Outcome.Ok;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            return Outcome<SubscriberItem>.Conflict("E-mail already exists.");
        }

        return outcome.IsOk ? await AnswerAsync(id, optins, actor, cancellationToken) : Outcome<SubscriberItem>.From(outcome);
    }

    /// <summary>Deletes people; their opens and clicks stay without the person. Unknown ids are no error. Returns how many went.</summary>
    public Task<Outcome<int>> DeleteAsync(SubscriberSelection selection, Actor actor, CancellationToken cancellationToken) =>
        ForEachSliceAsync(
            selection,
            actor,
            (db, ids) =>
            {
                RecordMany(db, actor, "subscriber.delete", ids);
                return SubscriberSlice.DeleteAsync(db, ids, cancellationToken);
            },
            cancellationToken);

    /// <summary>Blocklists people and ends all their subscriptions, also on lists that the account may not manage.</summary>
    public Task<Outcome<int>> BlocklistAsync(SubscriberSelection selection, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return ForEachSliceAsync(
            selection,
            actor,
            (db, ids) =>
            {
                RecordMany(db, actor, "subscriber.blocklist", ids);
                return SubscriberSlice.BlocklistAsync(db, ids, now, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Enables or disables people, whose subscriptions stay as they are. Returns how many had another status.</summary>
    public Task<Outcome<int>> SetStatusAsync(SubscriberSelection selection, SubscriberStatus status, Actor actor, CancellationToken cancellationToken)
    {
        if (status == SubscriberStatus.Blocklisted)
        {
            return BlocklistAsync(selection, actor, cancellationToken);
        }

        var now = clock.GetUtcNow();
        return ForEachSliceAsync(
            selection,
            actor,
            (db, ids) =>
            {
                RecordMany(db, actor, status == SubscriberStatus.Enabled ? "subscriber.enable" : "subscriber.disable", ids);
                return SubscriberSlice.SetStatusAsync(db, ids, status, now, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Adds people to lists, takes them off, or marks them unsubscribed. No opt-in mail is sent. Returns how many people were meant.</summary>
    public async Task<Outcome<int>> ChangeSubscriptionsAsync(
        SubscriberSelection selection, SubscriptionChange change, Actor actor, CancellationToken cancellationToken)
    {
        if (change.ListIds.Count == 0)
        {
            return Outcome<int>.Invalid("target_list_ids", "No lists given.");
        }

        int[] listIds = [.. change.ListIds.Distinct().Where(actor.CanManageList)];
        if (listIds.Length == 0)
        {
            return Outcome<int>.Forbidden("Permission denied: lists");
        }

        var now = clock.GetUtcNow();
        return await ForEachSliceAsync(
            selection,
            actor,
            async (db, ids) =>
            {
                await SubscriberSlice.ChangeSubscriptionsAsync(db, ids, listIds, change, now, cancellationToken);
                return ids.Length;
            },
            cancellationToken);
    }

    /// <summary>Mails the request to confirm for all unconfirmed double opt-in lists; nothing to confirm is no error.</summary>
    public async Task<Outcome> SendOptinAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        List<int> listIds;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Subscribers.AnyAsync(person => person.Id == id, cancellationToken))
            {
                return SubscriberQueries.NotFound<int>(id);
            }

            var access = await AccessAsync(db, [id], actor, cancellationToken);
            if (!access.IsOk)
            {
                return access;
            }

            listIds = await db.Subscriptions.AsNoTracking()
                .Where(row => row.SubscriberId == id && row.Status == SubscriptionStatus.Unconfirmed && row.List!.Optin == ListOptin.Double)
                .Select(row => row.ListId)
                .ToListAsync(cancellationToken);
        }

        return listIds.Count == 0 ? Outcome.Ok : await optinMailer.SendOptinAsync(id, listIds, cancellationToken);
    }

    /// <summary>Deletes all bounces of one person and takes them off their campaigns' counts.</summary>
    public async Task<Outcome> DeleteBouncesAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        await databases.WriteAsync<Outcome>(
            async db =>
            {
                var access = await AccessAsync(db, [id], actor, cancellationToken);
                if (access.IsOk)
                {
                    await BounceService.DeleteOfAsync(db, id, cancellationToken);
                }

                return access;
            },
            cancellationToken);

    private List<FieldError> Check(SubscriberDraft draft, bool isNew, out string email)
    {
        var errors = new List<FieldError>();
        email = "";
        if (isNew || draft.Email is not null)
        {
            if (!EmailAddress.TryNormalize(draft.Email, out email))
            {
                errors.Add(new FieldError("email", SubscriberRules.InvalidEmail));
            }
            else if (!SubscriberRules.AllowsDomain(email, settings.Current.Privacy))
            {
                errors.Add(new FieldError("email", SubscriberRules.BlockedDomain));
            }
            else if (isNew && suppressions.Covers(email))
            {
                errors.Add(new FieldError("email", SubscriberRules.Suppressed));
            }
        }

        if (draft.Attributes is { } attributes && SubscriberRules.CheckAttributes(attributes) is { } fault)
        {
            errors.Add(new FieldError("attribs", fault));
        }

        return errors;
    }

    /// <summary>The given lists that exist and that the account may manage; refused when some were given and none is left.</summary>
    private static async Task<Outcome<List<MailingList>>> ManageableAsync(
        ListmonkDbContext db, SubscriberDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        int[] ids = [.. draft.ListIds ?? []];
        Guid[] uuids = [.. draft.ListUuids ?? []];
        if (ids.Length == 0 && uuids.Length == 0)
        {
            return new List<MailingList>();
        }

        var lists = await db.Lists.AsNoTracking()
            .Where(list => EF.Parameter(ids).Contains(list.Id) || EF.Parameter(uuids).Contains(list.Uuid))
            .ToListAsync(cancellationToken);
        var isDenied = lists.RemoveAll(list => !actor.CanManageList(list.Id)) > 0;
        return lists.Count == 0 && (isDenied || !actor.ManagesAllLists) ? Outcome<List<MailingList>>.Forbidden("Permission denied: lists") : lists;
    }

    private static void ReplaceSubscriptions(
        Subscriber person, List<MailingList> lists, SubscriberDraft draft, Actor actor, DateTimeOffset now, List<int> optins)
    {
        var wanted = lists.Select(list => list.Id).ToHashSet();
        person.Subscriptions.RemoveAll(subscription => !wanted.Contains(subscription.ListId) && actor.CanManageList(subscription.ListId));
        foreach (var list in lists)
        {
            var present = person.Subscriptions.Find(subscription => subscription.ListId == list.Id);
            if (present is null)
            {
                var subscription = NewSubscription(list, person.Status, draft.IsPreconfirmed, now);
                person.Subscriptions.Add(subscription);
                NoteOptin(list, subscription, optins);
            }
            else if (present.Status == SubscriptionStatus.Unconfirmed && draft.IsPreconfirmed)
            {
                present.Status = SubscriptionStatus.Confirmed;
                present.UpdatedAt = now;
            }
        }
    }

    private static Subscription NewSubscription(MailingList list, SubscriberStatus status, bool isPreconfirmed, DateTimeOffset now) => new()
    {
        ListId = list.Id,
        Status = status == SubscriberStatus.Blocklisted ? SubscriptionStatus.Unsubscribed
            : isPreconfirmed ? SubscriptionStatus.Confirmed
            : SubscriptionStatus.Unconfirmed,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static void NoteOptin(MailingList list, Subscription subscription, List<int> optins)
    {
        if (list.Optin == ListOptin.Double && subscription.Status == SubscriptionStatus.Unconfirmed)
        {
            optins.Add(list.Id);
        }
    }

    private static void Unsubscribe(Subscription subscription, DateTimeOffset now)
    {
        if (subscription.Status != SubscriptionStatus.Unsubscribed)
        {
            subscription.Status = SubscriptionStatus.Unsubscribed;
            subscription.UpdatedAt = now;
        }
    }

    /// <summary>One line of the audit log a slice: it names one person by id, and counts many.</summary>
    private void RecordMany(ListmonkDbContext db, Actor actor, string action, int[] ids) =>
        db.Record(actor, action, "subscriber", ids.Length == 1 ? ids[0] : null, clock.GetUtcNow(), after: ids.Length == 1 ? null : $$"""{"count":{{ids.Length}}}""");

    private async Task<Outcome<int>> ForEachSliceAsync(
        SubscriberSelection selection, Actor actor, Func<ListmonkDbContext, int[], Task<int>> change, CancellationToken cancellationToken)
    {
        var ids = await ResolveAsync(selection, actor, cancellationToken);
        if (!ids.IsOk)
        {
            return Outcome<int>.From(ids);
        }

        var changed = 0;
        foreach (var slice in ids.Value.Chunk(Slice))
        {
            changed += await databases.WriteAsync(db => change(db, slice), cancellationToken);
        }

        return changed;
    }

    private async Task<Outcome<List<int>>> ResolveAsync(SubscriberSelection selection, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (selection.Ids is { } given)
        {
            var ids = given.Distinct().Order().ToList();
            if (ids.Count == 0)
            {
                return Outcome<List<int>>.Invalid("ids", "No IDs given.");
            }

            var access = await AccessAsync(db, ids, actor, cancellationToken);
            return access.IsOk ? ids : Outcome<List<int>>.From(access);
        }

        var scope = await SubscriberScope.ApplyAsync(db, selection.Filter!, actor, clock.GetUtcNow(), cancellationToken);
        return scope.IsOk
            ? await scope.Value.OrderBy(person => person.Id).Select(person => person.Id).ToListAsync(cancellationToken)
            : Outcome<List<int>>.From(scope);
    }

    /// <summary>A restricted account needs a list in common with each person.</summary>
    internal static async Task<Outcome> AccessAsync(
        ListmonkDbContext db, IReadOnlyList<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.SeesAllLists)
        {
            return Outcome.Ok;
        }

        var visible = SubscriberScope.VisibleLists(actor);
        foreach (var batch in ids.Chunk(Slice))
        {
            var known = await db.Subscriptions.AsNoTracking()
                .Where(row => EF.Parameter(batch).Contains(row.SubscriberId) && EF.Parameter(visible).Contains(row.ListId))
                .Select(row => row.SubscriberId)
                .Distinct()
                .ToListAsync(cancellationToken);
            if (known.Count < batch.Length)
            {
                return Outcome.Forbidden($"Permission denied: subscriber: {batch.Except(known).First()}");
            }
        }

        return Outcome.Ok;
    }

    /// <summary>Sends opt-in mails, whose failure must not undo what is stored, and reads the person back.</summary>
    private async Task<Outcome<SubscriberItem>> AnswerAsync(int id, List<int> optins, Actor actor, CancellationToken cancellationToken)
    {
        if (optins.Count > 0 && settings.Current.General.SendOptinConfirmation)
        {
            var sent = await optinMailer.SendOptinAsync(id, optins, cancellationToken);
            if (!sent.IsOk)
            {
                LogOptinFailed(id, sent.Message);
            }
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await SubscriberQueries.LoadAsync(db, [id], actor, cancellationToken);
        return found.Count > 0 ? found[0] : SubscriberQueries.NotFound<SubscriberItem>(id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Opt-in mail for subscriber {SubscriberId} was not sent: {Reason}")]
    private partial void LogOptinFailed(int subscriberId, string reason);
}
