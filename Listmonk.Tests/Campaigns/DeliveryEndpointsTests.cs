using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Campaigns;

public sealed class DeliveryEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task The_ledger_is_paged_filtered_and_exported()
    {
        var campaign = await GivenAsync();

        var page = (await Api.GetFromJsonAsync<JsonNode>($"/api/campaigns/{campaign}/deliveries?status=failed"))!["data"]!;
        var csv = await Api.GetAsync($"/api/campaigns/{campaign}/deliveries/export");

        Assert.Equal(1, (int)page["total"]!);
        Assert.Equal(("failed", 550, "=cmd|no"), ((string?)page["results"]![0]!["status"], (int)page["results"]![0]!["smtp_code"]!, (string?)page["results"]![0]!["reply"]));
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var lines = (await csv.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains(",'=cmd|no,", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_named_and_strangers_refused()
    {
        var campaign = await GivenAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await Api.GetAsync($"/api/campaigns/{campaign}/deliveries?status=lost")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Api.GetAsync("/api/campaigns/999999/deliveries")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.PostAsync($"/api/campaigns/{campaign}/deliveries/retry", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Anonymous.GetAsync($"/api/campaigns/{campaign}/deliveries/export")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Anonymous.PostAsync($"/api/campaigns/{campaign}/deliveries/newcomers", null)).StatusCode);
    }

    private async Task<int> GivenAsync()
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Ledger", Subject = "Ledger", Status = CampaignStatus.Cancelled };
        var people = Enumerable.Range(1, 2).Select(number => new Subscriber { Uuid = Guid.NewGuid(), Email = $"{Guid.NewGuid():N}@example.com", Name = $"Reader {number}" }).ToList();
        db.AddRange([campaign, .. people]);
        await db.SaveChangesAsync();
        db.AddRange(
            new Delivery { CampaignId = campaign.Id, SubscriberId = people[0].Id, Status = DeliveryStatus.Sent, SmtpCode = 250 },
            new Delivery { CampaignId = campaign.Id, SubscriberId = people[1].Id, Status = DeliveryStatus.Failed, SmtpCode = 550, Reply = "=cmd|no" });
        await db.SaveChangesAsync();
        return campaign.Id;
    }
}
