using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Listmonk.Web.Campaigns;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Campaigns;

public sealed class DeliveriesPageTests : ComponentTest
{
    [Fact]
    public async Task Each_recipient_has_a_line_with_state_and_reason()
    {
        var campaign = await GivenAsync();

        var page = Render<DeliveriesPage>(parameters => parameters.Add(view => view.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.Contains("ann@example.com", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("451 Try again later", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Retry 1 failed", page.Markup, StringComparison.Ordinal);
        Assert.Contains($"api/campaigns/{campaign.Id}/deliveries/export", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_chooses_state_and_text()
    {
        var campaign = await GivenAsync();
        Get<NavigationManager>().NavigateTo($"admin/campaigns/{campaign.Id}/deliveries?status=failed&q=nobody");

        var page = Render<DeliveriesPage>(parameters => parameters.Add(view => view.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("No delivery matches", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_campaign_that_was_not_sent_says_what_will_be_here()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Draft", Subject = "Draft" };
        await AddAsync(campaign);

        var page = Render<DeliveriesPage>(parameters => parameters.Add(view => view.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("Nothing was sent yet", page.Markup, StringComparison.Ordinal));
    }

    private async Task<Campaign> GivenAsync()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News", Status = CampaignStatus.Finished };
        var (ann, bob) = (NewPerson("ann"), NewPerson("bob"));
        await AddAsync(campaign, ann, bob);
        await AddAsync(
            new Delivery { CampaignId = campaign.Id, SubscriberId = ann.Id, Status = DeliveryStatus.Sent, Attempts = 1, SmtpCode = 250, Reply = "OK", Server = "mx1" },
            new Delivery { CampaignId = campaign.Id, SubscriberId = bob.Id, Status = DeliveryStatus.Failed, Attempts = 4, SmtpCode = 451, Reply = "Try again later", Server = "mx1" });
        return campaign;
    }

    private async Task AddAsync(params object[] entities)
    {
        await using var db = await Get<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        db.AddRange(entities);
        await db.SaveChangesAsync();
    }

    private static Subscriber NewPerson(string name) => new() { Uuid = Guid.NewGuid(), Email = $"{name}@example.com", Name = name };
}
