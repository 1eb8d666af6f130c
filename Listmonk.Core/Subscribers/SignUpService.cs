using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Suppression;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>Lets visitors join public lists (spec/public.md 3), without telling them who is there already.</summary>
public sealed class SignUpService(
    IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, SettingsStore settings, SuppressionStore suppressions, IOptinMailer optinMailer, TimeProvider clock)
{
    private readonly OptinThrottle _throttle = new(clock);

    public bool IsOpen => settings.Current.General.EnablePublicSubscriptionPage;

    public async Task<Outcome<SignUpReceipt>> SignUpAsync(SignUp signUp, CancellationToken cancellationToken)
    {
        var errors = Check(signUp, out var email);
        if (errors.Count > 0)
        {
            return Outcome<SignUpReceipt>.Invalid(errors);
        }

        var lists = await ReadListsAsync(signUp.Lists, cancellationToken);
        if (!lists.IsOk)
        {
            return Outcome<SignUpReceipt>.From(lists);
        }

        var asks = settings.Current.General.SendOptinConfirmation;
        var receipt = new SignUpReceipt(asks && lists.Value.Exists(list => list.Optin == ListOptin.Double));
        if (suppressions.Covers(email))
        {
            // Told the same as everybody, and nothing happens.
            return receipt;
        }

        var (subscriberId, toConfirm) = await StoreAsync(email, signUp.Name, lists.Value, cancellationToken);
        var due = asks ? _throttle.Take(subscriberId, toConfirm) : [];
        if (due.Count > 0)
        {
            var sent = await optinMailer.SendOptinAsync(subscriberId, due, cancellationToken);
            if (!sent.IsOk)
            {
                _throttle.Forget(subscriberId, due);
                return Outcome<SignUpReceipt>.Conflict("The confirmation mail could not be sent. Please try again later.");
            }
        }

        return receipt;
    }

    private List<FieldError> Check(SignUp signUp, out string email)
    {
        var errors = new List<FieldError>();
        if (!EmailAddress.TryNormalize(signUp.Email, out email))
        {
            errors.Add(new FieldError("email", "Enter a valid e-mail address."));
        }
        else if (!SubscriberRules.AllowsDomain(email, settings.Current.Privacy) || (settings.Current.Privacy.RefuseDisposable && AddressTables.IsDisposable(email)))
        {
            errors.Add(new FieldError("email", "Addresses of this domain are not accepted."));
        }

        if (signUp.Name.Length > Subscriber.MaxNameLength)
        {
            errors.Add(new FieldError("name", $"A name has at most {Subscriber.MaxNameLength} characters."));
        }

        if (signUp.Lists.Count == 0)
        {
            errors.Add(new FieldError("l", "Choose at least one list."));
        }

        return errors;
    }

    /// <summary>The open lists among those named. A private one refuses all: no form offers it.</summary>
    private async Task<Outcome<List<MailingList>>> ReadListsAsync(IReadOnlyCollection<Guid> uuids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        Guid[] named = [.. uuids];
        var lists = await db.Lists.AsNoTracking().Where(list => EF.Parameter(named).Contains(list.Uuid)).ToListAsync(cancellationToken);
        var open = lists.Where(list => list is { Type: ListType.Public, Status: ListStatus.Active }).ToList();
        return open.Count == 0 || lists.Exists(list => list.Type == ListType.Private)
            ? Outcome<List<MailingList>>.Invalid("l", "One of the lists cannot be joined.")
            : open;
    }

    /// <returns>The person, and the lists to be confirmed by mail.</returns>
    private async Task<(int SubscriberId, List<int> ToConfirm)> StoreAsync(string email, string name, List<MailingList> lists, CancellationToken cancellationToken)
    {
        try
        {
            return await databases.WriteAsync(db => StoreAsync(db, email, name, lists, cancellationToken), cancellationToken);
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            // The same address came twice at once; now it is known.
            return await databases.WriteAsync(db => StoreAsync(db, email, name, lists, cancellationToken), cancellationToken);
        }
    }

    private async Task<(int SubscriberId, List<int> ToConfirm)> StoreAsync(
        ListmonkDbContext db, string email, string name, List<MailingList> lists, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var person = await db.Subscribers.Include(one => one.Subscriptions).FirstOrDefaultAsync(one => one.Email == email, cancellationToken);
        if (person is null)
        {
            var clean = SubscriberRules.CleanName(name);
            person = new Subscriber
            {
                Uuid = Guid.NewGuid(),
                Email = email,
                Name = clean.Length > 0 ? clean : SubscriberRules.DeriveName(email),
                CreatedAt = now,
                UpdatedAt = now,
            };
            db.Subscribers.Add(person);
        }

        // Whoever is blocked or switched off is told the same as everybody, and nothing happens.
        var toConfirm = person.Status == SubscriberStatus.Enabled
            ? lists.Where(list => Join(person, list, now)).Select(list => list.Id).ToList()
            : [];
        await db.SaveChangesAsync(cancellationToken);
        return (person.Id, toConfirm);
    }

    /// <returns>Whether the person must confirm by mail.</returns>
    private static bool Join(Subscriber person, MailingList list, DateTimeOffset now)
    {
        var subscription = person.Subscriptions.Find(one => one.ListId == list.Id);
        switch (subscription?.Status)
        {
            case null:
                person.Subscriptions.Add(new Subscription { ListId = list.Id, Status = SubscriptionStatus.Unconfirmed, CreatedAt = now, UpdatedAt = now });
                return list.Optin == ListOptin.Double;
            case SubscriptionStatus.Unsubscribed:
                subscription.Meta = RejoinRequest.AddTo(subscription.Meta);
                subscription.UpdatedAt = now;
                return true;
            case SubscriptionStatus.Unconfirmed:
                return list.Optin == ListOptin.Double;
            default:
                return false;
        }
    }
}
