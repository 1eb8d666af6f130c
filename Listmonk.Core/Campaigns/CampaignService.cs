using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Campaigns;

/// <summary>Changes campaigns: content, state, copies, removal. Pages and the API both call it (spec/campaigns.md 3 and 4).</summary>
public sealed partial class CampaignService(
    IDbContextFactory<ListmonkDbContext> databases,
    CampaignQueries queries,
    SettingsStore settings,
    SendingSignal signal,
    LiveFeed<CampaignStatusChanged> statusChanges,
    LiveFeed<CampaignEdited> edits,
    IDatabaseDialect dialect,
    TimeProvider clock,
    ILogger<CampaignService> logger)
{
    /// <summary>A deletion frees the write gate after each slice of rows, so that nobody waits long behind it.</summary>
    private const int DeletionSlice = 2000;

    public Task<Outcome<CampaignDetails>> CreateAsync(CampaignDraft draft, Actor actor, CancellationToken cancellationToken) =>
        CreateAsync(draft, resendOfId: null, actor, cancellationToken);

    private async Task<Outcome<CampaignDetails>> CreateAsync(CampaignDraft draft, int? resendOfId, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var campaign = new Campaign
        {
            Uuid = Guid.NewGuid(),
            Name = "",
            Subject = "",
            Type = draft.Type,
            ResendOfId = resendOfId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var outcome = await SaveAsync(
            async db =>
            {
                draft = await CopyVisualTemplateAsync(db, draft, cancellationToken);
                draft = CampaignRules.Clean(draft, settings.Current);
                var lists = await db.Lists.Where(list => draft.ListIds.Contains(list.Id)).ToListAsync(cancellationToken);
                lists.RemoveAll(list => !actor.CanReadList(list.Id));
                if (draft.Type == CampaignType.Optin)
                {
                    var optinLists = lists.FindAll(list => list.Optin == ListOptin.Double);
                    if (optinLists.Count == 0)
                    {
                        return Outcome.Invalid("lists", "An opt-in campaign needs at least one list with double opt-in.");
                    }

                    draft = draft with { Body = OptinCampaignBody.Write(optinLists, draft.ContentType) };
                }

                var errors = CampaignRules.Check(draft, settings.Current, unchangedSendAt: null, now);
                if (lists.Count == 0)
                {
                    errors.Add(new FieldError("lists", "Choose at least one list."));
                }

                await CheckReferencesAsync(db, draft, errors, cancellationToken);
                if (errors.Count > 0)
                {
                    return Outcome.Invalid(errors);
                }

                if (draft.TemplateId is null && draft.ContentType != CampaignContentType.Visual)
                {
                    draft = draft with
                    {
                        TemplateId = await db.Templates.Where(template => template.IsDefault).Select(template => (int?)template.Id).FirstOrDefaultAsync(cancellationToken),
                    };
                }

                Apply(draft, campaign);
                campaign.Lists = [.. lists.Select(list => new CampaignList { ListId = list.Id, ListName = list.Name })];
                campaign.Media = await AttachmentsAsync(db, draft, cancellationToken);
                db.Campaigns.Add(campaign);
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? await queries.FindAsync(campaign.Id, Actor.System, cancellationToken) : Outcome<CampaignDetails>.From(outcome);
    }

    /// <summary>
    /// Stores what <paramref name="change"/> makes of the present state. Lists that the actor may not see stay. A send time that is
    /// taken away makes a scheduled campaign a draft again.
    /// </summary>
    public Task<Outcome<CampaignDetails>> UpdateAsync(
        int id, Func<CampaignDraft, CampaignDraft> change, Actor actor, CancellationToken cancellationToken) =>
        UpdateAsync(id, change, baseRevision: null, actor, cancellationToken);

    /// <summary>
    /// As above, for an editor that shows a campaign for a while: refused as a conflict when somebody has stored another revision than
    /// <paramref name="baseRevision"/> in the meantime.
    /// </summary>
    public async Task<Outcome<CampaignDetails>> UpdateAsync(
        int id, Func<CampaignDraft, CampaignDraft> change, int? baseRevision, Actor actor, CancellationToken cancellationToken)
    {
        CampaignStatusChanged? statusChange = null;
        var revision = 0;
        var outcome = await SaveAsync(
            async db =>
            {
                var found = await FindToManageAsync(db, id, actor, cancellationToken);
                if (!found.IsOk)
                {
                    return found;
                }

                var campaign = found.Value;
                if (!campaign.IsEditable)
                {
                    return Outcome.Invalid("status", $"A campaign that is {EnumText.Of(campaign.Status)} cannot be changed; pause it first if it is still running.");
                }

                if (baseRevision is { } known && known != campaign.Revision)
                {
                    return Outcome.Conflict($"{campaign.EditedBy} changed this campaign in the meantime.");
                }

                var now = clock.GetUtcNow();
                var draft = CampaignRules.Clean(change(CampaignDraft.Of(campaign)) with { Type = campaign.Type }, settings.Current);
                var lists = await db.Lists.Where(list => draft.ListIds.Contains(list.Id)).ToListAsync(cancellationToken);
                lists.RemoveAll(list => !actor.CanReadList(list.Id));
                var errors = CampaignRules.Check(draft, settings.Current, unchangedSendAt: campaign.SendAt, now);
                if (lists.Count == 0)
                {
                    errors.Add(new FieldError("lists", "Choose at least one list."));
                }

                await CheckReferencesAsync(db, draft, errors, cancellationToken);
                if (errors.Count > 0)
                {
                    return Outcome.Invalid(errors);
                }

                Apply(draft, campaign);
                campaign.Lists.RemoveAll(list => list.ListId is not { } listId || (actor.CanReadList(listId) && lists.TrueForAll(kept => kept.Id != listId)));
                campaign.Lists.AddRange(lists.Where(list => campaign.Lists.TrueForAll(kept => kept.ListId != list.Id))
                    .Select(list => new CampaignList { ListId = list.Id, ListName = list.Name }));
                campaign.Media.RemoveAll(media => media.MediaId is not { } mediaId || !draft.MediaIds.Contains(mediaId));
                campaign.Media.AddRange((await AttachmentsAsync(db, draft, cancellationToken))
                    .Where(media => campaign.Media.TrueForAll(kept => kept.MediaId != media.MediaId)));
                campaign.UpdatedAt = now;
                campaign.EditedAt = now;
                campaign.EditedBy = actor.Name;
                revision = ++campaign.Revision;
                if (campaign is { Status: CampaignStatus.Scheduled, SendAt: null })
                {
                    campaign.Unschedule(now);
                    statusChange = new CampaignStatusChanged(id, campaign.Status);
                }

                return Outcome.Ok;
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<CampaignDetails>.From(outcome);
        }

        if (statusChange is not null)
        {
            statusChanges.Publish(statusChange);
        }

        edits.Publish(new CampaignEdited(id, revision));
        return await queries.FindAsync(id, Actor.System, cancellationToken);
    }

    /// <summary>The campaign as it would be with these changes, with nothing stored: for previews and test mails.</summary>
    public async Task<Outcome<Campaign>> ComposeAsync(
        int? id, Func<CampaignDraft, CampaignDraft> change, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = id is null
            ? new Campaign { Name = "", Subject = "", CreatedAt = clock.GetUtcNow(), UpdatedAt = clock.GetUtcNow() }
            : await db.Campaigns.AsNoTracking().Include(campaign => campaign.Lists).Include(campaign => campaign.Media)
                .FirstOrDefaultAsync(campaign => campaign.Id == id, cancellationToken);
        if (campaign is null)
        {
            return Outcome<Campaign>.From(NotFound);
        }

        if (id is not null && !CampaignAccess.CanRead(actor, campaign.Lists.Select(list => list.ListId)))
        {
            return Outcome<Campaign>.From(CampaignAccess.ReadRefusal);
        }

        var stored = CampaignDraft.Of(campaign);
        var draft = CampaignRules.Clean(change(stored), settings.Current);
        Apply(draft, campaign);
        if (!draft.MediaIds.SequenceEqual(stored.MediaIds))
        {
            campaign.Media = await AttachmentsAsync(db, draft, cancellationToken);
        }

        return campaign;
    }

    /// <summary>Starts, schedules, pauses, resumes or cancels: moves to the state that the person named, if the present one allows it.</summary>
    public async Task<Outcome<CampaignDetails>> ChangeStatusAsync(int id, CampaignStatus wanted, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync<Outcome<CampaignStatusChanged>>(
            async db =>
            {
                var found = await FindToManageAsync(db, id, actor, cancellationToken);
                if (!found.IsOk)
                {
                    return Outcome<CampaignStatusChanged>.From(found);
                }

                var campaign = found.Value;
                var before = campaign.Status;
                var change = campaign.ChangeStatus(wanted, clock.GetUtcNow());
                if (!change.IsOk)
                {
                    return Outcome<CampaignStatusChanged>.From(change);
                }

                // The engine moves the state too, perhaps in another process: only the state that was judged may be replaced.
                db.Entry(campaign).State = EntityState.Detached;
                var changed = await db.Campaigns.Where(row => row.Id == id && row.Status == before).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.Status, campaign.Status)
                        .SetProperty(row => row.StatusReason, campaign.StatusReason)
                        .SetProperty(row => row.FinishedAt, campaign.FinishedAt)
                        .SetProperty(row => row.UpdatedAt, campaign.UpdatedAt),
                    cancellationToken);
                if (changed != 1)
                {
                    return Outcome<CampaignStatusChanged>.Conflict("The campaign's state has just changed; look again.");
                }

                db.Record(actor, "campaign.status", "campaign", id, clock.GetUtcNow(), $$"""{"status":"{{EnumText.Of(before)}}"}""", $$"""{"status":"{{EnumText.Of(campaign.Status)}}"}""");
                return new CampaignStatusChanged(id, campaign.Status);
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<CampaignDetails>.From(outcome);
        }

        Announce(outcome.Value);
        LogStatus(id, EnumText.Of(outcome.Value.Status), actor.UserId);
        return await queries.FindAsync(id, Actor.System, cancellationToken);
    }

    /// <summary>Sets the archive's fields, in any state. An empty slug clears it; template null or 0 keeps the present one.</summary>
    public async Task<Outcome<CampaignDetails>> SetArchiveAsync(
        int id, bool archive, string? slug, int? templateId, string metaJson, Actor actor, CancellationToken cancellationToken)
    {
        if (!CampaignRules.IsJsonObject(metaJson))
        {
            return Outcome<CampaignDetails>.Invalid("archive_meta", "The archive data must be a JSON object, such as {\"name\": \"Reader\"}.");
        }

        var outcome = await SaveAsync(
            async db =>
            {
                var found = await FindToManageAsync(db, id, actor, cancellationToken);
                if (!found.IsOk)
                {
                    return found;
                }

                if (templateId is > 0)
                {
                    if (!await db.Templates.AnyAsync(template => template.Id == templateId && template.Type == TemplateType.Campaign, cancellationToken))
                    {
                        return Outcome.Invalid("archive_template_id", "There is no campaign template with this id.");
                    }

                    found.Value.ArchiveTemplateId = templateId;
                }

                found.Value.Archive = archive;
                found.Value.ArchiveSlug = CampaignRules.Slug(slug);
                found.Value.ArchiveMeta = metaJson;
                found.Value.UpdatedAt = clock.GetUtcNow();
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? await queries.FindAsync(id, Actor.System, cancellationToken) : Outcome<CampaignDetails>.From(outcome);
    }

    /// <summary>A new draft with the same content; a send time that has passed moves a week ahead.</summary>
    public async Task<Outcome<CampaignDetails>> CloneAsync(int id, string name, Actor actor, CancellationToken cancellationToken)
    {
        var found = await FindToReadAsync(id, actor, cancellationToken);
        if (!found.IsOk)
        {
            return Outcome<CampaignDetails>.From(found);
        }

        var source = found.Value;
        var now = clock.GetUtcNow();
        var draft = CampaignDraft.Of(source) with { Name = name, ArchiveSlug = source.Archive ? $"{CampaignRules.Slug(name)}-{now.Ticks / TimeSpan.TicksPerMillisecond % 10000:0000}" : null };
        return await CreateAsync(draft.SendAt is { } sendAt && sendAt <= now ? draft with { SendAt = now.AddDays(7) } : draft, source.ResendOfId, actor, cancellationToken);
    }

    /// <summary>
    /// A new draft with the content of a sent campaign for those who got it and neither opened it nor followed a link, as far as people
    /// are told from machines. Who that is, is decided while the draft is sent.
    /// </summary>
    public async Task<Outcome<CampaignDetails>> CreateResendAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var found = await FindToReadAsync(id, actor, cancellationToken);
        if (!found.IsOk)
        {
            return Outcome<CampaignDetails>.From(found);
        }

        var source = found.Value;
        if (source.Status is not (CampaignStatus.Finished or CampaignStatus.Cancelled) || source.Sent == 0)
        {
            return Outcome<CampaignDetails>.Invalid("status", $"Only a sent campaign has people who did not open it; this one is {EnumText.Of(source.Status)}.");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.CampaignReaders.AnyAsync(reader => reader.CampaignId == id, cancellationToken))
        {
            return Outcome<CampaignDetails>.Invalid(
                "tracking", "Nobody's opens are on record for this campaign, so who did not open it is not known. Individual tracking must be on when a campaign is sent.");
        }

        return await CreateAsync(
            CampaignDraft.Of(source) with { Name = $"{source.Name} (again)", SendAt = null, Archive = false, ArchiveSlug = null }, id, actor, cancellationToken);
    }

    private async Task<Outcome<Campaign>> FindToReadAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = await db.Campaigns.AsNoTracking().Include(campaign => campaign.Lists).Include(campaign => campaign.Media)
            .FirstOrDefaultAsync(campaign => campaign.Id == id, cancellationToken);
        return campaign is null ? Outcome<Campaign>.From(NotFound)
            : CampaignAccess.CanRead(actor, campaign.Lists.Select(list => list.ListId)) ? campaign
            : Outcome<Campaign>.From(CampaignAccess.ReadRefusal);
    }

    private static Outcome NotFound => Outcome.NotFound("Campaign not found");

    /// <summary>Publishes after the commit, never before: a watcher reads the database.</summary>
    private void Announce(CampaignStatusChanged change)
    {
        statusChanges.Publish(change);
        if (change.Status is CampaignStatus.Running or CampaignStatus.Scheduled)
        {
            signal.Raise();
        }
    }

    private async Task<Outcome> SaveAsync(Func<ListmonkDbContext, Task<Outcome>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await databases.WriteAsync(work, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Outcome.Conflict("Somebody else changed this campaign at the same moment.");
        }
        catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
        {
            return Outcome.Conflict("Another campaign has this archive slug; choose a different one.");
        }
    }

    private static async Task<Outcome<Campaign>> FindToManageAsync(ListmonkDbContext db, int id, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.Include(campaign => campaign.Lists).Include(campaign => campaign.Media)
            .FirstOrDefaultAsync(campaign => campaign.Id == id, cancellationToken);
        return campaign is null ? Outcome<Campaign>.From(NotFound)
            : CampaignAccess.CanManage(actor, campaign.Lists.Select(list => list.ListId)) ? campaign
            : Outcome<Campaign>.From(CampaignAccess.ManageRefusal);
    }

    /// <summary>A visual template is not linked but copied, once, where the draft is still empty.</summary>
    private static async Task<CampaignDraft> CopyVisualTemplateAsync(ListmonkDbContext db, CampaignDraft draft, CancellationToken cancellationToken)
    {
        var template = await db.Templates.AsNoTracking()
            .FirstOrDefaultAsync(template => template.Id == draft.TemplateId && template.Type == TemplateType.CampaignVisual, cancellationToken);
        return template is null ? draft : draft with
        {
            ContentType = CampaignContentType.Visual,
            TemplateId = null,
            Body = draft.Body.Length == 0 ? template.Body : draft.Body,
            BodySource = string.IsNullOrEmpty(draft.BodySource) ? template.BodySource : draft.BodySource,
        };
    }

    private static async Task CheckReferencesAsync(
        ListmonkDbContext db, CampaignDraft draft, List<FieldError> errors, CancellationToken cancellationToken)
    {
        var wanted = new[] { ("template_id", draft.TemplateId), ("archive_template_id", draft.ArchiveTemplateId) };
        foreach (var (field, id) in wanted.Where(reference => reference.Item2 is not null))
        {
            if (!await db.Templates.AnyAsync(template => template.Id == id && template.Type == TemplateType.Campaign, cancellationToken))
            {
                errors.Add(new FieldError(field, "There is no campaign template with this id."));
            }
        }

        if (draft.SegmentId is { } segmentId && !await db.Segments.AnyAsync(segment => segment.Id == segmentId, cancellationToken))
        {
            errors.Add(new FieldError("segment_id", "This segment does not exist any more; choose another, or none."));
        }
    }

    private static async Task<List<CampaignMedia>> AttachmentsAsync(ListmonkDbContext db, CampaignDraft draft, CancellationToken cancellationToken) =>
        await db.Media.Where(media => draft.MediaIds.Contains(media.Id)).OrderBy(media => media.Id)
            .Select(media => new CampaignMedia { MediaId = media.Id, Filename = media.Filename }).ToListAsync(cancellationToken);

    private static void Apply(CampaignDraft draft, Campaign campaign)
    {
        campaign.Name = draft.Name;
        campaign.Subject = draft.Subject;
        campaign.FromEmail = draft.FromEmail;
        campaign.ContentType = draft.ContentType;
        campaign.Body = draft.Body;
        campaign.BodySource = draft.BodySource;
        campaign.AltBody = draft.AltBody;
        campaign.SendAt = draft.SendAt;
        campaign.Headers = CampaignHeaders.Write(draft.Headers);
        campaign.Attributes = draft.AttributesJson;
        campaign.Tags = [.. draft.Tags];
        campaign.Messenger = draft.Messenger;
        campaign.TemplateId = draft.TemplateId;
        campaign.TrackingLevel = draft.TrackingLevel;
        campaign.Utm = draft.Utm;
        campaign.SegmentId = draft.SegmentId;
        campaign.Archive = draft.Archive;
        campaign.ArchiveSlug = draft.ArchiveSlug;
        campaign.ArchiveTemplateId = draft.ArchiveTemplateId;
        campaign.ArchiveMeta = draft.ArchiveMetaJson;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} is now {Status}, by user {UserId}")]
    private partial void LogStatus(int campaignId, string status, int? userId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} deleted by user {UserId}")]
    private partial void LogDeleted(int campaignId, int? userId);
}
