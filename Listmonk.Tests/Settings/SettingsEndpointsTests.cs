using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Settings;

public sealed class SettingsEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    private SettingsSnapshot Current => App.Services.GetRequiredService<SettingsStore>().Current;

    [Fact]
    public async Task A_stored_secret_is_masked_and_a_client_that_sends_the_mask_back_keeps_it()
    {
        await PutAsync("/api/settings/smtp", new[] { Server("one", "mail.example.com", "s3cret") });
        var all = await GetAsync("/api/settings");
        Assert.Equal("••••••••", all["smtp"]![0]!["password"]!.GetValue<string>());

        await PutAsync("/api/settings", all);
        Assert.Equal("s3cret", Current.Smtp.Servers[0].Password);
        await PutAsync("/api/settings/smtp", new[] { Server("one", "mail2.example.com", "") });
        Assert.Equal(("mail2.example.com", "s3cret"), (Current.Smtp.Servers[0].Host, Current.Smtp.Servers[0].Password));
    }

    [Fact]
    public async Task Null_clears_a_secret()
    {
        await PutAsync("/api/settings/smtp", new[] { Server("two", "mail.example.com", "s3cret") });
        await PutAsync("/api/settings/smtp", new[] { Server("two", "mail.example.com", null) });
        Assert.Equal("", Current.Smtp.Servers[0].Password);
    }

    [Fact]
    public async Task Unknown_keys_and_keys_that_are_not_sent_stay()
    {
        await PutAsync("/api/settings/app.site_name", "Kept");
        await PutAsync("/api/settings", new JsonObject { ["vendor.extra"] = new JsonObject { ["a"] = 1 } });
        var all = await GetAsync("/api/settings");
        Assert.Equal((1, "Kept"), (all["vendor.extra"]!["a"]!.GetValue<int>(), all["app.site_name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_root_url_loses_its_trailing_slashes()
    {
        await PutAsync("/api/settings/app.root_url", " https://news.example.com/mail// ");
        Assert.Equal("https://news.example.com/mail", Current.RootUrl);
    }

    [Theory]
    [InlineData("app.root_url", "\"/news\"", "root URL")]
    [InlineData("app.from_email", "\"nobody\"", "address")]
    [InlineData("app.concurrency", "0", "between 1 and")]
    [InlineData("app.concurrency", "\"many\"", "wrong type")]
    [InlineData("app.message_sliding_window_duration", "\"soon\"", "duration")]
    [InlineData("security.trusted_urls", "[\"ftp://x.example\"]", "invalid trusted URL: ftp://x.example")]
    public async Task A_value_that_cannot_work_is_refused_with_its_reason(string key, string json, string reason)
    {
        var response = await Api.PutAsync($"/api/settings/{key}", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        Assert.Contains(reason, await RefusalAsync(response, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_are_all_off_are_refused_as_listmonk_does()
    {
        var off = Server("three", "mail.example.com", "");
        off["enabled"] = false;
        Assert.Equal(
            "At least one SMTP block should be enabled",
            await RefusalAsync(await Api.PutAsJsonAsync("/api/settings", new JsonObject { ["smtp"] = new JsonArray(off) }), HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_test_mail_really_goes_out_with_the_stored_password()
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions());
        await PutAsync("/api/settings/app.from_email", "News <news@example.com>");
        var transcript = await PostAsync("/api/settings/smtp/test", TestOf(server.Port, "ann@example.com"));
        Assert.NotEmpty(transcript.AsArray());
        Assert.Equal("ann@example.com", Assert.Single(Assert.Single(server.Mails).Recipients));
    }

    [Fact]
    public async Task A_failed_test_answers_with_the_servers_own_words()
    {
        await using var server = FakeSmtpServer.Start().Answer("RCPT", "550 5.1.1 no such mailbox here");
        var message = await RefusalAsync(await Api.PostAsJsonAsync("/api/settings/smtp/test", TestOf(server.Port, "gone@example.com")), HttpStatusCode.InternalServerError);
        Assert.Contains("no such mailbox here", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_needs_an_address() =>
        Assert.Equal("Missing field(s): email", await RefusalAsync(await Api.PostAsJsonAsync("/api/settings/smtp/test", TestOf(25, "")), HttpStatusCode.BadRequest));

    [Fact]
    public async Task Custom_styles_are_served_as_saved_and_validated_by_tag()
    {
        await PutAsync("/api/settings/appearance.public.custom_css", "body { color: red }");
        var response = await Anonymous.GetAsync("/public/custom.css");
        Assert.Equal(("body { color: red }", "text/css"), (await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType!.MediaType));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/public/custom.css");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await Anonymous.SendAsync(again)).StatusCode);
    }

    private static JsonObject Server(string uuid, string host, string? password) => new()
    {
        ["uuid"] = uuid,
        ["enabled"] = true,
        ["host"] = host,
        ["port"] = 587,
        ["auth_protocol"] = "login",
        ["username"] = "user",
        ["password"] = password,
        ["tls_type"] = "STARTTLS",
    };

    private static JsonObject TestOf(int port, string email)
    {
        var server = Server("", "127.0.0.1", "");
        server["port"] = port;
        server["auth_protocol"] = "none";
        server["tls_type"] = "none";
        server["email"] = email;
        return server;
    }
}
