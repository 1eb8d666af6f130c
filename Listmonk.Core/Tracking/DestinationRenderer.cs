using System.Net;
using System.Text;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking.Links;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Renders destinations that hold template expressions for the person who clicked. Where that fails, or nobody is known, the fixed part
/// of the address is used: the right site is better than an error.
/// </summary>
/// <remarks>
/// The text is rendered as the value of an href and decoded again, so that values are escaped as they would be in the mail itself.
/// Only authors of campaigns write destinations; whatever they render to must still be an address that <see cref="LinkDestination.LocationOf"/> accepts.
/// </remarks>
public sealed partial class DestinationRenderer(
    IDbContextFactory<ListmonkDbContext> databases, MergedSubscriberStore merged, TimeProvider clock, ILogger<DestinationRenderer> logger)
{
    private const string Before = "<a href=\"";
    private const string After = "\">";
    private readonly BoundedCache<int, CompiledTemplate?> _templates = new(1_000);

    /// <summary>A Location header; null when nothing is left that a browser could be sent to.</summary>
    public async ValueTask<string?> RenderAsync(LinkDestination link, ReceivedHit hit, CancellationToken cancellationToken)
    {
        try
        {
            if (Template(link) is { } template
                && await MessageAsync(template, hit, cancellationToken) is { } message)
            {
                var url = Decode(template.RenderText(new RenderContext { Root = message, Clock = clock }));

                // A person's own data must not decide the host: "https://shop.example@evil.example" is for authors only.
                if ((RedirectRules.IsAllowed(url) || !url.StartsWith("http", StringComparison.OrdinalIgnoreCase)) && LinkDestination.LocationOf(url) is { } location)
                {
                    return location;
                }
            }
        }
        catch (Exception exception) when (exception is TemplateException or System.Data.Common.DbException)
        {
            LogFailed(exception, link.Id);
        }

        return WithoutExpressions(link.Url);
    }

    /// <summary>The part before the first expression, if it names at least a host; a query or path segment cut in half is left out.</summary>
    internal static string? WithoutExpressions(string url)
    {
        var at = url.IndexOf("{{", StringComparison.Ordinal);
        if (at < 0)
        {
            return LinkDestination.LocationOf(url);
        }

        var start = url[..at];
        var host = start.IndexOf("://", StringComparison.Ordinal);
        if (host < 0 || start.IndexOf('/', host + 3) < 0)
        {
            return null;
        }

        var query = start.AsSpan().IndexOfAny('?', '#');
        return LinkDestination.LocationOf(query >= 0 ? start[..query] : start[..(start.LastIndexOf('/') + 1)]);
    }

    private CompiledTemplate? Template(LinkDestination link)
    {
        if (!_templates.TryGet(link.Id, out var template))
        {
            try
            {
                template = CompiledTemplate.Compile(Before + Encode(link.Url) + After, TemplateMode.Html, TemplateFunctionSet.Campaign);
            }
            catch (TemplateException exception)
            {
                LogFailed(exception, link.Id);
            }

            _templates.Set(link.Id, template);
        }

        return template;
    }

    /// <summary>Null when the destination needs a person and there is none.</summary>
    private async Task<MessageTemplateObject?> MessageAsync(CompiledTemplate template, ReceivedHit hit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (id, uuid) = (merged.Resolve(hit.SubscriberId), merged.Resolve(hit.SubscriberUuid));
        var person = id == 0 && uuid == Guid.Empty
            ? null
            : await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(
                id != 0 ? subscriber => subscriber.Id == id : subscriber => subscriber.Uuid == uuid, cancellationToken);
        if (person is null && template.SubscriberFields.Count > 0)
        {
            return null;
        }

        var campaign = await db.Campaigns.AsNoTracking().FirstOrDefaultAsync(
            hit.CampaignId != 0 ? row => row.Id == hit.CampaignId : row => row.Uuid == hit.CampaignUuid, cancellationToken);
        return campaign is null ? null : new MessageTemplateObject { Subscriber = Of(person), Campaign = Of(campaign), Subject = campaign.Subject };
    }

    private static SubscriberTemplateObject Of(Subscriber? person) => person is null ? new SubscriberTemplateObject() : new SubscriberTemplateObject
    {
        Id = person.Id,
        Uuid = person.Uuid,
        Email = person.Email,
        Name = person.Name,
        Status = EnumText.Of(person.Status),
        AttributesJson = person.Attributes,
        CreatedAt = person.CreatedAt,
        UpdatedAt = person.UpdatedAt,
    };

    private static CampaignTemplateObject Of(Campaign campaign) => new()
    {
        Id = campaign.Id,
        Uuid = campaign.Uuid,
        Name = campaign.Name,
        Subject = campaign.Subject,
        FromEmail = campaign.FromEmail,
        Type = EnumText.Of(campaign.Type),
        Status = EnumText.Of(campaign.Status),
        ContentType = EnumText.Of(campaign.ContentType),
        Messenger = campaign.Messenger,
        Tags = campaign.Tags,
        AttributesJson = campaign.Attributes,
        SendAt = campaign.SendAt,
        StartedAt = campaign.StartedAt,
        CreatedAt = campaign.CreatedAt,
        UpdatedAt = campaign.UpdatedAt,
    };

    /// <summary>Encodes what is no expression as the value of an attribute.</summary>
    private static string Encode(string url)
    {
        var text = new StringBuilder();
        var rest = url.AsSpan();
        while (rest.Length > 0)
        {
            var open = rest.IndexOf("{{", StringComparison.Ordinal);
            text.Append(WebUtility.HtmlEncode((open < 0 ? rest : rest[..open]).ToString()));
            rest = open < 0 ? [] : rest[open..];
            var close = rest.IndexOf("}}", StringComparison.Ordinal);
            var expression = close < 0 ? rest : rest[..(close + 2)];
            text.Append(expression);
            rest = rest[expression.Length..];
        }

        return text.ToString();
    }

    private static string Decode(string html) => WebUtility.HtmlDecode(html[Before.Length..^After.Length]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The destination of link {LinkId} cannot be rendered; its fixed part is used")]
    private partial void LogFailed(Exception exception, int linkId);
}
