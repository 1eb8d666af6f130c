using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Listmonk.Tests.Bounces;

/// <summary>Who is named for notifications hears of refusals that are our fault and of complaints near a limit, and not too often.</summary>
public sealed class BounceAlertTests : SendingTest
{
    [Fact]
    public async Task A_reason_and_a_receiver_are_told_once_a_day()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.notify_emails", new[] { "admin@example.org" }));
        var worker = Worker(database);

        await worker.TellAsync(Change("gmail.com", BounceType.Policy, "authentication"), default);
        await worker.TellAsync(Change("gmail.com", BounceType.Policy, "authentication"), default);
        await worker.TellAsync(Change("yahoo.com", BounceType.Policy, "authentication"), default);
        await server.WaitForMailsAsync(2);
        database.Clock.Advance(TimeSpan.FromHours(25));
        await worker.TellAsync(Change("gmail.com", BounceType.Policy, "authentication"), default);
        await server.WaitForMailsAsync(3);

        var first = server.Mails[0].Parse();
        Assert.Contains("gmail.com", first.Subject, StringComparison.Ordinal);
        Assert.Contains("Publish an SPF record", first.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complaints_are_told_when_they_come_near_the_limit()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.notify_emails", new[] { "admin@example.org" }));
        var now = database.Clock.GetUtcNow();
        var person = NewSubscriber(1);
        person.Email = "pat@gmail.com";
        person.Status = SubscriberStatus.Enabled;
        var campaign = NewCampaign();
        (campaign.StartedAt, campaign.Sent) = (now.AddHours(-1), 1500);
        await database.AddAsync(person, campaign);
        await database.AddAsync(new CampaignReceiver { CampaignId = campaign.Id, Receiver = "Gmail", Sent = 1500, Of = 1500 }, new CampaignReceiver { CampaignId = campaign.Id, Receiver = "", Sent = 0, Of = 1500 });
        var worker = Worker(database);
        var recorder = database.Get<BounceRecorder>();

        await recorder.RecordAsync(new BounceReport { Type = BounceType.Complaint, Source = "api", SubscriberId = person.Id }, default);
        await worker.TellAsync(Change("gmail.com", BounceType.Complaint, "complaint"), default);
        Assert.Empty(server.Mails);

        await recorder.RecordAsync(new BounceReport { Type = BounceType.Complaint, Source = "api", SubscriberId = person.Id }, default);
        database.Clock.Advance(TimeSpan.FromMinutes(11));
        await worker.TellAsync(Change("gmail.com", BounceType.Complaint, "complaint"), default);
        await server.WaitForMailsAsync(1);

        var mail = server.Mails[0].Parse();
        Assert.Equal("Complaints at Gmail: 0.133%", mail.Subject);
        Assert.Contains("never to reach 0.3%", mail.TextBody, StringComparison.Ordinal);
    }

    private static BounceAlertWorker Worker(TestDatabase database) => database.Services.GetServices<IHostedService>().OfType<BounceAlertWorker>().Single();

    private static BounceRecorded Change(string domain, BounceType type, string reason) => new(1, null, type, "smtp", reason, domain, "550 no", BounceAction.None);
}
