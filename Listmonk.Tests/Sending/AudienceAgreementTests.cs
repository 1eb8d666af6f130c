using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Sending;

/// <summary>What is said before sending is what the ledger says afterwards.</summary>
[Trait("Kind", "Worker")]
public sealed class AudienceAgreementTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_estimate_and_the_ledger_agree(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port, ("privacy.domain_blocklist", new[] { "refused.example", "*.spam.example" }));
        var (single, twice) = (NewList(), NewList(ListOptin.Double));
        var people = Enumerable.Range(1, 12).Select(number => NewSubscriber(number)).ToList();
        (people[0].Status, people[1].Status, people[2].Status) = (SubscriberStatus.Blocklisted, SubscriberStatus.Blocklisted, SubscriberStatus.Disabled);
        (people[3].Email, people[4].Email, people[5].Email) = ("a@refused.example", "b@deep.spam.example", "c@spam.example");
        var campaign = NewCampaign();
        campaign.Status = CampaignStatus.Draft;
        people[6].Email = "never@x.example";
        await database.AddAsync([single, twice, campaign, .. people]);
        await database.Get<SuppressionService>().AddAsync(new[] { "never@x.example", "spam.example" }.ToAsyncEnumerable(), "asked us", "page", Actor.System, CancellationToken.None);
        await database.AddAsync(
        [
            new CampaignList { CampaignId = campaign.Id, ListId = single.Id, ListName = "a" },
            new CampaignList { CampaignId = campaign.Id, ListId = twice.Id, ListName = "b" },
            .. people.Take(10).Select((person, index) => Join(person, single, index == 9 ? SubscriptionStatus.Unsubscribed : SubscriptionStatus.Confirmed)),
            .. people.Skip(3).Select((person, index) => Join(person, twice, index == 8 ? SubscriptionStatus.Unconfirmed : SubscriptionStatus.Confirmed)),
            new Bounce { SubscriberId = people[0].Id, Type = BounceType.Hard, Source = "test", Action = BounceAction.Blocklist, IsJudged = true, CreatedAt = At },
        ]);

        var estimate = await database.Get<CampaignQueries>().AudienceInFullAsync(
            CampaignType.Regular, [single.Id, twice.Id], null, null, database.Get<SettingsStore>().Current.Privacy, CancellationToken.None);
        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await ChangeAsync(database, campaign.Id, CampaignStatus.Running);
        });

        Assert.Equal((8, 4, 3, 1, 3, 1), (estimate.Total, estimate.Mailed, estimate.RefusedDomain, estimate.Suppressed, estimate.Blocked, estimate.Bounced));
        Assert.Equal((estimate.Total, estimate.Mailed, estimate.RefusedDomain + estimate.Suppressed), (ended.ToSend, ended.Sent, ended.Skipped));
        Assert.Equal(estimate.Mailed, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        var ledger = await DeliveriesAsync(database, campaign.Id);
        Assert.Equal(
            (estimate.Mailed, estimate.RefusedDomain, estimate.Suppressed),
            (ledger.Count(row => row.Status == DeliveryStatus.Sent), Skipped(SubscriberRules.BlockedDomain), Skipped(SubscriberRules.Suppressed)));

        int Skipped(string reason) => ledger.Count(row => row.Status == DeliveryStatus.Skipped && row.Reply == reason);
    }
}
