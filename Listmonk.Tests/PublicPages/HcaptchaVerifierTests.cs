using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

[Trait("Kind", "Unit")]
public sealed class HcaptchaVerifierTests
{
    [Theory]
    [InlineData(200, """{"success":true}""", CaptchaVerdict.Passed)]
    [InlineData(200, """{"success":false,"error-codes":["invalid-or-already-seen-response"]}""", CaptchaVerdict.Failed)]
    [InlineData(200, """{"success":"true"}""", CaptchaVerdict.Failed)]
    [InlineData(200, """{}""", CaptchaVerdict.Failed)]
    [InlineData(200, """[true]""", CaptchaVerdict.Failed)]
    [InlineData(200, """<html>""", CaptchaVerdict.Failed)]
    [InlineData(200, "", CaptchaVerdict.Failed)]
    [InlineData(200, """{"success":false,"error-codes":["sitekey-secret-mismatch"]}""", CaptchaVerdict.Unavailable)]
    [InlineData(500, """{"success":true}""", CaptchaVerdict.Unavailable)]
    public async Task Only_a_clear_yes_passes(int status, string body, CaptchaVerdict expected)
    {
        var service = new FakeHcaptcha { Answer = _ => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) }) };
        await using var database = await CreateAsync(service);

        Assert.Equal(expected, await database.Get<CaptchaService>().CheckAsync(new CaptchaAnswer("", "token"), CancellationToken.None));
        Assert.Equal("https://api.hcaptcha.com/siteverify", service.Address);
        Assert.Equal("secret=s3cret&response=token&sitekey=site", service.Body);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_or_keeps_silent_is_told_apart_from_a_wrong_answer()
    {
        foreach (var fault in new Exception[] { new HttpRequestException("no route"), new TaskCanceledException("timed out") })
        {
            await using var database = await CreateAsync(new FakeHcaptcha { Answer = _ => Task.FromException<HttpResponseMessage>(fault) });
            Assert.Equal(CaptchaVerdict.Unavailable, await database.Get<CaptchaService>().CheckAsync(new CaptchaAnswer("", "token"), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Without_a_token_the_service_is_not_asked()
    {
        var service = new FakeHcaptcha();
        await using var database = await CreateAsync(service);
        Assert.Equal(CaptchaVerdict.Missing, await database.Get<CaptchaService>().CheckAsync(new CaptchaAnswer("altcha", ""), CancellationToken.None));
        Assert.Null(service.Address);
    }

    private static async Task<TestDatabase> CreateAsync(FakeHcaptcha service)
    {
        var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services => services.AddHttpClient(HcaptchaVerifier.ClientName).ConfigurePrimaryHttpMessageHandler(() => service));
        var changes = new JsonObject { ["security.captcha"] = JsonNode.Parse("""{"hcaptcha":{"enabled":true,"key":"site","secret":"s3cret"}}""") };
        Assert.True((await database.Get<SettingsService>().SaveAsync(changes, Actor.System, CancellationToken.None)).IsOk);
        return database;
    }
}
