using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Campaigns.Preflight;

public sealed class PreflightServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_report_is_made_from_the_audience_the_template_and_the_links(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await FillAsync(database);
        var campaign = Campaign("<p>{{ .Subscriber.Attribs.city }}</p><a href=\"https://shop.test/a\">A</a><a href=\"/b\">B</a><a href=\"mailto:x@y.test\">C</a>");

        var report = await database.Get<PreflightService>().CheckAsync(campaign, default, CancellationToken.None);

        Assert.Equal((30, 30), (report.Audience.Total, report.SampleSize));
        Assert.Equal(["https://shop.test/a", "/b", "mailto:x@y.test", "{{ UnsubscribeURL }}"], report.Links.Select(link => link.Address));
        Assert.Equal([true, false, false, false], report.Links.Select(link => link.IsTracked));
        Assert.Equal(["", "it is no complete address; write it with https://", "it is no web address", "it leads to this installation"], report.Links.Select(link => link.ReasonText));
        Assert.Equal([PreflightPart.Body, PreflightPart.Body, PreflightPart.Body, PreflightPart.Template], report.Links.Select(link => link.Part));
        Assert.Equal("{{ .Subscriber.Attribs.city }} is empty for 10 of 30", Assert.Single(report.Findings, finding => finding.Check == PreflightCheck.MergeFields).Items[0]);
        Assert.InRange(report.BodySize, 100, report.MessageSize);
        Assert.True(report.CanSend);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Nothing_is_registered_by_looking(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await FillAsync(database);
        await database.Get<PreflightService>().CheckAsync(Campaign("<a href=\"https://shop.test/a\">A</a>"), default, CancellationToken.None);
        Assert.Equal(0, await database.ReadAsync(db => db.Links.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_template_that_does_not_compile_is_an_error(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await FillAsync(database);
        var report = await database.Get<PreflightService>().CheckAsync(Campaign("{{ nosuch }}"), default, CancellationToken.None);
        Assert.False(report.CanSend);
        Assert.Empty(report.Links);
    }

    private static Campaign Campaign(string body) => new()
    {
        Id = 1,
        Uuid = Guid.NewGuid(),
        Name = "News",
        Subject = "Hello {{ .Subscriber.Name }}",
        FromEmail = "News <news@press.test>",
        Body = body,
        ContentType = CampaignContentType.Html,
        Lists = [new CampaignList { ListId = 1, ListName = "List" }],
    };

    private static async Task FillAsync(TestDatabase database)
    {
        var now = DateTimeOffset.UnixEpoch;
        await database.AddAsync(
            new MailingList { Id = 1, Uuid = Guid.NewGuid(), Name = "List", Optin = ListOptin.Single, CreatedAt = now, UpdatedAt = now },
            new Template { Id = 1, Name = "Frame", Type = TemplateType.Campaign, IsDefault = true, Body = "<html><body>{{ template \"content\" . }}<a href=\"{{ UnsubscribeURL }}\">Unsubscribe</a></body></html>", CreatedAt = now, UpdatedAt = now });
        for (var id = 1; id <= 32; id++)
        {
            await database.AddAsync(
                new Subscriber
                {
                    Id = id,
                    Uuid = Guid.NewGuid(),
                    Email = $"p{id}@press.test",
                    Name = $"P{id}",
                    Attributes = id % 3 == 0 ? "{}" : """{"city":"Oslo"}""",
                    Status = id == 31 ? SubscriberStatus.Blocklisted : SubscriberStatus.Enabled,
                    CreatedAt = now,
                    UpdatedAt = now,
                },
                new Subscription { SubscriberId = id, ListId = 1, Status = id == 32 ? SubscriptionStatus.Unsubscribed : SubscriptionStatus.Confirmed, CreatedAt = now, UpdatedAt = now });
        }
    }
}
