using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Templates;

/// <summary>listmonk's template API (spec/api.md 11).</summary>
internal static class TemplateEndpoints
{
    public static void MapTemplateEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/templates", GetAll).RequirePermission(Permissions.TemplatesGet);
        api.MapGet("/templates/{id}", GetOne).RequirePermission(Permissions.TemplatesGet);
        api.MapPost("/templates", Create).RequirePermission(Permissions.TemplatesManage);
        api.MapPut("/templates/{id}", Update).RequirePermission(Permissions.TemplatesManage);
        api.MapPut("/templates/{id}/default", SetDefault).RequirePermission(Permissions.TemplatesManage);
        api.MapDelete("/templates/{id}", Delete).RequirePermission(Permissions.TemplatesManage);
    }

    private static async Task<IResult> GetAll(HttpRequest request, TemplateQueries templates, CancellationToken cancellationToken) =>
        OutcomeHttp.Data((await templates.AllAsync(!request.Flag("no_body"), cancellationToken)).Select(TemplateResponse.Of));

    private static async Task<IResult> GetOne(string id, HttpRequest request, TemplateQueries templates, CancellationToken cancellationToken)
    {
        var withBody = !request.Flag("no_body");
        return (await templates.FindAsync(ApiRequest.ParseId(id), cancellationToken))
            .ToHttp(template => TemplateResponse.Of(withBody ? template : template with { Body = "", BodySource = null }));
    }

    private static async Task<IResult> Create(HttpRequest request, TemplateService templates, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<TemplateRequest>(cancellationToken);
        return (await templates.CreateAsync(body.ToDraft(), cancellationToken)).ToHttp(TemplateResponse.Of);
    }

    private static async Task<IResult> Update(string id, HttpRequest request, TemplateService templates, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<TemplateRequest>(cancellationToken);
        return (await templates.UpdateAsync(ApiRequest.ParseId(id), body.ApplyTo, cancellationToken)).ToHttp(TemplateResponse.Of);
    }

    /// <summary>Answers with all templates, not with one.</summary>
    private static async Task<IResult> SetDefault(string id, TemplateService templates, TemplateQueries queries, CancellationToken cancellationToken)
    {
        var outcome = await templates.SetDefaultAsync(ApiRequest.ParseId(id), cancellationToken);
        return outcome.IsOk ? OutcomeHttp.Data((await queries.AllAsync(withBodies: true, cancellationToken)).Select(TemplateResponse.Of)) : outcome.ToHttp();
    }

    private static async Task<IResult> Delete(string id, TemplateService templates, CancellationToken cancellationToken) =>
        (await templates.DeleteAsync(ApiRequest.ParseId(id), cancellationToken)).ToHttp();
}
