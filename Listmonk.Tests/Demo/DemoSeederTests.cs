using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Demo;
using Listmonk.Core.Sending;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Demo;

public sealed class DemoSeederTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_demonstration_fills_every_page_and_its_figures_agree_with_its_hits(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        await database.Get<DemoSeeder>().SeedAsync(CancellationToken.None);

        Assert.Equal(DemoSeeder.PeopleCount, await database.ReadAsync(db => db.Subscribers.CountAsync()));
        var campaigns = await database.ReadAsync(db => db.Campaigns.Where(campaign => campaign.Status == CampaignStatus.Finished).ToListAsync());
        Assert.NotEmpty(campaigns);
        foreach (var campaign in campaigns)
        {
            var hits = database.ReadAsync(db => db.TrackingHits.CountAsync(hit => hit.CampaignId == campaign.Id && hit.Kind == HitKind.Open));
            Assert.Equal(campaign.Views, await hits);
            Assert.Equal(campaign.Sent, await database.ReadAsync(db => db.Deliveries.CountAsync(delivery => delivery.CampaignId == campaign.Id && (delivery.Status == DeliveryStatus.Sent || delivery.Status == DeliveryStatus.Bounced))));
            Assert.True(campaign.UniqueOpens <= campaign.Sent);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_instance_that_was_filled_is_left_alone(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Get<DemoSeeder>().SeedAsync(CancellationToken.None);

        await database.Get<DemoSeeder>().SeedAsync(CancellationToken.None);

        Assert.Equal(DemoSeeder.PeopleCount, await database.ReadAsync(db => db.Subscribers.CountAsync()));
    }
}
