using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Notifications;

/// <summary>Sends the installation's own mails through the messenger <c>email</c>.</summary>
public sealed partial class SystemMailer(EmailMessenger messenger, SettingsStore settings, VerpAddress verp, TimeProvider clock, ILogger<SystemMailer> logger)
{
    /// <summary>To everybody whom the settings name for notifications; nobody named means no mail.</summary>
    public async Task NotifyAsync(SystemMail mail, CancellationToken cancellationToken)
    {
        foreach (var address in settings.Current.General.NotifyEmails)
        {
            await SendAsync(mail, new SystemMailRecipient(address), cancellationToken);
        }
    }

    /// <returns>Refused with the server's answer when the mail could not be handed over.</returns>
    public async Task<Outcome> SendAsync(SystemMail mail, SystemMailRecipient recipient, CancellationToken cancellationToken)
    {
        var general = settings.Current.General;
        MessageBlueprint blueprint;
        try
        {
            blueprint = new MessageBlueprint(new MessageDraft
            {
                From = general.FromEmail,
                Body = MessageBody.HtmlWithText,
                Attachments = mail.Attachments,
                DefaultHeaders = [new DraftHeader("Auto-Submitted", "auto-generated")],
                ReturnPath = settings.Current.Deliverability.EnvelopeSender,
                Verp = settings.Current.Deliverability.ReturnPathVerp ? verp : null,
                NamesSubscriber = recipient.SubscriberUuid is not null,
                HasUnsubscribeHeader = recipient.UnsubscribeUrl is not null,
            });
        }
        catch (FormatException exception)
        {
            return Outcome.Invalid("from_email", exception.Message);
        }

        using var writer = new MessageWriter(blueprint);
        using var message = writer.Write(
            new MessageRecipient
            {
                Address = recipient.Address,
                Subject = mail.Subject,
                Date = clock.GetUtcNow(),
                SubscriberId = recipient.SubscriberId,
                SubscriberUuid = recipient.SubscriberUuid,
                UnsubscribeUrl = recipient.UnsubscribeUrl,
            },
            SystemMailLayout.PlainText(mail),
            SystemMailLayout.Html(mail, general.SiteName));
        var result = await messenger.SendAsync(message, cancellationToken);
        if (result.IsSent)
        {
            return Outcome.Ok;
        }

        LogNotSent(result.Outcome, result.Code);
        return Outcome.Conflict($"The mail server did not take the mail: {result.Code} {result.ReplyText}".TrimEnd());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A system mail was not sent: {Outcome}, {Code}")]
    private partial void LogNotSent(DeliveryOutcome outcome, int code);
}

/// <summary>Who gets a system mail; what follows the address is for subscribers, whose mails carry their id and a way to unsubscribe.</summary>
public sealed record SystemMailRecipient(string Address, int? SubscriberId = null, Guid? SubscriberUuid = null, string? UnsubscribeUrl = null);
