using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Settings;

public sealed class SettingsTransferTests(ListmonkApp app) : HttpTest(app)
{
    private SettingsTransfer Transfer => App.Services.GetRequiredService<SettingsTransfer>();

    private SettingsSnapshot Current => App.Services.GetRequiredService<SettingsStore>().Current;

    [Fact]
    public async Task A_file_of_the_own_settings_changes_nothing_and_holds_no_secret()
    {
        await PutAsync("/api/settings/smtp", new[] { Server("one", "s3cret") });

        using var response = await Api.GetAsync("/api/settings/export");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("listmonk-settings-", response.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Empty(Transfer.Compare(Encoding.UTF8.GetBytes(text)).Value.Differences);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{{\"data\": {0}}}")]
    [InlineData("{{\"format\": \"listmonk-settings\", \"settings\": {0}}}")]
    public async Task Only_what_differs_and_is_chosen_is_taken_over(string envelope)
    {
        await PutAsync("/api/settings", new JsonObject { ["app.site_name"] = "Here", ["app.concurrency"] = 7 });
        var file = Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, envelope, """{"app.site_name": "There", "app.concurrency": 9, "app.lang": "en", "vendor.extra": 1}"""));

        var comparison = Transfer.Compare(file).Value;
        var outcome = await Transfer.ApplyAsync(comparison.Differences.Where(difference => difference.Key == "app.site_name"), Core.Common.Actor.System, default);

        Assert.True(outcome.IsOk, outcome.Message);
        Assert.Equal(["app.concurrency", "app.site_name", "vendor.extra"], comparison.Differences.Select(difference => difference.Key));
        Assert.Equal((false, 1), (comparison.Differences[2].IsKnown, comparison.Same));
        Assert.Equal(("There", 7), (Current.General.SiteName, Current.Sending.Concurrency));
    }

    [Fact]
    public async Task A_known_server_keeps_its_password_and_a_new_one_is_said_to_lack_it()
    {
        await PutAsync("/api/settings/smtp", new[] { Server("one", "s3cret") });
        var file = new JsonObject { ["smtp"] = new JsonArray(Server("one", SettingsKeys.Mask, "other.example.com"), Server("two", SettingsKeys.Mask)) };

        var difference = Assert.Single(Transfer.Compare(Encoding.UTF8.GetBytes(file.ToJsonString())).Value.Differences);
        Assert.True((await Transfer.ApplyAsync([difference], Core.Common.Actor.System, default)).IsOk);

        Assert.True(difference.LacksSecrets);
        Assert.Equal([("other.example.com", "s3cret"), ("mail.example.com", "")], Current.Smtp.Servers.Select(server => (server.Host, server.Password ?? "")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[1, 2]")]
    [InlineData("{}")]
    [InlineData("{\"name\": \"a package file\"}")]
    public void Other_files_are_refused_with_what_is_expected(string text) =>
        Assert.Contains("app.site_name", Transfer.Compare(Encoding.UTF8.GetBytes(text)).Message, StringComparison.Ordinal);

    private static JsonObject Server(string uuid, string password, string host = "mail.example.com") => new()
    {
        ["uuid"] = uuid,
        ["enabled"] = true,
        ["host"] = host,
        ["port"] = 587,
        ["auth_protocol"] = "login",
        ["username"] = "news",
        ["password"] = password,
        ["tls_type"] = "STARTTLS",
        ["max_conns"] = 2,
        ["idle_timeout"] = "15s",
        ["wait_timeout"] = "5s",
    };
}
