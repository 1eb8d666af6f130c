using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Transactional;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Bounces;

[Trait("Kind", "Worker")]
public sealed class ReturnPathTests : SendingTest
{
    [Fact]
    public async Task Without_a_setting_bounces_go_to_the_From_address()
    {
        var senders = await SendAsync();

        Assert.All(senders, sender => Assert.Equal("shop@example.org", sender.From));
    }

    [Fact]
    public async Task Each_mail_leaves_with_a_return_path_that_names_campaign_and_person()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.return_path", "bounces@example.org"));
        var campaign = await GivenCampaignAsync(database, 3);

        await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        var people = await database.ReadAsync(db => db.Subscribers.ToDictionaryAsync(person => person.Email, person => person.Id));
        Assert.Equal(3, server.Mails.Count);
        foreach (var mail in server.Mails)
        {
            Assert.StartsWith("bounces+", mail.EnvelopeFrom, StringComparison.Ordinal);
            Assert.True(database.Get<VerpAddress>().TryRead(mail.EnvelopeFrom, out var named));
            Assert.Equal(new VerpRecipient(campaign.Id, people[mail.Recipients[0]]), named);
        }
    }

    [Fact]
    public async Task Plus_addresses_can_be_switched_off()
    {
        var senders = await SendAsync(settings: [("app.return_path", "bounces@example.org"), ("app.return_path_verp", false)]);

        Assert.All(senders, sender => Assert.Equal("bounces@example.org", sender.From));
    }

    [Fact]
    public async Task The_return_path_of_a_server_goes_before_that_of_the_installation()
    {
        var senders = await SendAsync(serverReturnPath: "relay@example.net", settings: [("app.return_path", "bounces@example.org")]);

        Assert.All(senders, sender => Assert.Matches("^relay\\+[a-z2-7]+@example\\.net$", sender.From));
        Assert.Equal(senders.Count, senders.Select(sender => sender.From).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_mails_own_Return_Path_goes_before_both()
    {
        var campaign = NewCampaign();
        campaign.Headers = """[{"Return-Path":"<own@example.com>"}]""";

        var senders = await SendAsync(campaign, "relay@example.net", ("app.return_path", "bounces@example.org"));

        Assert.All(senders, sender => Assert.Equal("own@example.com", sender.From));
    }

    [Fact]
    public async Task A_test_mail_carries_no_token()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.return_path", "bounces@example.org"));
        var campaign = await GivenCampaignAsync(database, 1, status: CampaignStatus.Draft);

        var outcome = await database.Get<MessageRenderer>().SendTestAsync(campaign, ["person1@example.com"], CancellationToken.None);

        Assert.True(outcome.IsOk, outcome.Message);
        Assert.Equal("bounces@example.org", server.Mails.Single().EnvelopeFrom);
    }

    [Fact]
    public async Task A_transactional_mail_to_a_subscriber_names_the_person_without_a_campaign()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.return_path", "bounces@example.org"));
        var person = NewSubscriber(1);
        var template = new Template { Name = "T", Type = TemplateType.Tx, Subject = "Hello", Body = "<p>Hi</p>", CreatedAt = At, UpdatedAt = At };
        await database.AddAsync([person, template]);
        await database.Get<TransactionalService>().SendAsync(new TransactionalCall { TemplateId = template.Id, SubscriberEmails = [person.Email] }, Actor.System, CancellationToken.None);
        var queue = database.Get<TransactionalQueue>();

        using var message = await queue.ReadAsync((await queue.TakeAsync(1, CancellationToken.None)).Single(), CancellationToken.None);

        Assert.NotNull(message);
        Assert.True(database.Get<VerpAddress>().TryRead(message.EnvelopeFrom, out var named));
        Assert.Equal(new VerpRecipient(null, person.Id), named);
    }

    [Theory]
    [InlineData("not an address", true, false)]
    [InlineData("Bounces <bounces@example.org>", true, false)]
    [InlineData("bounces@example.org", true, true)]
    [InlineData("a-local-part-of-thirty-five-letters@example.org", true, false)]
    [InlineData("a-local-part-of-thirty-five-letters@example.org", false, true)]
    [InlineData("", true, true)]
    public async Task The_setting_must_leave_room_for_the_token(string returnPath, bool isVerp, bool isTaken)
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);

        var saved = await database.Get<SettingsService>().SaveSectionAsync(
            new DeliverabilitySettings { ReturnPath = returnPath, ReturnPathVerp = isVerp }, Actor.System, CancellationToken.None);

        Assert.Equal(isTaken, saved.IsOk);
        Assert.Equal(isTaken ? [] : ["app.return_path"], saved.Errors.Select(error => error.Field));
    }

    private static async Task<List<(string From, string To)>> SendAsync(Campaign? campaign = null, string serverReturnPath = "", params (string Key, object Value)[] settings)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, [.. settings, ("smtp", new object[]
        {
            new { uuid = Guid.NewGuid(), enabled = true, host = "127.0.0.1", port = server.Port, tls_type = "none", auth_protocol = "none", return_path = serverReturnPath },
        })]);
        campaign = await GivenCampaignAsync(database, 3, campaign);
        await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));
        Assert.Equal(3, server.Mails.Count);
        return [.. server.Mails.Select(mail => (mail.EnvelopeFrom, mail.Recipients[0]))];
    }
}
