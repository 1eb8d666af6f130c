using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Listmonk.Tests.Messengers.Smtp;

public sealed class SmtpMessengerTests
{
    private static readonly string[] Retrying = ["STARTTLS", "TLS"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_arrives_byte_for_byte(bool pipelining)
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Pipelining = pipelining });
        await using SmtpMessenger messenger = Messenger(server.ToOptions());
        string body = $"first\r\n.\r\n..two dots\r\n{string.Concat(Enumerable.Repeat($".{new string('x', 900)}\r\n", 300))}last";
        using OutboundMessage message = Message("ann@example.com", body);

        DeliveryResult result = await messenger.SendAsync(message, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Sent, 250, "2.0.0", "queued"), (result.Outcome, result.Code, result.EnhancedStatus, result.ReplyText));
        ReceivedMail mail = server.Mails.Single();
        Assert.Equal(message.Mime.ToArray().AsSpan(), mail.Raw.AsSpan()[..^2]);
        Assert.Equal("sender@example.org", mail.EnvelopeFrom);
        Assert.Equal(["ann@example.com"], mail.Recipients);
    }

    [Fact]
    public async Task Messages_share_one_connection()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        for (int index = 0; index < 5; index++)
        {
            Assert.True((await SendAsync(messenger, $"p{index}@example.com")).IsSent);
        }

        Assert.Equal(5, server.Mails.Count);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("RCPT TO:", "550 5.1.1 no such user", true, DeliveryStage.Recipient, true)]
    [InlineData("RCPT TO:", "550 5.1.1 no such user", false, DeliveryStage.Recipient, true)]
    [InlineData("RCPT TO:", "552 5.2.2 mailbox full", true, DeliveryStage.Recipient, false)]
    [InlineData(".", "554 5.6.0 content refused", true, DeliveryStage.Content, false)]
    [InlineData("DATA", "554 5.7.1 policy", false, DeliveryStage.Data, false)]
    public async Task A_permanent_refusal_is_about_the_person_and_not_tried_again(string command, string reply, bool pipelining, DeliveryStage stage, bool isAddressFault)
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Pipelining = pipelining }).Answer(command, reply, times: 1);
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        DeliveryResult refused = await SendAsync(messenger, "gone@example.com");
        DeliveryResult next = await SendAsync(messenger, "here@example.com");

        Assert.Equal((DeliveryOutcome.RecipientRefused, stage, isAddressFault), (refused.Outcome, refused.Stage, refused.IsAddressFault));
        Assert.Equal(reply[10..], refused.ReplyText);
        Assert.True(next.IsSent);
        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(["here@example.com"], server.Mails.Single().Recipients);
    }

    [Theory]
    [InlineData("MAIL FROM:", "550 5.7.1 sender not allowed")]
    [InlineData("RCPT TO:", "554 5.7.1 Relay access denied")]
    [InlineData("RCPT TO:", "530 5.7.0 authentication required")]
    [InlineData(".", "550 5.7.26 unauthenticated sender")]
    public async Task A_refusal_that_is_our_fault_never_blames_the_person(string command, string reply)
    {
        await using var server = FakeSmtpServer.Start().Answer(command, reply);
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.Equal(DeliveryOutcome.ServerUnavailable, result.Outcome);
        Assert.False(result.IsAddressFault);
    }

    [Theory]
    [InlineData("RCPT TO:", "450 4.2.0 try later")]
    [InlineData("MAIL FROM:", "451 4.3.0 busy")]
    [InlineData(".", "452 4.3.1 disk full")]
    public async Task A_temporary_refusal_is_tried_again_up_to_the_limit_and_then_deferred(string command, string reply)
    {
        await using var server = FakeSmtpServer.Start().Answer(command, reply, times: 3);
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxMessageRetries = 3 });

        DeliveryResult deferred = await SendAsync(messenger, "ann@example.com");
        DeliveryResult later = await SendAsync(messenger, "ann@example.com");

        Assert.Equal(DeliveryOutcome.Deferred, deferred.Outcome);
        Assert.True(later.IsSent);
        Assert.Equal(4, server.Commands.Count(line => line.StartsWith("MAIL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_connection_lost_in_the_content_is_tried_again_on_another()
    {
        await using var server = FakeSmtpServer.Start().DropDuringContent();
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.True(result.IsSent);
        Assert.Equal(2, server.ConnectionCount);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_connection_lost_in_the_content_for_good_is_a_fault_of_ours_and_in_doubt()
    {
        await using var server = FakeSmtpServer.Start().DropDuringContent(times: 2);
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Content), (result.Outcome, result.Stage));
        Assert.True(result.IsInDoubt);
    }

    [Fact]
    public async Task A_connection_the_server_closed_while_idle_costs_no_attempt()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxMessageRetries = 1 });
        await SendAsync(messenger, "one@example.com");
        server.HangUp();
        await server.WaitForConnectionsAsync(count => count == 0);

        Assert.True((await SendAsync(messenger, "two@example.com")).IsSent);
    }

    [Fact]
    public async Task A_session_that_the_server_ends_at_the_next_MAIL_costs_no_attempt()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxMessageRetries = 1 });
        await SendAsync(messenger, "one@example.com");
        server.Answer("MAIL", "421 4.4.2 too many messages in this session", times: 1);

        Assert.True((await SendAsync(messenger, "two@example.com")).IsSent);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task With_a_dead_server_the_other_one_carries_all()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { Uuid = "dead", Port = FakeSmtpServer.UnusedPort() }, server.ToOptions());

        for (int index = 0; index < 6; index++)
        {
            Assert.True((await SendAsync(messenger, $"p{index}@example.com")).IsSent);
        }

        Assert.Equal(6, server.Mails.Count);
    }

    [Fact]
    public async Task A_dead_server_is_waited_for_and_then_reported_as_ours()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(400) };
        await using SmtpMessenger messenger = Messenger(clock, new SmtpServerOptions { Host = "127.0.0.1", Port = FakeSmtpServer.UnusedPort(), TlsType = "none" });

        Task<DeliveryResult> sending = SendAsync(messenger, "ann@example.com");
        while (!sending.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        DeliveryResult result = await sending;
        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Connect, 0), (result.Outcome, result.Stage, result.Code));
    }

    [Fact]
    public async Task A_server_that_greets_with_an_error_is_unavailable()
    {
        await using var server = FakeSmtpServer.Start().Answer("CONNECT", "554 5.3.2 no service");
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxMessageRetries = 1 });

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Connect, 554), (result.Outcome, result.Stage, result.Code));
    }

    [Theory]
    [InlineData("STARTTLS")]
    [InlineData("TLS")]
    public async Task Mail_travels_encrypted_when_the_settings_say_so(string tlsType)
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { StartTls = true, ImplicitTls = tlsType == "TLS" });
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { TlsType = tlsType, TlsSkipVerify = true });

        Assert.True((await SendAsync(messenger, "ann@example.com")).IsSent);
        Assert.True((await SendAsync(messenger, "bob@example.com")).IsSent);
        Assert.All(server.Mails, mail => Assert.True(mail.IsEncrypted));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task An_untrusted_certificate_is_refused_unless_told_otherwise()
    {
        foreach (string tlsType in Retrying)
        {
            await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { StartTls = true, ImplicitTls = tlsType == "TLS" });
            await using SmtpMessenger messenger = Messenger(server.ToOptions() with { TlsType = tlsType, MaxMessageRetries = 1 });

            DeliveryResult result = await SendAsync(messenger, "ann@example.com");

            Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Tls), (result.Outcome, result.Stage));
        }
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_nothing_when_it_is_required()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { TlsType = "STARTTLS", MaxMessageRetries = 1 });

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Tls), (result.Outcome, result.Stage));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("login")]
    [InlineData("cram")]
    public async Task The_messenger_logs_in(string protocol)
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Username = "ünser", Password = "s3crét" });
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { AuthProtocol = protocol, Username = "ünser", Password = "s3crét" });

        Assert.True((await SendAsync(messenger, "ann@example.com")).IsSent);
        Assert.Equal("ünser", server.Mails.Single().User);
    }

    [Fact]
    public async Task Wrong_credentials_are_our_fault()
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Password = "right" });
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { AuthProtocol = "login", Username = "user", Password = "wrong", MaxMessageRetries = 1 });

        DeliveryResult result = await SendAsync(messenger, "ann@example.com");

        Assert.Equal((DeliveryOutcome.ServerUnavailable, DeliveryStage.Authentication, 535), (result.Outcome, result.Stage, result.Code));
    }

    [Fact]
    public async Task There_are_never_more_connections_than_allowed()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxConnections = 3, WaitTimeout = TimeSpan.FromMinutes(1) });

        server.Hold();
        Task<DeliveryResult>[] sends = [.. Enumerable.Range(0, 12).Select(index => SendAsync(messenger, $"p{index}@example.com"))];
        await server.WaitForCommandAsync(".", 3);
        server.Release();
        DeliveryResult[] results = await Task.WhenAll(sends);

        Assert.All(results, result => Assert.True(result.IsSent));
        Assert.Equal(3, server.PeakConnectionCount);
    }

    [Fact]
    public async Task Mail_goes_by_address_then_by_domain_then_anywhere()
    {
        await using var exact = FakeSmtpServer.Start();
        await using var domain = FakeSmtpServer.Start();
        await using var other = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(
            exact.ToOptions() with { FromAddresses = ["News@Brand.example"] },
            domain.ToOptions() with { FromAddresses = ["@brand.example"] },
            other.ToOptions() with { FromAddresses = ["elsewhere.example"] });

        await SendAsync(messenger, "a@example.com", from: "news@brand.example");
        await SendAsync(messenger, "b@example.com", from: "sales@brand.example");
        for (int index = 0; index < 3; index++)
        {
            await SendAsync(messenger, "c@example.com", from: "x@nowhere.example");
        }

        Assert.Single(exact.Mails, mail => mail.Recipients[0] == "a@example.com");
        Assert.Single(domain.Mails, mail => mail.Recipients[0] == "b@example.com");
        Assert.All([exact, domain, other], server => Assert.Contains(server.Mails, mail => mail.Recipients[0] == "c@example.com"));
    }

    [Fact]
    public async Task A_named_server_is_a_messenger_of_its_own_beside_another()
    {
        await using var one = FakeSmtpServer.Start();
        await using var two = FakeSmtpServer.Start();
        var servers = new FakeSmtpServers(one.ToOptions(), two.ToOptions() with { Name = "email-two" });
        await using SmtpMessenger messenger = Messenger(servers);

        Assert.Equal(["email-two"], messenger.ServerNames);
        for (int index = 0; index < 3; index++)
        {
            using OutboundMessage message = Message("ann@example.com");
            Assert.True((await new NamedServerMessenger(messenger, "email-two").SendAsync(message, CancellationToken.None)).IsSent);
        }

        Assert.Equal(3, two.Mails.Count);
        servers.ChangeTo(two.ToOptions() with { Name = "email-two" });
        Assert.Empty(messenger.ServerNames);
    }

    [Fact]
    public async Task New_settings_apply_at_once_and_the_message_under_way_finishes_on_the_old_connection()
    {
        await using var before = FakeSmtpServer.Start();
        await using var after = FakeSmtpServer.Start();
        var servers = new FakeSmtpServers(before.ToOptions());
        await using SmtpMessenger messenger = Messenger(servers);
        before.Hold();
        Task<DeliveryResult> underWay = SendAsync(messenger, "old@example.com");
        await before.WaitForCommandAsync(".");

        servers.ChangeTo(after.ToOptions());
        Assert.True((await SendAsync(messenger, "new@example.com")).IsSent);
        before.Release();

        Assert.True((await underWay).IsSent);
        Assert.Equal(["new@example.com"], after.Mails.Single().Recipients);
        await before.WaitForConnectionsAsync(count => count == 0);
        Assert.Contains("QUIT", before.Commands);
    }

    [Fact]
    public async Task A_save_that_changes_nothing_keeps_the_connections()
    {
        await using var server = FakeSmtpServer.Start();
        SmtpServerOptions options = server.ToOptions() with { EmailHeaders = [new Dictionary<string, string> { ["X-A"] = "1" }] };
        var servers = new FakeSmtpServers(options);
        await using SmtpMessenger messenger = Messenger(servers);
        await SendAsync(messenger, "a@example.com");

        servers.ChangeTo(options with { EmailHeaders = [new Dictionary<string, string> { ["X-A"] = "1" }] });
        await SendAsync(messenger, "b@example.com");

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task Headers_of_the_server_are_added_where_the_message_has_none_of_the_name()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with
        {
            EmailHeaders =
            [
                new Dictionary<string, string> { ["X-Kit-Server"] = "one", ["subject"] = "never" },
                new Dictionary<string, string> { ["Return-Path"] = "bounces@example.org", ["Bcc"] = "archive@example.org" },
            ],
        });

        await SendAsync(messenger, "ann@example.com");

        ReceivedMail mail = server.Mails.Single();
        Assert.Equal("one", mail.Parse().Headers["X-Kit-Server"]);
        Assert.Equal("Test", mail.Parse().Subject);
        Assert.Equal("bounces@example.org", mail.EnvelopeFrom);
        Assert.Equal(["ann@example.com", "archive@example.org"], mail.Recipients);
    }

    [Fact]
    public async Task A_refused_copy_does_not_keep_the_message_from_its_person_but_a_refused_person_stops_the_copies()
    {
        await using var server = FakeSmtpServer.Start().Answer("RCPT TO:<gone@", "550 5.1.1 unknown");
        await using SmtpMessenger messenger = Messenger(server.ToOptions());
        using OutboundMessage first = Message(["ann@example.com", "gone@example.com"]);
        using OutboundMessage second = Message(["gone@example.com", "ann@example.com"]);

        DeliveryResult delivered = await messenger.SendAsync(first, CancellationToken.None);
        DeliveryResult refused = await messenger.SendAsync(second, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Sent, DeliveryOutcome.RecipientRefused), (delivered.Outcome, refused.Outcome));
        Assert.Equal(["ann@example.com"], server.Mails.Single().Recipients);
    }

    [Theory]
    [InlineData("evil@example.com>\r\nRCPT TO:<other@example.com", "5.1.3")]
    [InlineData("no-at-sign", "5.1.3")]
    [InlineData("blank in@example.com", "5.1.3")]
    [InlineData("jörg@example.com", "5.6.7")]
    public async Task An_address_that_cannot_stand_in_an_envelope_is_refused_before_it_is_sent(string address, string status)
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions());

        DeliveryResult result = await SendAsync(messenger, address);

        Assert.Equal((DeliveryOutcome.RecipientRefused, status), (result.Outcome, result.EnhancedStatus));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("RCPT", StringComparison.Ordinal));
        Assert.True((await SendAsync(messenger, "ann@example.com")).IsSent);
    }

    [Fact]
    public async Task International_addresses_are_sent_as_the_server_understands_them()
    {
        await using var plain = FakeSmtpServer.Start();
        await using var modern = FakeSmtpServer.Start(new FakeSmtpServerOptions { SmtpUtf8 = true });
        await using SmtpMessenger first = Messenger(plain.ToOptions());
        await using SmtpMessenger second = Messenger(modern.ToOptions());

        await SendAsync(first, "ann@bücher.example");
        await SendAsync(second, "jörg@example.com");

        Assert.Equal("ann@xn--bcher-kva.example", plain.Mails.Single().Recipients[0]);
        Assert.Contains(modern.Commands, line => line.EndsWith(" SMTPUTF8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_time()
    {
        var clock = new FakeTimeProvider();
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(clock, server.ToOptions() with { IdleTimeout = TimeSpan.FromSeconds(15) });
        await SendAsync(messenger, "ann@example.com");

        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(1, server.OpenConnectionCount);
        clock.Advance(TimeSpan.FromSeconds(3));

        await server.WaitForConnectionsAsync(count => count == 0);
        Assert.Contains("QUIT", server.Commands);
    }

    [Fact]
    public async Task Cancelling_before_the_content_stops_and_the_next_message_is_not_harmed()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using OutboundMessage message = Message("ann@example.com");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => messenger.SendAsync(message, cancelled.Token));

        Assert.True((await SendAsync(messenger, "bob@example.com")).IsSent);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task Cancelling_after_the_content_has_left_changes_nothing()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions());
        using var cancellation = new CancellationTokenSource();
        using OutboundMessage message = Message("ann@example.com");
        server.Hold();
        Task<DeliveryResult> sending = messenger.SendAsync(message, cancellation.Token);
        await server.WaitForCommandAsync(".");

        await cancellation.CancelAsync();
        server.Release();

        Assert.True((await sending).IsSent);
    }

    [Fact]
    public async Task Disposing_waits_for_the_message_under_way_and_refuses_new_ones()
    {
        await using var server = FakeSmtpServer.Start();
        SmtpMessenger messenger = Messenger(server.ToOptions());
        server.Hold();
        Task<DeliveryResult> underWay = SendAsync(messenger, "ann@example.com");
        await server.WaitForCommandAsync(".");

        Task disposing = messenger.DisposeAsync().AsTask();
        Assert.Equal(DeliveryOutcome.ServerUnavailable, (await SendAsync(messenger, "late@example.com")).Outcome);
        Assert.False(disposing.IsCompleted);
        server.Release();
        await disposing;

        Assert.True((await underWay).IsSent);
        await server.WaitForConnectionsAsync(count => count == 0);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        var clock = new FakeTimeProvider();
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(clock, server.ToOptions() with { MaxMessageRetries = 1 });
        server.Hold();
        Task<DeliveryResult> sending = SendAsync(messenger, "ann@example.com");
        await server.WaitForCommandAsync(".");

        clock.Advance(TimeSpan.FromMinutes(6));

        DeliveryResult result = await sending;
        Assert.Equal((DeliveryOutcome.ServerUnavailable, true), (result.Outcome, result.IsInDoubt));
    }

    [Fact]
    public async Task The_probe_shows_the_conversation_without_its_secrets()
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Password = "s3cret" });
        using OutboundMessage message = Message("ann@example.com");

        (DeliveryResult result, IReadOnlyList<string> transcript) = await new SmtpProbe(TimeProvider.System).SendAsync(
            server.ToOptions() with { AuthProtocol = "login", Username = "user", Password = "s3cret" }, message, CancellationToken.None);

        Assert.True(result.IsSent);
        Assert.Contains("C: AUTH LOGIN ***", transcript);
        Assert.Contains("S: 235 2.7.0 welcome", transcript);
        string secret = Convert.ToBase64String("s3cret"u8);
        Assert.DoesNotContain(transcript, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_urgent_message_gets_the_next_connection_and_none_beyond_the_limit()
    {
        await using var server = FakeSmtpServer.Start();
        await using SmtpMessenger messenger = Messenger(server.ToOptions() with { MaxConnections = 1, WaitTimeout = TimeSpan.FromMinutes(1) });
        server.Hold();
        List<Task<DeliveryResult>> sending = [SendAsync(messenger, "first@example.com")];
        await server.WaitForCommandAsync(".");
        sending.AddRange(Enumerable.Range(1, 5).Select(number => SendAsync(messenger, $"campaign{number}@example.com")));
        sending.Add(SendAsync(messenger, "urgent@example.com", isUrgent: true));

        server.Release();
        await Task.WhenAll(sending);

        Assert.Equal(["first@example.com", "urgent@example.com", "campaign1@example.com"], server.Mails.Select(mail => mail.Recipients[0]).Take(3));
        Assert.Equal((7, 1), (server.Mails.Count, server.PeakConnectionCount));
    }

    private static SmtpMessenger Messenger(params SmtpServerOptions[] servers) => Messenger(new FakeSmtpServers(servers));

    private static SmtpMessenger Messenger(FakeSmtpServers servers) => new(servers, new MemoryQuotaStore(), TimeProvider.System, NullLogger<SmtpMessenger>.Instance);

    private static SmtpMessenger Messenger(TimeProvider clock, SmtpServerOptions server) =>
        new(new FakeSmtpServers(server), new MemoryQuotaStore(), clock, NullLogger<SmtpMessenger>.Instance);

    private static async Task<DeliveryResult> SendAsync(SmtpMessenger messenger, string recipient, string from = "sender@example.org", bool isUrgent = false)
    {
        using OutboundMessage message = Message([recipient], from: from, isUrgent: isUrgent);
        return await messenger.SendAsync(message, CancellationToken.None);
    }

    private static OutboundMessage Message(string recipient, string body = "Hello") => Message([recipient], body);

    private static OutboundMessage Message(string[] recipients, string body = "Hello", string from = "sender@example.org", bool isUrgent = false) =>
        new(System.Text.Encoding.UTF8.GetBytes($"From: <{from}>\r\nSubject: Test\r\nMIME-Version: 1.0\r\n\r\n{body}"))
        {
            EnvelopeFrom = from,
            EnvelopeRecipients = recipients,
            FromAddress = from,
            MessageId = "test@example.org",
            IsUrgent = isUrgent,
        };
}
