using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Media;
using Listmonk.Core.Templates;
using Listmonk.Tests.Support;
using Listmonk.Web.Shared;

namespace Listmonk.Tests.Campaigns;

public sealed class UsageQueriesTests : DatabaseTest
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(Providers))]
    public async Task A_template_names_the_campaigns_that_use_it_for_mail_or_archive(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(Template(1, ""), Template(2, ""));
        await database.AddAsync(Campaign(1, "Mail", templateId: 2), Campaign(2, "Archive", archiveTemplateId: 2), Campaign(3, "Other", templateId: 1));

        var usage = await database.Get<UsageQueries>().OfTemplateAsync(2, Actor.System, CancellationToken.None);

        Assert.Equal((2, "Archive, Mail"), (usage.Total, string.Join(", ", usage.Places.Select(place => place.Name))));
        Assert.Equal(0, (await database.Get<UsageQueries>().OfTemplateAsync(9, Actor.System, CancellationToken.None)).Total);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_file_names_bodies_templates_and_attachments(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new MediaFile { Id = 1, Uuid = Guid.NewGuid(), Filename = "grün.png", ContentType = "image/png", CreatedAt = At });
        await database.AddAsync(Template(1, "<img src=\"http://x/uploads/gr%C3%BCn.png\">"), Template(2, "<img src=\"http://x/uploads/immergrün.png\">"));
        await database.AddAsync(Campaign(1, "Shown", body: "<img src=\"http://x/uploads/gr%C3%BCn.png\">"), Campaign(2, "Typed", body: "/uploads/grün.png"), Campaign(3, "Attached"), Campaign(4, "Other"));
        await database.AddAsync(new CampaignMedia { CampaignId = 3, MediaId = 1, Filename = "grün.png" });

        var usage = await database.Get<UsageQueries>().OfMediaAsync(1, Actor.System, CancellationToken.None);

        Assert.Equal(4, usage.Total);
        Assert.Equal(["Template 1", "Attached", "Typed", "Shown"], usage.Places.Select(place => place.Name));
        Assert.Equal("It is used by the template 'Template 1', the campaign 'Attached', the campaign 'Typed' and 1 more.", UsageList.Sentence(usage));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Campaigns_out_of_reach_are_counted_but_not_named(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(Template(1, ""));
        await database.AddAsync(Campaign(1, "Secret", templateId: 1));

        var usage = await database.Get<UsageQueries>().OfTemplateAsync(1, Actor.Anonymous, CancellationToken.None);

        Assert.Equal((1, 0), (usage.Total, usage.Places.Count));
        Assert.Equal("It is used by 1 campaign.", UsageList.Sentence(usage));
    }

    private static Template Template(int id, string body) => new() { Id = id, Name = $"Template {id}", Type = TemplateType.Campaign, Body = body, CreatedAt = At, UpdatedAt = At };

    private static Campaign Campaign(int id, string name, string body = "", int? templateId = null, int? archiveTemplateId = null) => new()
    {
        Id = id,
        Uuid = Guid.NewGuid(),
        Name = name,
        Subject = "s",
        Body = body,
        TemplateId = templateId,
        ArchiveTemplateId = archiveTemplateId,
        CreatedAt = At,
        UpdatedAt = At,
    };
}
