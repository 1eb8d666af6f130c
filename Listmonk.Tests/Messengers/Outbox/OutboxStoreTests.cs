using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Messengers.Outbox;

public sealed class OutboxStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("outbox").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_captured_mail_can_be_read_whole()
    {
        OutboxStore store = Open();
        using OutboundMessage message = Message("ann@example.com", "Grüße", "<p>Hallo <img src=\"cid:dot@email\"></p>",
            [new Attachment("dot.png", "image/png", new byte[] { 1, 2 }, "dot@email"), new Attachment("Preis.txt", "text/plain", "zehn"u8.ToArray())]);

        OutboxEntry entry = store.Add(message);
        OutboxMail mail = (await store.ReadAsync(entry.Id, CancellationToken.None))!;
        byte[] source = (await store.ReadSourceAsync(entry.Id, CancellationToken.None))!;

        Assert.Equal(("Grüße", "<p>Hallo <img src=\"cid:dot@email\"></p>", "Text"), (mail.Entry.Subject, mail.Html, mail.Text));
        Assert.Equal(["dot.png", "Preis.txt"], mail.Attachments.Select(file => file.FileName));
        Assert.Equal("dot@email", mail.Attachments[0].InlineContentId);
        Assert.Contains(mail.Headers, header => header is { Name: "Delivered-To", Value: "ann@example.com" });
        Assert.True(source.AsSpan().EndsWith(message.Mime.Span));
        Assert.Equal(source.Length, entry.Size);
        Assert.Equal(_clock.GetUtcNow(), entry.ReceivedAt);
    }

    [Fact]
    public void Only_the_newest_are_kept()
    {
        OutboxStore store = Open(capacity: 3);

        AddMany(store, 5);

        Assert.Equal(["p4@example.com", "p3@example.com", "p2@example.com"], store.List(null, 0, 10).Items.Select(entry => entry.Recipients[0]));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void The_index_comes_back_after_a_restart_and_ids_go_on_growing()
    {
        OutboxStore before = Open();
        AddMany(before, 4);
        IReadOnlyList<OutboxEntry> kept = before.List(null, 0, 10).Items;

        OutboxStore after = Open(capacity: 3);
        AddMany(after, 1);
        (IReadOnlyList<OutboxEntry> items, int total) = after.List(null, 0, 10);

        Assert.Equal(3, total);
        Assert.True(items[0].Id > kept[0].Id);
        Assert.Equivalent(kept.Take(2), items.Skip(1));
    }

    [Fact]
    public void Foreign_and_broken_files_do_no_harm()
    {
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(_folder, "letter.eml"), "mine too");
        File.WriteAllBytes(Path.Combine(_folder, "000000000000000007.eml"), []);

        OutboxStore store = Open();
        store.DeleteAll();

        Assert.Equal(["letter.eml", "notes.txt"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Pages_are_newest_first_and_searchable_by_recipient_and_subject()
    {
        OutboxStore store = Open();
        AddMany(store, 5);

        Assert.Equal(["p2@example.com", "p1@example.com"], store.List("", 2, 2).Items.Select(entry => entry.Recipients[0]));
        Assert.Equal(("p3@example.com", 1), (store.List(" P3@ ", 0, 10).Items.Single().Recipients[0], store.List("P3@", 0, 10).Total));
        Assert.Equal((2, 5), (store.List("mail number", 3, 10).Items.Count, store.List("mail number", 3, 10).Total));
        Assert.Empty(store.List(null, 10, 10).Items);
    }

    [Fact]
    public async Task Deleting_removes_one_or_all_and_listeners_hear_of_it()
    {
        OutboxStore store = Open();
        AddMany(store, 3);
        int changes = 0;
        store.Changed += (_, _) => changes++;
        long id = store.List(null, 0, 1).Items[0].Id;

        Assert.True(store.Delete(id));
        Assert.False(store.Delete(id));
        Assert.Null(await store.ReadAsync(id, CancellationToken.None));
        store.DeleteAll();

        Assert.Equal((0, 2), (store.Count, changes));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Many_writers_at_once_lose_nothing()
    {
        OutboxStore store = Open();

        Parallel.For(0, 200, index => AddMany(store, 1, first: index));

        (IReadOnlyList<OutboxEntry> items, int total) = store.List(null, 0, 1000);
        Assert.Equal(200, total);
        Assert.Equal(items.OrderByDescending(entry => entry.Id), items);
        Assert.Equal(200, items.Select(entry => entry.Recipients[0]).Distinct().Count());
    }

    [Fact]
    public async Task Email_goes_to_the_outbox_until_a_server_is_enabled()
    {
        await using var server = FakeSmtpServer.Start();
        var servers = new FakeSmtpServers(server.ToOptions() with { Enabled = false });
        OutboxStore store = Open();
        await using var smtp = new SmtpMessenger(servers, new MemoryQuotaStore(), TimeProvider.System, NullLogger<SmtpMessenger>.Instance);
        var messenger = new EmailMessenger(smtp, new OutboxMessenger(store));
        using OutboundMessage message = Message("ann@example.com", "Hi", "<p>x</p>", []);

        DeliveryResult captured = await messenger.SendAsync(message, CancellationToken.None);
        servers.ChangeTo(server.ToOptions());
        DeliveryResult sent = await messenger.SendAsync(message, CancellationToken.None);

        Assert.Equal((true, true, false), (captured.IsSent, sent.IsSent, messenger.UsesOutbox));
        Assert.Equal((1, 1), (store.Count, server.Mails.Count));
    }

    private OutboxStore Open(int capacity = OutboxStore.DefaultCapacity) => new(_folder, capacity, _clock, NullLogger<OutboxStore>.Instance);

    private static void AddMany(OutboxStore store, int count, int first = 0)
    {
        for (int index = first; index < first + count; index++)
        {
            using OutboundMessage message = Message($"p{index}@example.com", $"Mail number {index}", "<p>x</p>", []);
            store.Add(message);
        }
    }

    private static OutboundMessage Message(string recipient, string subject, string html, IReadOnlyList<Attachment> attachments)
    {
        var blueprint = new MessageBlueprint(new MessageDraft { From = "News <news@example.org>", Body = MessageBody.HtmlWithText, Attachments = attachments });
        return new MessageWriter(blueprint).Write(new MessageRecipient { Address = recipient, Subject = subject, Date = DateTimeOffset.UnixEpoch }, "Text", html);
    }
}
