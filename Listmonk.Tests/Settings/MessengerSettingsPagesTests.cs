using System.Net;
using System.Net.Sockets;
using System.Text;
using AngleSharp.Dom;
using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;
using Microsoft.AspNetCore.Components;

namespace Listmonk.Tests.Settings;

public sealed class MessengerSettingsPagesTests : ComponentTest
{
    private static readonly PostbackServer Sms = new() { Uuid = "one", Name = "sms", RootUrl = "https://gateway.example/x", Password = "s3cret", SigningKey = "0123456789abcdef" };

    private IReadOnlyList<PostbackServer> Stored => Get<SettingsStore>().Current.Messengers.Servers;

    [Fact]
    public void Without_a_messenger_the_page_says_what_one_is_for()
    {
        RenderProviders();
        Assert.Contains("No messenger yet", Render<MessengerSettingsPage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_never_reach_the_page_and_survive_a_save()
    {
        await StoreAsync(Sms);
        RenderProviders();
        var page = Render<PostbackServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(Sms.SigningKey, page.Markup, StringComparison.Ordinal);

        Field(page, "messengers[0].root_url").Change("https://other.example/y");
        Save(page);

        page.WaitForAssertion(() => Assert.Equal(("https://other.example/y", "s3cret", Sms.SigningKey), (Stored[0].RootUrl, Stored[0].Password, Stored[0].SigningKey)));
    }

    [Fact]
    public void A_new_messenger_gets_a_key_that_is_shown_once()
    {
        RenderProviders();
        var page = Render<PostbackServerPage>();
        Field(page, "messengers[0].name").Change("push");
        Field(page, "messengers[0].root_url").Change("https://push.example/");
        page.FindAll("button").Single(button => button.TextContent.Trim() == "Make one").Click();
        Assert.Contains("not shown again", page.Markup, StringComparison.Ordinal);

        Save(page);

        page.WaitForAssertion(() => Assert.Equal(("push", 64), (Stored.Single().Name, Stored.Single().SigningKey.Length)));
    }

    [Fact]
    public void A_wrong_address_and_a_short_key_are_explained_at_their_fields()
    {
        RenderProviders();
        var page = Render<PostbackServerPage>();
        Field(page, "messengers[0].name").Change("push");
        Field(page, "messengers[0].root_url").Change("ftp://push.example/");
        Field(page, "messengers[0].signing_key").Change("short");

        Save(page);

        page.WaitForAssertion(() => Assert.Equal(
            ["messengers[0].root_url", "messengers[0].signing_key"], page.FindAll(".field-errors button").Select(button => button.GetAttribute("data-focus-field"))));
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task A_test_shows_the_status_and_nothing_of_what_the_address_holds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerOnceAsync(listener, "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\nConnection: close\r\n\r\ninternal-secret");
        await StoreAsync(Sms with { RootUrl = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/" });
        RenderProviders();
        var page = Render<PostbackServerPage>(parameters => parameters.Add(server => server.Uuid, "one"));
        Field(page, "email").Change("ann@example.com");

        page.Find("[data-shortcut=test]").Click();

        page.WaitForAssertion(() => Assert.Contains("403 Forbidden", page.Find(".test-report").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("internal-secret", page.Markup, StringComparison.Ordinal);
        var request = await answering;
        Assert.Contains("X-Listmonk-Signature: sha256=", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_messenger_is_removed_after_a_question()
    {
        await StoreAsync(Sms);
        var dialogs = RenderProviders();
        var page = Render<MessengerSettingsPage>();
        page.Find("button[aria-label='Remove sms']").Click();
        dialogs.WaitForElement(".dialog-title");
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Remove the messenger").Click();
        page.WaitForAssertion(() => Assert.Empty(Stored));
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var client = await listener.AcceptTcpClientAsync(limit.Token);
        await using var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        var request = "";
        while (!request.EndsWith('}'))
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            if (read == 0)
            {
                break;
            }

            request += Encoding.UTF8.GetString(buffer, 0, read);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), limit.Token);
        return request;
    }

    private static IElement Field(IRenderedComponent<IComponent> page, string field) => page.Find($"[data-field='{field}']");

    private static void Save(IRenderedComponent<IComponent> page) => page.Find("[data-shortcut=save]").Click();

    private async Task StoreAsync(params PostbackServer[] servers) =>
        Assert.True((await Get<SettingsService>().SaveSectionAsync(new MessengerSettings { Servers = servers }, Actor.System, CancellationToken.None)).IsOk);
}
