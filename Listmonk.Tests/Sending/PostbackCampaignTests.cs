using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Sending;

/// <summary>Campaigns that are posted to an address instead of mailed.</summary>
[Trait("Kind", "Worker")]
public sealed class PostbackCampaignTests : SendingTest
{
    [Fact]
    public async Task A_changed_address_holds_in_the_middle_of_a_campaign_and_everybody_is_posted_once()
    {
        await using var one = new Receiver();
        await using var other = new Receiver();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetMessengerAsync(database, one);
        var campaign = await GivenPostedCampaignAsync(database, 400);

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await Polling.UntilAsync(() => Task.FromResult(one.People.Count >= 10));
            await SetMessengerAsync(database, other);
        });

        Assert.Equal((400, 0), (finished.Sent, finished.Failed));
        Assert.NotEmpty(other.People);
        Assert.Equal(400, one.People.Concat(other.People).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(400, one.People.Count + other.People.Count);
    }

    [Fact]
    public async Task A_messenger_that_is_removed_pauses_its_campaign_with_the_reason_and_nobody_is_lost()
    {
        await using var receiver = new Receiver();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetMessengerAsync(database, receiver);
        var campaign = await GivenPostedCampaignAsync(database, 400);

        var paused = await WhenAsync(database, campaign.Id, CampaignStatus.Paused, async () =>
        {
            await StartAsync(database);
            await Polling.UntilAsync(() => Task.FromResult(receiver.People.Count >= 10));
            await SetAsync(database, ("messengers", Array.Empty<object>()));
        });

        Assert.Contains("no messenger 'sms'", paused.StatusReason, StringComparison.Ordinal);
        Assert.InRange(paused.Sent, 10, 399);
        await SetMessengerAsync(database, receiver);
        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => ChangeAsync(database, campaign.Id, CampaignStatus.Running));
        Assert.Equal((400, 400), (finished.Sent, receiver.People.Count));
        Assert.Equal(400, receiver.People.Distinct(StringComparer.Ordinal).Count());
    }

    private static Task<Campaign> GivenPostedCampaignAsync(TestDatabase database, int people)
    {
        var campaign = NewCampaign();
        campaign.Messenger = "sms";
        return GivenCampaignAsync(database, people, campaign);
    }

    /// <summary>Slow enough that the end of the list is not read yet when the first are posted.</summary>
    private static Task SetMessengerAsync(TestDatabase database, Receiver receiver) => SetAsync(
        database, ("messengers", new[] { new { uuid = "one", enabled = true, name = "sms", root_url = receiver.Address, max_conns = 4 } }), ("app.concurrency", 4), ("app.message_rate", 25));

    /// <summary>Takes every message and notes for whom it is.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        public Receiver()
        {
            Address = $"http://127.0.0.1:{ServerProcess.FreePort()}/";
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Address { get; }

        public ConcurrentQueue<string> People { get; } = new();

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using (var message = await JsonDocument.ParseAsync(context.Request.InputStream))
                    {
                        People.Enqueue(message.RootElement.GetProperty("recipients")[0].GetProperty("email").GetString()!);
                    }

                    context.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The test ended.
            }
        }
    }
}
