using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Notifications;

/// <summary>The mail that asks a person to confirm subscriptions; following its link alone changes nothing.</summary>
internal sealed class OptinMailer(IDbContextFactory<ListmonkDbContext> databases, SystemMailer mailer, LanguageDirectory languages, SettingsStore settings) : IOptinMailer
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
        var language = languages.Choose([subscriber.Language]);
        var names = lists.Select(list => list.Type == ListType.Public ? list.Name : language.Find("email.optin.aPrivateList"));
        var mail = new SystemMail
        {
            Language = language,
            Subject = language.Find("email.optin.confirmSubTitle"),
            Heading = subscriber.Name.Length > 0 ? language.Find("email.optin.greeting", ("name", subscriber.Name)) : language.Find("email.optin.confirmSubWelcome"),
            Paragraphs =
            [
                language.Find("email.optin.confirmSubInfo", ("lists", string.Join(", ", names))),
                language.Find("email.optin.confirmSubHelp"),
            ],
            Action = new SystemMailAction(language.Find("email.optin.confirmSub"), $"{root}/subscription/optin/{subscriber.Uuid}?{string.Join('&', lists.Select(list => $"l={list.Uuid}"))}"),
        };
        var unsubscribe = settings.Current.Privacy.UnsubscribeHeader ? $"{root}/subscription/{Guid.Empty}/{subscriber.Uuid}" : null;
        return await mailer.SendAsync(mail, new SystemMailRecipient(subscriber.Email, subscriber.Id, subscriber.Uuid, unsubscribe), cancellationToken);
    }
}
