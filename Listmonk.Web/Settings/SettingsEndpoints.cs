using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Messengers.Smtp;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Settings;

/// <summary>listmonk's settings API: one flat object with dotted keys (spec/api.md 5).</summary>
internal static class SettingsEndpoints
{
    public static void MapSettingsEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/settings", (SettingsService settings) => OutcomeHttp.Data(settings.GetMasked())).RequirePermission(Permissions.SettingsGet);
        api.MapGet("/settings/export", Export).RequirePermission(Permissions.SettingsGet);
        api.MapPut("/settings", SaveAll).RequirePermission(Permissions.SettingsManage);
        api.MapPut("/settings/{key}", SaveOne).RequirePermission(Permissions.SettingsManage);
        api.MapPost("/settings/smtp/test", TestSmtp).RequirePermission(Permissions.SettingsManage);
        api.MapPost("/admin/reload", Reload).RequirePermission(Permissions.SettingsManage);
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
