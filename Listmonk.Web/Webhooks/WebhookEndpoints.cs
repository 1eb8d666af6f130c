using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Core.Webhooks;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Webhooks;

/// <summary>Webhooks, their secrets and their log over HTTP; listmonk has no such thing.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhookEndpoints(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks");
        webhooks.MapGet("", GetAll).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Read all webhooks").Gives<IReadOnlyList<WebhookResponse>>();
        webhooks.MapPost("", Create).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Create a webhook").Takes<WebhookRequest>().Gives<WebhookResponse>();
        webhooks.MapGet("/{id:int}", Find).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Read a webhook").Gives<WebhookResponse>().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapPut("/{id:int}", Update).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Replace a webhook").Takes<WebhookRequest>().Gives<WebhookResponse>().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapDelete("/{id:int}", Delete).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Delete a webhook").GivesTrue().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapPost("/{id:int}/test", Test).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Send a test event to a webhook").Gives<WebhookTestResponse>().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapPost("/{id:int}/secrets", AddSecret).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Add a secret to a webhook").WithDescription("Messages are signed with all secrets until the old one is removed.").Gives<WebhookResponse>().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapDelete("/{id:int}/secrets/{index:int}", RemoveSecret).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Remove a secret of a webhook").GivesTrue().Refuses(StatusCodes.Status404NotFound);
        webhooks.MapGet("/{id:int}/messages", Log).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Find a webhook's messages").WithQuery<WebhookState>("state", "Only messages in this state.").GivesPage<WebhookMessageResponse>();
        webhooks.MapPost("/{id:int}/messages/{message:long}/replay", ReplayOne).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Send a webhook's message once more").Gives<CountResponse>();
        webhooks.MapPost("/{id:int}/replay", Replay).RequirePermission(Permissions.SettingsManage)
            .WithSummary("Send a webhook's messages once more").Takes<WebhookReplayRequest>().Gives<CountResponse>();
    }

    private static async Task<IResult> GetAll(HttpContext context, WebhookQueries webhooks, CancellationToken cancellationToken) =>
        OutcomeHttp.Data((await webhooks.AllAsync(cancellationToken)).Select(item => WebhookResponse.Of(item, SecretsOf(context, webhooks, item))).ToList());

    private static async Task<IResult> Find(int id, HttpContext context, WebhookQueries webhooks, CancellationToken cancellationToken) =>
        (await webhooks.AllAsync(cancellationToken)).FirstOrDefault(item => item.Webhook.Id == id) is { } item
            ? OutcomeHttp.Data(WebhookResponse.Of(item, SecretsOf(context, webhooks, item)))
            : Outcome.NotFound("There is no such webhook.").ToHttp(StatusCodes.Status404NotFound);

    private static async Task<IResult> Create(HttpContext context, WebhookService service, WebhookQueries webhooks, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<WebhookRequest>(cancellationToken);
        var created = await service.CreateAsync(request.ToDraft(), cancellationToken);
        return created.IsOk ? await Find(created.Value, context, webhooks, cancellationToken) : created.ToHttp();
    }

    private static async Task<IResult> Update(int id, HttpContext context, WebhookService service, WebhookQueries webhooks, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<WebhookRequest>(cancellationToken);
        var updated = await service.UpdateAsync(id, request.ToDraft(), cancellationToken);
        return updated.IsOk ? await Find(id, context, webhooks, cancellationToken) : updated.ToHttp(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Delete(int id, WebhookService service, CancellationToken cancellationToken) =>
        (await service.DeleteAsync(id, cancellationToken)).ToHttp(StatusCodes.Status404NotFound);

    private static async Task<IResult> Test(int id, WebhookService service, CancellationToken cancellationToken) =>
        (await service.TestAsync(id, cancellationToken)).ToHttp(answer => new WebhookTestResponse(answer.IsDelivered, answer.Status, answer.Answer), StatusCodes.Status404NotFound);

    private static async Task<IResult> AddSecret(int id, HttpContext context, WebhookService service, WebhookQueries webhooks, CancellationToken cancellationToken)
    {
        var added = await service.AddSecretAsync(id, cancellationToken);
        return added.IsOk ? await Find(id, context, webhooks, cancellationToken) : added.ToHttp(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> RemoveSecret(int id, int index, WebhookService service, CancellationToken cancellationToken) =>
        (await service.RemoveSecretAsync(id, index, cancellationToken)).ToHttp(StatusCodes.Status404NotFound);

    private static async Task<IResult> Log(int id, HttpContext context, WebhookQueries webhooks, CancellationToken cancellationToken)
    {
        var state = EnumText.TryParse<WebhookState>(context.Request.Text("state"), out var known) ? known : (WebhookState?)null;
        var page = await webhooks.LogAsync(id, state, context.Request.Paging(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<WebhookMessageResponse>([.. page.Results.Select(WebhookMessageResponse.Of)], page.Total, page.Request));
    }

    private static async Task<IResult> ReplayOne(int id, long message, WebhookService service, CancellationToken cancellationToken) =>
        (await service.ReplayAsync(id, new WebhookReplay { MessageId = message }, cancellationToken)).ToHttp(count => new CountResponse(count));

    private static async Task<IResult> Replay(int id, HttpContext context, WebhookService service, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<WebhookReplayRequest>(cancellationToken);
        return (await service.ReplayAsync(id, new WebhookReplay { From = request.From, Until = request.Until, OnlyFailed = request.OnlyFailed }, cancellationToken)).ToHttp(count => new CountResponse(count));
    }

    private static IReadOnlyList<string>? SecretsOf(HttpContext context, WebhookQueries webhooks, WebhookItem item) =>
        context.Actor().Can(Permissions.SettingsManage) ? webhooks.Secrets(item.Webhook) : null;
}
