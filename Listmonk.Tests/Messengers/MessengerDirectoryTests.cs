using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Messengers.Postback;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Messengers;

public sealed class MessengerDirectoryTests
{
    [Fact]
    public async Task Messengers_come_and_go_with_the_settings()
    {
        await using var one = FakeSmtpServer.Start();
        await using var two = FakeSmtpServer.Start();
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services => services.AddMessengers());
        var directory = database.Get<MessengerDirectory>();
        Assert.Equal(["email"], directory.Names);

        await SaveAsync(database, "smtp", Block(one, ""), Block(two, "email-two"));
        await SaveAsync(database, "messengers", new JsonObject { ["uuid"] = "p", ["enabled"] = true, ["name"] = "sms", ["root_url"] = "https://hook.example/" });

        Assert.Equal(["email", "email-two", "sms"], directory.Names);
        Assert.IsType<PostbackMessenger>(directory.Find("sms"));
        Assert.Equal("email-two", directory.Find("email-two")!.Name);
        Assert.Equal("email", directory.Find("email-gone")!.Name);
        Assert.Null(directory.Find("pigeon"));
    }

    [Fact]
    public async Task A_fresh_installation_captures_mail_and_the_first_saved_server_takes_over_at_once()
    {
        await using var server = FakeSmtpServer.Start();
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services => services.AddMessengers());
        IMessenger messenger = database.Get<MessengerDirectory>().Find("email")!;
        using var message = new OutboundMessage("Subject: Hi\r\n\r\nHello\r\n"u8.ToArray())
        {
            EnvelopeFrom = "a@example.org",
            EnvelopeRecipients = ["b@example.com"],
            FromAddress = "a@example.org",
            MessageId = "x@example.org",
        };

        await messenger.SendAsync(message, CancellationToken.None);
        await SaveAsync(database, "smtp", Block(server, ""));
        DeliveryResult sent = await messenger.SendAsync(message, CancellationToken.None);

        Assert.True(sent.IsSent);
        Assert.Equal((1, 1), (database.Get<OutboxStore>().Count, server.Mails.Count));
        Assert.Single(Directory.GetFiles(Path.Combine(database.Folder, "outbox")));
    }

    private static JsonNode Block(FakeSmtpServer server, string name) => JsonSerializer.SerializeToNode(server.ToOptions() with { Name = name })!;

    private static async Task SaveAsync(TestDatabase database, string key, params JsonNode[] blocks)
    {
        Outcome outcome = await database.Get<SettingsService>().SaveAsync(new JsonObject { [key] = new JsonArray(blocks) }, Actor.System, CancellationToken.None);
        Assert.Equal(Outcome.Ok, outcome);
    }
}
