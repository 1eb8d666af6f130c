using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Media;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Links;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Makes campaigns ready to be sent, tested or shown: reads template and attachments, registers links, compiles.</summary>
public sealed class CampaignCompiler(
    IDbContextFactory<ListmonkDbContext> databases,
    SettingsStore settings,
    LinkStore links,
    TrackingTokens tokens,
    VerpAddress verp,
    TimeProvider clock,
    ImageEmbedder embedder,
    IMediaContent? media = null,
    ITemplateLanguage? language = null)
{
    /// <summary>In place of the ids of links that are not registered; as long as those of a large installation.</summary>
    private const int StandInLink = 1_000_000;

    /// <summary>Refused with the reason when a template does not compile or a header could not stand in a mail.</summary>
    public async Task<Outcome<CompiledCampaign>> CompileAsync(Campaign campaign, CompilePurpose purpose, CancellationToken cancellationToken)
    {
        var snapshot = settings.Current;
        var isMail = purpose is CompilePurpose.Send or CompilePurpose.Test or CompilePurpose.Check;
        var level = purpose == CompilePurpose.Map ? TrackingLevel.Individual : purpose is CompilePurpose.Send or CompilePurpose.Check or CompilePurpose.Page
            ? TrackingLevels.MostRestrictive(TrackingLevels.Of(snapshot.Privacy), campaign.TrackingLevel, null)
            : TrackingLevel.Off;
        var (wrapper, lists) = await ReadContextAsync(campaign, cancellationToken);
        var embedding = await EmbedAsync(campaign, wrapper, purpose, cancellationToken);
        try
        {
            var headers = CampaignHeaders.Parse(campaign.Headers);
            var from = campaign.FromEmail.Length > 0 ? campaign.FromEmail : snapshot.General.FromEmail;
            var templateObject = TemplateObject(campaign, from, headers);
            var policy = Policy(snapshot, level) with { Utm = UtmTemplate.Render(campaign.Utm ?? snapshot.Tracking.UtmParameters, templateObject, clock) };
            var sources = new CampaignSources(campaign.ContentType, embedding.Wrapper, embedding.Body, campaign.AltBody, policy, Tracking(snapshot.Privacy, level, purpose));
            var blueprint = new MessageBlueprint(new MessageDraft
            {
                From = from,
                Body = sources.IsPlain ? MessageBody.Plain : sources.HasAltBody ? MessageBody.HtmlWithText : MessageBody.Html,
                Attachments = !isMail ? [] : [.. await ReadAttachmentsAsync(campaign, cancellationToken), .. embedding.Images],
                Headers = [.. headers.Select(header => new DraftHeader(header.Key, CompiledTemplate.ContainsExpression(header.Value) ? null : header.Value))],
                ReturnPath = snapshot.Deliverability.EnvelopeSender,
                Verp = purpose == CompilePurpose.Send && snapshot.Deliverability.ReturnPathVerp ? verp : null,
                CampaignUuid = campaign.Uuid,
                CampaignId = campaign.Id,
                Campaign = Profile(campaign, from, headers),
                NamesSubscriber = true,
                HasUnsubscribeHeader = snapshot.Privacy.UnsubscribeHeader,
                UnsubscribeMailbox = snapshot.Deliverability.UnsubscribeMailbox.Trim() is { Length: > 0 } mailbox ? mailbox : null,
                ListId = ListId(lists, from),
                DefaultHeaders = [.. DefaultHeaders(campaign, lists, from, snapshot.Deliverability)],
            });
            var linkIds = sources.TrackedPlaces.Count == 0 || level == TrackingLevel.Off
                ? []
                : purpose is CompilePurpose.Check or CompilePurpose.Map ? [.. Enumerable.Repeat(StandInLink, sources.TrackedPlaces.Count)]
                : await links.RegisterAsync(campaign.Id, [.. sources.TrackedPlaces.Select(place => place.Destination!)], cancellationToken);
            // A person who finds it nevertheless comes to the installation's own page.
            var honeypot = snapshot.Tracking.HoneypotLink && purpose == CompilePurpose.Send && level != TrackingLevel.Off
                ? (await links.RegisterAsync([$"{snapshot.RootUrl}/"], cancellationToken))[0]
                : (int?)null;
            var compiled = new CompiledCampaign(sources, linkIds)
            {
                CampaignId = campaign.Id,
                CampaignUuid = campaign.Uuid,
                Blueprint = blueprint,
                Subject = Text(campaign.Subject),
                Headers = [.. blueprint.RenderedHeaders.Select(name => Text(headers.First(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value))],
                Level = level,
                TracksOpens = snapshot.Privacy.TrackOpens && purpose is not (CompilePurpose.Page or CompilePurpose.Map),
                TracksClicks = snapshot.Privacy.TrackClicks || purpose == CompilePurpose.Map,
                MarksPlaces = purpose == CompilePurpose.Map,
                HoneypotLinkId = honeypot,
                LogoUrl = snapshot.General.LogoUrl,
                Paths = new TrackingPaths(snapshot.RootUrl),
                TemplateObject = templateObject,
                Tokens = tokens,
                Clock = clock,
                Language = language,
                Settings = snapshot,
                MissingImages = embedding.Missing,
                NeedsProfiles = campaign.Messenger != Campaign.DefaultMessenger,
                HasUniqueMessageIds = purpose == CompilePurpose.Test,
            };

            // The level that most will get; the others are compiled when somebody needs them.
            _ = compiled.Bodies(level);
            return compiled;
        }
        catch (Exception exception) when (exception is TemplateException or FormatException or System.Text.Json.JsonException)
        {
            return Outcome<CompiledCampaign>.Invalid("body", exception.Message);
        }
    }

    private async Task<(string? Wrapper, List<(Guid Uuid, string Name)> Lists)> ReadContextAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        string? wrapper = null;
        if (campaign.ContentType != CampaignContentType.Visual)
        {
            var templates = db.Templates.AsNoTracking();
            wrapper = campaign.TemplateId is { } id
                ? await templates.Where(template => template.Id == id).Select(template => template.Body).FirstOrDefaultAsync(cancellationToken)
                : null;
            wrapper ??= await templates.Where(template => template.IsDefault).Select(template => template.Body).FirstOrDefaultAsync(cancellationToken);
        }

        var ids = campaign.Lists.Where(list => list.ListId is not null).Select(list => list.ListId!.Value).ToList();
        var lists = await db.Lists.AsNoTracking().Where(list => ids.Contains(list.Id)).OrderBy(list => list.Id).Select(list => new { list.Uuid, list.Name }).Take(2).ToListAsync(cancellationToken);
        return (wrapper, [.. lists.Select(list => (list.Uuid, list.Name))]);
    }

    /// <summary>A file deleted since is left out, as the person who deleted it wanted.</summary>
    private async Task<IReadOnlyList<Attachment>> ReadAttachmentsAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var ids = campaign.Media.Where(file => file.MediaId is not null).Select(file => file.MediaId!.Value).ToList();
        if (ids.Count == 0 || media is null)
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var attachments = new List<Attachment>();
        foreach (var file in await db.Media.AsNoTracking().Where(file => ids.Contains(file.Id)).OrderBy(file => file.Id).ToListAsync(cancellationToken))
        {
            if (await media.ReadAsync(file, cancellationToken) is { } content)
            {
                attachments.Add(new Attachment(file.Filename, file.ContentType, content));
            }
        }

        return attachments;
    }

    /// <summary>
    /// Takes pictures marked with <c>data-embed</c> into the mail. A page in a browser shows them by their address; a mail of text shows none.
    /// </summary>
    private async Task<Embedding> EmbedAsync(Campaign campaign, string? wrapper, CompilePurpose purpose, CancellationToken cancellationToken)
    {
        if (purpose is CompilePurpose.View or CompilePurpose.Page or CompilePurpose.Map || campaign.ContentType == CampaignContentType.Plain)
        {
            return new Embedding(wrapper, campaign.Body, [], []);
        }

        var embedded = await embedder.EmbedAsync([campaign.Body, wrapper ?? ""], cancellationToken);
        return new Embedding(wrapper is null ? null : embedded.Sources[1], embedded.Sources[0], embedded.Images, embedded.Missing);
    }

    private static LinkPolicy Policy(SettingsSnapshot snapshot, TrackingLevel level) => new(snapshot.RootUrl)
    {
        IsTrackingOff = level == TrackingLevel.Off,
        ExcludedDomains = [.. snapshot.Privacy.UntrackedDomains],
    };

    private static LinkTracking Tracking(PrivacySettings privacy, TrackingLevel level, CompilePurpose purpose) => new(
        Opens: level != TrackingLevel.Off && privacy.TrackOpens && purpose is not (CompilePurpose.Page or CompilePurpose.Map),
        Clicks: level != TrackingLevel.Off && (privacy.TrackClicks || purpose == CompilePurpose.Map),
        AllLinks: privacy.TrackAllLinks);

    /// <summary>RFC 2919; large mailbox providers group and filter by it. A campaign to several lists belongs to none of them.</summary>
    private static string? ListId(List<(Guid Uuid, string Name)> lists, string from) =>
        lists is [var only] && EmailAddress.TryParseMailbox(from, out _, out var address) ? $"<{only.Uuid}.{EmailAddress.Domain(address)}>" : null;

    private static IEnumerable<DraftHeader> DefaultHeaders(Campaign campaign, List<(Guid Uuid, string Name)> lists, string from, DeliverabilitySettings settings)
    {
        if (settings.PrecedenceBulk)
        {
            yield return new DraftHeader("Precedence", "bulk");
        }

        if (settings.FeedbackId && EmailAddress.TryParseMailbox(from, out _, out var address))
        {
            // Gmail takes up to four fields; the last names the sender and must stay the same from campaign to campaign.
            var list = lists is [var only] ? $"{only.Uuid:N}" : "";
            yield return new DraftHeader("Feedback-ID", $"{campaign.Uuid:N}:{list}:{EnumText.Of(campaign.Type)}:{EmailAddress.Domain(address).Replace('.', '_')}");
        }
    }

    private static CompiledTemplate Text(string source) =>
        CompiledTemplate.Compile(
            CompiledTemplate.ContainsExpression(source) ? source : source.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal), TemplateMode.Text, TemplateFunctionSet.Campaign);

    private static CampaignProfile Profile(Campaign campaign, string from, IReadOnlyList<KeyValuePair<string, string>> headers) => new()
    {
        Uuid = campaign.Uuid,
        Name = campaign.Name,
        FromEmail = from,
        Headers = [.. headers.Select(header => new MessageHeader(header.Key, header.Value))],
        Tags = campaign.Tags,
    };

    private static CampaignTemplateObject TemplateObject(Campaign campaign, string from, IReadOnlyList<KeyValuePair<string, string>> headers) => new()
    {
        Id = campaign.Id,
        Uuid = campaign.Uuid,
        Name = campaign.Name,
        Subject = campaign.Subject,
        FromEmail = from,
        Type = EnumText.Of(campaign.Type),
        Status = EnumText.Of(campaign.Status),
        ContentType = EnumText.Of(campaign.ContentType),
        Messenger = campaign.Messenger,
        Tags = campaign.Tags,
        AttributesJson = campaign.Attributes,
        Headers = headers,
        Body = campaign.Body,
        BodySource = campaign.BodySource,
        AltBody = campaign.AltBody,
        SendAt = campaign.SendAt,
        StartedAt = campaign.StartedAt,
        CreatedAt = campaign.CreatedAt,
        UpdatedAt = campaign.UpdatedAt,
        TemplateId = campaign.TemplateId,
        Archive = campaign.Archive,
        ArchiveSlug = campaign.ArchiveSlug,
        ArchiveMetaJson = campaign.ArchiveMeta,
        ToSend = campaign.ToSend,
        Sent = campaign.Sent,
    };
}

/// <summary>The sources with embedded pictures in their places.</summary>
/// <param name="Missing">Names of pictures that are not in the media library; they stay as they were written.</param>
internal sealed record Embedding(string? Wrapper, string Body, IReadOnlyList<Attachment> Images, IReadOnlyList<string> Missing);

/// <summary>What a compiled campaign is for.</summary>
public enum CompilePurpose
{
    /// <summary>The real thing: links are registered, reactions recorded.</summary>
    Send,

    /// <summary>A real mail to try it out: nothing is tracked, so the campaign's figures stay true.</summary>
    Test,

    /// <summary>The pre-flight report: as for sending, but links are not registered, so nothing of it may leave the house.</summary>
    Check,

    /// <summary>A page for a browser, such as a preview or the archive: nothing is tracked.</summary>
    View,

    /// <summary>The click map: each link that may be tracked leads to its own number, so that figures can be laid over it; nothing is registered.</summary>
    Map,

    /// <summary>The "view in browser" page of one person: its links count as those of the mail do, but reading it is no second open.</summary>
    Page,
}
