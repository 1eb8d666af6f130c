using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Settings;

/// <summary>listmonk's settings API: one flat object with dotted keys (spec/api.md 5).</summary>
internal static class SettingsEndpoints
{
    public static void MapSettingsEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/settings", (SettingsService settings) => OutcomeHttp.Data(settings.GetMasked())).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Read all settings").WithDescription("Secrets are masked.").Gives<JsonObject>("""{"data": {"app.site_name": "Mailing list", "app.concurrency": 10}}""");
        api.MapGet("/settings/export", Export).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Export the settings as a file").WithDescription("Without secrets.").GivesBare<JsonObject>("""{"format": "listmonk-settings", "exported_at": "2026-03-01T09:30:00Z", "settings": {"app.site_name": "Mailing list"}}""");
        api.MapPut("/settings", SaveAll).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Change settings").WithDescription("What is absent keeps its value; masked secrets stay as they are. All of it holds at once.").Takes<JsonObject>("""{"app.site_name": "Weekly news", "app.concurrency": 10}""").GivesTrue();
        api.MapPut("/settings/{key}", SaveOne).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Change one setting").WithDescription("The body is its value.").WithRouteValue("key", "Such as app.site_name.").Takes<JsonNode>("\"Weekly news\"").GivesTrue();
        api.MapPost("/settings/smtp/test", TestSmtp).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Send a test mail through an SMTP server").WithDescription("Answers with the conversation.")
            .Takes<JsonObject>("""{"host": "smtp.example.com", "port": 587, "auth_protocol": "login", "username": "news", "password": "secret", "tls_type": "STARTTLS", "email": "ada@example.com"}""").Gives<IReadOnlyList<string>>("""{"data": ["220 smtp.example.com ESMTP"]}""").Refuses(StatusCodes.Status500InternalServerError);
        api.MapPost("/admin/reload", Reload).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Read the settings again").WithTags(ApiTags.System).GivesTrue();
    }

    private static IResult Export(SettingsTransfer transfer, TimeProvider clock) =>
        Results.Bytes(transfer.Export(), "application/json", string.Create(CultureInfo.InvariantCulture, $"listmonk-settings-{clock.GetUtcNow():yyyy-MM-dd}.json"));

    private static async Task<IResult> SaveAll(HttpContext context, SettingsService settings, CancellationToken cancellationToken)
    {
        var changes = await context.Request.ReadBodyAsync<JsonObject>(cancellationToken);
        // listmonk refuses this; the page allows it, because here mail then goes to the outbox and that is shown.
        if (changes["smtp"] is JsonArray { Count: > 0 } servers && servers.All(server => server?["enabled"] is JsonValue enabled && enabled.TryGetValue<bool>(out var isOn) && !isOn))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "At least one SMTP block should be enabled");
        }

        return (await settings.SaveAsync(changes, context.Actor(), cancellationToken)).ToHttp();
    }

    private static async Task<IResult> SaveOne(string key, HttpContext context, SettingsService settings, CancellationToken cancellationToken)
    {
        var value = await context.Request.ReadBodyAsync<JsonNode>(cancellationToken);
        return (await settings.SaveAsync(new JsonObject { [key] = value }, context.Actor(), cancellationToken)).ToHttp();
    }

    /// <summary>Answers with the conversation, credentials left out; a failure is 500 with the server's own words.</summary>
    private static async Task<IResult> TestSmtp(HttpContext context, SmtpTestService test, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<JsonObject>(cancellationToken);
        var outcome = await test.SendAsync(ReadServer(body), body["email"]?.ToString() ?? "", cancellationToken);
        return outcome switch
        {
            { IsOk: false } => outcome.ToHttp(),
            { Value.IsSent: false } => OutcomeHttp.Error(StatusCodes.Status500InternalServerError, outcome.Value.Answer),
            _ => OutcomeHttp.Data(outcome.Value.Transcript),
        };
    }

    private static SmtpServer ReadServer(JsonObject body)
    {
        try
        {
            var server = body.Deserialize<SmtpServer>(ApiJson.Options)!;
            return server.Password is null ? server with { Password = "" } : server;
        }
        catch (JsonException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"Invalid value in field '{(exception.Path ?? "").TrimStart('$', '.')}'.");
        }
    }

    private static async Task<IResult> Reload(SettingsStore store, CancellationToken cancellationToken)
    {
        await store.LoadAsync(cancellationToken);
        return OutcomeHttp.True();
    }
}
