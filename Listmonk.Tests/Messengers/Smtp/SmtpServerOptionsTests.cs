using System.Text;
using System.Text.Json;
using Listmonk.Core.Messengers.Smtp;

namespace Listmonk.Tests.Messengers.Smtp;

public sealed class SmtpServerOptionsTests
{
    [Fact]
    public void A_block_of_the_settings_is_read_and_written_under_the_same_names()
    {
        const string Json = """
            {"uuid":"u","enabled":true,"name":"email-a","host":"mx.example","port":465,"hello_hostname":"me","auth_protocol":"login","username":"n","password":"p",
             "tls_type":"TLS","tls_skip_verify":true,"max_conns":7,"max_msg_retries":3,"msg_retry_delay":"10ms","idle_timeout":"15s","wait_timeout":"1h30m",
             "email_headers":[{"X-A":"1"}],"from_addresses":["a@b.example"]}
            """;

        SmtpServerOptions options = JsonSerializer.Deserialize<SmtpServerOptions>(Json)!;
        SmtpServerOptions again = JsonSerializer.Deserialize<SmtpServerOptions>(JsonSerializer.Serialize(options))!;

        Assert.Equal(options, again);
        Assert.Equal((TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(90)), (options.MessageRetryDelay, options.IdleTimeout, options.WaitTimeout));
        Assert.Equal(("email-a", 465, "TLS", 7, 3, "1"), (options.Name, options.Port, options.TlsType, options.MaxConnections, options.MaxMessageRetries, options.EmailHeaders[0]["X-A"]));
        Assert.NotEqual(options, options with { FromAddresses = [] });
        Assert.DoesNotContain("\"p\"", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_duration_that_is_none_is_refused()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SmtpServerOptions>("""{"host":"a","idle_timeout":"5 parsecs"}"""));
    }

    [Theory]
    [InlineData("250 2.1.0 ok\r\n", 250, "2.1.0", "ok")]
    [InlineData("250-one\r\n250-two\r\n250 three\r\n", 250, null, "one\ntwo\nthree")]
    [InlineData("550-5.1.1 The account\r\n550 5.1.1 does not exist\r\n", 550, "5.1.1", "The account\ndoes not exist")]
    [InlineData("550 5.1.10 gone\r\n", 550, "5.1.10", "gone")]
    [InlineData("550 4.1.1 classes differ\r\n", 550, null, "4.1.1 classes differ")]
    [InlineData("550 5.1.1.1 no status\r\n", 550, null, "5.1.1.1 no status")]
    [InlineData("354\n", 354, null, "")]
    public void Replies_are_read_with_their_status(string text, int code, string? status, string expected)
    {
        byte[] input = Encoding.UTF8.GetBytes(text);

        Assert.Equal(0, SmtpReply.TryRead(input.AsSpan()[..^1], out _));
        Assert.Equal(input.Length, SmtpReply.TryRead([.. input, .. "250 next"u8], out SmtpReply reply));
        Assert.Equal((code, status, expected), (reply.Code, reply.EnhancedStatus, reply.Text));
    }
}
