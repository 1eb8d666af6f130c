using Listmonk.Core;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Tracking;

public sealed class LinkStoreTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_url_has_one_row_over_all_campaigns_and_each_place_is_kept(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var links = database.Get<LinkStore>();
        var first = await database.CampaignAsync();
        var second = await database.CampaignAsync();

        var ids = await links.RegisterAsync(first.Id, ["https://a.example/", "https://b.example/?x={{ .Subscriber.UUID }}", "https://a.example/"], CancellationToken.None);
        var again = await links.RegisterAsync(second.Id, ["https://b.example/?x={{ .Subscriber.UUID }}"], CancellationToken.None);

        Assert.Equal((ids[0], ids[1]), (ids[2], again[0]));
        Assert.NotEqual(ids[0], ids[1]);
        var places = await database.ReadAsync(db => db.CampaignLinks.AsNoTracking().Where(place => place.CampaignId == first.Id).OrderBy(place => place.Position).ToListAsync());
        Assert.Equal([(1, ids[0]), (2, ids[1]), (3, ids[2])], places.Select(place => (place.Position, place.LinkId)));
        Assert.True((await links.FindAsync(ids[1], CancellationToken.None))!.HasExpressions);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Registering_again_follows_the_changed_mail(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var links = database.Get<LinkStore>();
        var campaign = await database.CampaignAsync();
        await links.RegisterAsync(campaign.Id, ["https://a.example/", "https://b.example/", "https://c.example/"], CancellationToken.None);

        var ids = await links.RegisterAsync(campaign.Id, ["https://c.example/", "https://b.example/"], CancellationToken.None);

        var places = await database.ReadAsync(db => db.CampaignLinks.AsNoTracking().OrderBy(place => place.Position).ToListAsync());
        Assert.Equal([(1, ids[0]), (2, ids[1])], places.Select(place => (place.Position, place.LinkId)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_link_is_found_by_id_and_by_uuid_also_after_a_restart(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await database.CampaignAsync();
        var id = (await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://ä.example/ü?a=b&c#d"], CancellationToken.None))[0];
        var fresh = new LinkStore(database.Databases, database.Clock);

        var found = await fresh.FindAsync(id, CancellationToken.None);

        Assert.Equal("https://ä.example/ü?a=b&c#d", found!.Url);
        Assert.Equal(found, await new LinkStore(database.Databases, database.Clock).FindAsync(found.Uuid, CancellationToken.None));
        Assert.Null(await fresh.FindAsync(id + 1, CancellationToken.None));
    }
}
