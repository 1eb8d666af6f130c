using System.Text;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Renders a campaign outside a send: previews, the "view in browser" page, archive pages and test mails. Only the links of the "view in browser" page are tracked.</summary>
public sealed class MessageRenderer(
    IDbContextFactory<ListmonkDbContext> databases, CampaignCompiler compiler, MessengerDirectory messengers) : IMessageView
{
    /// <summary>The person that previews are made for.</summary>
    public static Recipient DemoRecipient { get; } = new()
    {
        SubscriberId = 0,
        Uuid = Guid.Empty,
        Email = "demo@listmonk.app",
        Name = "Demo Subscriber",
        Attributes = """{"city":"Bengaluru"}""",
    };

    /// <summary>The body as one person gets it: HTML, or text for a plain campaign. The campaign may hold unsaved changes.</summary>
    public async Task<Outcome<string>> RenderAsync(Campaign campaign, Recipient recipient, CancellationToken cancellationToken)
    {
        var page = await ComposeAsync(campaign, recipient, CompilePurpose.View, cancellationToken);
        return page.IsOk ? page.Value.Body : Outcome<string>.From(page);
    }

    /// <summary>The whole mail as one person gets it, headers and source included; without attachments, and with nothing tracked.</summary>
    public async Task<Outcome<MessagePreview>> PreviewAsync(Campaign campaign, Recipient recipient, CancellationToken cancellationToken)
    {
        var compiled = await compiler.CompileAsync(campaign, CompilePurpose.View, cancellationToken);
        if (!compiled.IsOk)
        {
            return Outcome<MessagePreview>.From(compiled);
        }

        var composer = compiled.Value.Rent();
        try
        {
            var body = composer.ComposeBody(recipient);
            using var message = composer.Compose(recipient);
            var content = message.Content;
            return new MessagePreview
            {
                Subject = composer.Subject,
                Body = body,
                IsPlain = campaign.ContentType == CampaignContentType.Plain,
                Text = content.AltBody,
                Headers = [.. content.Headers],
                Source = Encoding.UTF8.GetString(message.Mime.Span),
                BodySize = Encoding.UTF8.GetByteCount(body),
            };
        }
        catch (Exception exception) when (exception is TemplateException or FormatException)
        {
            return Outcome<MessagePreview>.Invalid("body", exception.Message);
        }
    }

    public Task<Outcome<MessagePage>> RenderAsync(Campaign campaign, Subscriber reader, CancellationToken cancellationToken) =>
        ComposeAsync(campaign, ToRecipient(reader), CompilePurpose.View, cancellationToken);

    public Task<Outcome<MessagePage>> RenderForRecipientAsync(Campaign campaign, Subscriber recipient, CancellationToken cancellationToken) =>
        ComposeAsync(campaign, ToRecipient(recipient), CompilePurpose.Page, cancellationToken);

    /// <summary>
    /// Mails the campaign, unsaved changes included, to existing subscribers for trial. It counts nowhere: neither in the ledger nor in
    /// the figures, and its links and pixel are not tracked.
    /// </summary>
    /// <returns>Refused when no address is known, or with the first reason why a mail could not be sent.</returns>
    public async Task<Outcome> SendTestAsync(Campaign campaign, IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        var emails = addresses.Select(address => address.Trim().ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var subscribers = await db.Subscribers.AsNoTracking().Where(subscriber => emails.Contains(subscriber.Email)).ToListAsync(cancellationToken);
        if (subscribers.Count == 0)
        {
            return Outcome.Invalid("subscribers", "None of these addresses belongs to a subscriber.");
        }

        if (messengers.Find(campaign.Messenger) is not { } messenger)
        {
            return Outcome.Invalid("messenger", $"There is no messenger '{campaign.Messenger}'.");
        }

        var compiled = await compiler.CompileAsync(campaign, CompilePurpose.Test, cancellationToken);
        if (!compiled.IsOk)
        {
            return compiled;
        }

        var composer = compiled.Value.Rent();
        foreach (var subscriber in subscribers)
        {
            try
            {
                using var message = composer.Compose(ToRecipient(subscriber));
                var result = await messenger.SendAsync(message, cancellationToken);
                if (!result.IsSent)
                {
                    return Outcome.Conflict($"The mail server did not take the test mail: {result.Code} {result.ReplyText}".TrimEnd());
                }
            }
            catch (Exception exception) when (exception is TemplateException or FormatException)
            {
                return Outcome.Invalid("body", exception.Message);
            }
        }

        return Outcome.Ok;
    }

    public static Recipient ToRecipient(Subscriber subscriber) => new()
    {
        SubscriberId = subscriber.Id,
        Uuid = subscriber.Uuid,
        Email = subscriber.Email,
        Name = subscriber.Name,
        Attributes = subscriber.Attributes,
        Status = subscriber.Status,
        TrackingLevel = subscriber.TrackingLevel,
        CreatedAt = subscriber.CreatedAt,
        UpdatedAt = subscriber.UpdatedAt,
    };

    private async Task<Outcome<MessagePage>> ComposeAsync(Campaign campaign, Recipient recipient, CompilePurpose purpose, CancellationToken cancellationToken)
    {
        var compiled = await compiler.CompileAsync(campaign, purpose, cancellationToken);
        if (!compiled.IsOk)
        {
            return Outcome<MessagePage>.From(compiled);
        }

        var composer = compiled.Value.Rent();
        try
        {
            var body = composer.ComposeBody(recipient);
            return new MessagePage(composer.Subject, body, campaign.ContentType == CampaignContentType.Plain);
        }
        catch (TemplateException exception)
        {
            return Outcome<MessagePage>.Invalid("body", exception.Message);
        }
    }
}
