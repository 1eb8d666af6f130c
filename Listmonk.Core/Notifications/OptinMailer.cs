using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Notifications;

/// <summary>The mail that asks a person to confirm subscriptions; following its link alone changes nothing.</summary>
internal sealed class OptinMailer(IDbContextFactory<ListmonkDbContext> databases, SystemMailer mailer, SettingsStore settings) : IOptinMailer
{
    public async Task<Outcome> SendOptinAsync(int subscriberId, IReadOnlyList<int> listIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var subscriber = await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(one => one.Id == subscriberId, cancellationToken);
        if (subscriber is null)
        {
            return Outcome.NotFound("There is no such subscriber.");
        }

        var lists = await db.Lists.AsNoTracking().Where(list => listIds.Contains(list.Id)).OrderBy(list => list.Name).ToListAsync(cancellationToken);
        if (lists.Count == 0)
        {
            return Outcome.Invalid("lists", "There is no list to confirm.");
        }

        var root = settings.Current.RootUrl;
        var names = lists.Select(list => list.Type == ListType.Public ? list.Name : "a private list");
        var mail = new SystemMail
        {
            Subject = "Confirm your subscription",
            Heading = subscriber.Name.Length > 0 ? $"Hello {subscriber.Name}" : "Hello",
            Paragraphs =
            [
                $"You have been added to: {string.Join(", ", names)}.",
                "Please confirm that you want to receive mails. If you did not ask for this, ignore the message and you will get none.",
            ],
            Action = new SystemMailAction("Confirm", $"{root}/subscription/optin/{subscriber.Uuid}?{string.Join('&', lists.Select(list => $"l={list.Uuid}"))}"),
        };
        var unsubscribe = settings.Current.Privacy.UnsubscribeHeader ? $"{root}/subscription/{Guid.Empty}/{subscriber.Uuid}" : null;
        return await mailer.SendAsync(mail, new SystemMailRecipient(subscriber.Email, subscriber.Id, subscriber.Uuid, unsubscribe), cancellationToken);
    }
}
