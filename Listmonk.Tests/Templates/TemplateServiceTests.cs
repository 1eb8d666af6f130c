using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Templates;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Templates;

public sealed class TemplateServiceTests : DatabaseTest
{
    private const string Frame = "<i>frame</i>{{ template \"content\" . }}";

    [Theory, MemberData(nameof(Providers))]
    public async Task The_first_data_are_there_once_and_compile(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        await database.Get<DatabaseSeeder>().SeedAsync(default);

        var templates = await database.Get<TemplateQueries>().AllAsync(withBodies: true, default);

        Assert.Equal([TemplateType.Campaign, TemplateType.Campaign, TemplateType.Tx, TemplateType.CampaignVisual], templates.Select(template => template.Type));
        Assert.Equal(1, Assert.Single(templates, template => template.IsDefault).Id);
        foreach (var template in templates)
        {
            var preview = await database.Get<TemplatePreview>().RenderAsync(template.Type, template.Body, default);
            Assert.True(preview.IsOk, $"{template.Name}: {preview.Message}");
            Assert.DoesNotContain("{{", preview.Value, StringComparison.Ordinal);
        }

        Assert.Equal(2, await database.ReadAsync(db => db.Lists.CountAsync()));
        Assert.Equal(["anon@example.com", "john@example.com"], await database.ReadAsync(db => db.Subscribers.Select(subscriber => subscriber.Email).OrderBy(email => email).ToListAsync()));
        Assert.Equal("welcome-to-listmonk", await database.ReadAsync(db => db.Campaigns.Select(campaign => campaign.ArchiveSlug).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_template_that_could_not_be_used_is_refused_at_its_field(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        async Task<string> FieldAsync(TemplateType type, string body, string subject = "S") =>
            Assert.Single((await database.Get<TemplateService>().CreateAsync(new TemplateDraft { Name = "T", Type = type, Body = body, Subject = subject }, default)).Errors).Field;

        Assert.Equal("body", await FieldAsync(TemplateType.Campaign, "<p>no place for the content</p>"));
        Assert.Equal("body", await FieldAsync(TemplateType.Campaign, Frame + "{{ if }}"));
        Assert.Equal("body", await FieldAsync(TemplateType.CampaignVisual, "{{ nosuch }}"));
        Assert.Equal("body", await FieldAsync(TemplateType.Tx, "{{ UnsubscribeURL }}"));
        Assert.Equal("subject", await FieldAsync(TemplateType.Tx, "<p>x</p>", subject: " "));
        Assert.Equal("subject", await FieldAsync(TemplateType.Tx, "<p>x</p>", subject: "{{ nosuch }}"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_update_cannot_change_the_type(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);

        var updated = (await database.Get<TemplateService>().UpdateAsync(1, draft => draft with { Name = "Renamed", Type = TemplateType.Tx, Subject = "S" }, default)).Value;

        Assert.Equal(("Renamed", TemplateType.Campaign, ""), (updated.Name, updated.Type, updated.Subject));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Exactly_one_campaign_template_is_the_default(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<TemplateService>();

        Assert.Equal(OutcomeKind.Invalid, (await service.SetDefaultAsync(3, default)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await service.SetDefaultAsync(99, default)).Kind);
        Assert.Equal(1, (await database.Get<TemplateQueries>().DefaultAsync(default))!.Id);

        Assert.True((await service.SetDefaultAsync(2, default)).IsOk);
        Assert.Equal(2, Assert.Single(await database.Get<TemplateQueries>().AllAsync(withBodies: false, default), template => template.IsDefault).Id);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Campaigns_of_a_deleted_template_move_to_the_default_which_cannot_be_deleted(DatabaseProvider provider)
    {
        await using var database = await SeededAsync(provider);
        var service = database.Get<TemplateService>();
        var template = (await service.CreateAsync(new TemplateDraft { Name = "Mine", Body = Frame }, default)).Value;
        await database.WriteAsync(db => db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.TemplateId, template.Id)));

        Assert.False((await service.DeleteAsync(1, default)).IsOk);
        Assert.True((await service.DeleteAsync(template.Id, default)).IsOk);

        Assert.Equal(1, await database.ReadAsync(db => db.Campaigns.Select(campaign => campaign.TemplateId).SingleAsync()));
    }

    private static async Task<TestDatabase> SeededAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        await database.Get<DatabaseSeeder>().SeedAsync(default);
        return database;
    }
}
