using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Templates;

/// <summary>A stored template was added, changed or removed; by another process, it is not known which.</summary>
public sealed record TemplateChanged(int? TemplateId);

/// <summary>Changes templates and keeps exactly one campaign template the default.</summary>
public sealed class TemplateService(
    IDbContextFactory<ListmonkDbContext> databases, TemplateQueries queries, LiveFeed<TemplateChanged> changes, TimeProvider clock) : IRevised
{
    string IRevised.Revision => Revision.Templates;

    public async Task<Outcome<TemplateDetails>> CreateAsync(TemplateDraft draft, CancellationToken cancellationToken)
    {
        draft = Clean(draft);
        var errors = TemplateRules.Check(draft);
        if (errors.Count > 0)
        {
            return Outcome<TemplateDetails>.Invalid(errors);
        }

        var now = clock.GetUtcNow();
        var template = new Template { Name = draft.Name, Type = draft.Type, CreatedAt = now, UpdatedAt = now };
        Apply(draft, template);
        await databases.WriteAsync(
            async db =>
            {
                template.IsDefault = draft.Type == TemplateType.Campaign && !await db.Templates.AnyAsync(other => other.IsDefault, cancellationToken);
                db.Templates.Add(template);
            },
            cancellationToken);
        return await ReadBackAsync(template.Id, cancellationToken);
    }

    /// <summary>Stores what <paramref name="change"/> makes of the present state; the type cannot be changed.</summary>
    public Task<Outcome<TemplateDetails>> UpdateAsync(int id, Func<TemplateDraft, TemplateDraft> change, CancellationToken cancellationToken) =>
        UpdateAsync(id, change, baseVersion: null, cancellationToken);

    /// <summary>
    /// As above, for an editor that shows a template for a while: refused as a conflict when it was stored anew after
    /// <paramref name="baseVersion"/>, the <see cref="TemplateDetails.UpdatedAt"/> that the editor started from.
    /// </summary>
    public async Task<Outcome<TemplateDetails>> UpdateAsync(
        int id, Func<TemplateDraft, TemplateDraft> change, DateTimeOffset? baseVersion, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Templates.FindAsync([id], cancellationToken) is not { } template)
                {
                    return NotFound;
                }

                if (baseVersion is { } known && known != template.UpdatedAt)
                {
                    return Outcome.Conflict("Somebody else changed this template in the meantime.");
                }

                var draft = Clean(change(DraftOf(template)) with { Type = template.Type });
                var errors = TemplateRules.Check(draft);
                if (errors.Count > 0)
                {
                    return Outcome.Invalid(errors);
                }

                Apply(draft, template);
                template.UpdatedAt = clock.GetUtcNow();
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? await ReadBackAsync(id, cancellationToken) : Outcome<TemplateDetails>.From(outcome);
    }

    /// <summary>Only a campaign template can be the default; any other is refused and the present default stays.</summary>
    public async Task<Outcome> SetDefaultAsync(int id, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Templates.FindAsync([id], cancellationToken) is not { } template)
                {
                    return NotFound;
                }

                if (template.Type != TemplateType.Campaign)
                {
                    return Outcome.Invalid("type", "Only a campaign template can be the default.");
                }

                // In this order: a unique index allows one default at any moment.
                await db.Templates.Where(other => other.IsDefault && other.Id != id)
                    .ExecuteUpdateAsync(set => set.SetProperty(other => other.IsDefault, false), cancellationToken);
                template.IsDefault = true;
                return Outcome.Ok;
            },
            cancellationToken);
        return Publish(outcome, id);
    }

    /// <summary>Deletes a template that is not the default; its campaigns move to the default.</summary>
    public async Task<Outcome> DeleteAsync(int id, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Templates.FindAsync([id], cancellationToken) is not { } template)
                {
                    return NotFound;
                }

                if (template.IsDefault)
                {
                    return Outcome.Invalid("", "The default template cannot be deleted; make another one the default first.");
                }

                if (await db.Templates.CountAsync(cancellationToken) == 1)
                {
                    return Outcome.Invalid("", "The last template cannot be deleted.");
                }

                var defaultId = await db.Templates.Where(other => other.IsDefault).Select(other => (int?)other.Id).FirstOrDefaultAsync(cancellationToken);
                await db.Campaigns.Where(campaign => campaign.TemplateId == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.TemplateId, defaultId), cancellationToken);
                await db.Campaigns.Where(campaign => campaign.ArchiveTemplateId == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.ArchiveTemplateId, defaultId), cancellationToken);
                db.Templates.Remove(template);
                return Outcome.Ok;
            },
            cancellationToken);
        return Publish(outcome, id);
    }

    Task IRevised.ReloadAsync(CancellationToken cancellationToken)
    {
        changes.Publish(new TemplateChanged(null));
        return Task.CompletedTask;
    }

    private static Outcome NotFound => Outcome.NotFound("Template not found");

    private async Task<Outcome<TemplateDetails>> ReadBackAsync(int id, CancellationToken cancellationToken)
    {
        changes.Publish(new TemplateChanged(id));
        return await queries.FindAsync(id, cancellationToken);
    }

    private Outcome Publish(Outcome outcome, int id)
    {
        if (outcome.IsOk)
        {
            changes.Publish(new TemplateChanged(id));
        }

        return outcome;
    }

    private static TemplateDraft DraftOf(Template template) => new()
    {
        Name = template.Name,
        Type = template.Type,
        Subject = template.Subject,
        Body = template.Body,
        BodySource = template.BodySource,
    };

    private static TemplateDraft Clean(TemplateDraft draft) => draft with
    {
        Name = draft.Name.Trim(),
        Subject = draft.Type == TemplateType.Tx ? draft.Subject.Trim() : "",
        BodySource = draft.Type == TemplateType.CampaignVisual ? draft.BodySource : null,
    };

    private static void Apply(TemplateDraft draft, Template template)
    {
        template.Name = draft.Name;
        template.Subject = draft.Subject;
        template.Body = draft.Body;
        template.BodySource = draft.BodySource;
    }
}
