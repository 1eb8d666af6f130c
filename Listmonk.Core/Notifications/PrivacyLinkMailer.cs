using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Languages;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Notifications;

/// <summary>Mails people the link to their own data. Nobody is told whether an address is known.</summary>
public sealed class PrivacyLinkMailer(
    IDbContextFactory<ListmonkDbContext> databases, SystemMailer mailer, PrivacyLinks links, LanguageDirectory languages, SettingsStore settings, TimeProvider clock)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private readonly BoundedCache<int, DateTimeOffset> _sent = new(Remembered);

    /// <summary>Whether people may have or delete their data at all.</summary>
    public bool IsOffered => settings.Current.Privacy is { AllowExport: true } or { AllowWipe: true };

    /// <returns>Also ok when the same person asked a moment ago: the mail is on its way.</returns>
    public async Task<Outcome> SendAsync(Guid subscriberUuid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(row => row.Uuid == subscriberUuid, cancellationToken) is { } person
            ? await SendAsync(person, cancellationToken)
            : Outcome.NotFound("This address is no longer in our records.");
    }

    /// <summary>Does nothing for an unknown address.</summary>
    internal async Task SendAsync(string email, CancellationToken cancellationToken)
    {
        if (EmailAddress.TryNormalize(email, out var address))
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(row => row.Email == address, cancellationToken) is { } person)
            {
                await SendAsync(person, cancellationToken);
            }
        }
    }

    private async Task<Outcome> SendAsync(Subscriber person, CancellationToken cancellationToken)
    {
        if (!IsOffered)
        {
            return Outcome.Invalid("", "This feature is not available.");
        }

        if (_sent.TryGet(person.Id, out var at) && at + Pause > clock.GetUtcNow())
        {
            return Outcome.Ok;
        }

        var language = languages.Choose([person.Language]);
        var mail = new SystemMail
        {
            Language = language,
            Subject = language.Find("email.privacy.title"),
            Heading = language.Find("email.privacy.title"),
            Paragraphs =
            [
                language.Find("email.privacy.info"),
                language.Find("email.privacy.ignore", ("hours", PrivacyLinks.Life.TotalHours.ToString(CultureInfo.InvariantCulture))),
            ],
            Action = new SystemMailAction(language.Find("email.privacy.action"), links.UrlFor(person.Uuid)),
        };
        var sent = await mailer.SendAsync(mail, new SystemMailRecipient(person.Email, person.Id, person.Uuid), cancellationToken);
        if (sent.IsOk)
        {
            _sent.Set(person.Id, clock.GetUtcNow());
        }

        return sent;
    }
}
