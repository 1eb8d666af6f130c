using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Templates;

/// <summary>listmonk's template API (spec/api.md 11).</summary>
internal static class TemplateEndpoints
{
    public static void MapTemplateEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/templates", GetAll).RequirePermission(Permissions.TemplatesGet)
            .WithSummary("Read all templates").WithQuery<bool>("no_body", "Leaves the bodies out.").Gives<IReadOnlyList<TemplateResponse>>();
        api.MapGet("/templates/{id}", GetOne).RequirePermission(Permissions.TemplatesGet)
            .WithSummary("Read a template").WithQuery<bool>("no_body", "Leaves the body out.").Gives<TemplateResponse>();
        api.MapGet("/templates/{id}/preview", PreviewStored).RequirePermission(Permissions.TemplatesGet)
            .WithSummary("See a template as a mail").GivesFile("text/html");
        api.MapPost("/templates/preview", PreviewUnsaved).RequirePermission(Permissions.TemplatesGet)
            .WithSummary("See an unsaved template as a mail").Takes<TemplatePreviewRequest>().GivesFile("text/html");
        api.MapPost("/templates", Create).RequirePermission(Permissions.TemplatesManage)
            .WithSummary("Create a template").Takes<TemplateRequest>().Gives<TemplateResponse>();
        api.MapPut("/templates/{id}", Update).RequirePermission(Permissions.TemplatesManage)
            .WithSummary("Change a template").WithDescription("What is empty keeps its value.").Takes<TemplateRequest>().Gives<TemplateResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/templates/{id}/default", SetDefault).RequirePermission(Permissions.TemplatesManage)
            .WithSummary("Make a template the default").WithDescription("Answers with all templates.").Gives<IReadOnlyList<TemplateResponse>>();
        api.MapDelete("/templates/{id}", Delete).RequirePermission(Permissions.TemplatesManage)
            .WithSummary("Delete a template").WithDescription("Its campaigns move to the default one.").GivesTrue();
    }

    private static async Task<IResult> GetAll(HttpRequest request, TemplateQueries templates, CancellationToken cancellationToken) =>
        OutcomeHttp.Data((await templates.AllAsync(!request.Flag("no_body"), cancellationToken)).Select(TemplateResponse.Of));

    private static async Task<IResult> GetOne(string id, HttpRequest request, TemplateQueries templates, CancellationToken cancellationToken)
    {
        var withBody = !request.Flag("no_body");
        return (await templates.FindAsync(ApiRequest.ParseId(id), cancellationToken))
            .ToHttp(template => TemplateResponse.Of(withBody ? template : template with { Body = "", BodySource = null }));
    }

    private static async Task<IResult> PreviewStored(string id, TemplateQueries templates, TemplatePreview preview, CancellationToken cancellationToken)
    {
        var template = await templates.FindAsync(ApiRequest.ParseId(id), cancellationToken);
        return template.IsOk
            ? Html(await preview.RenderAsync(template.Value.Type, template.Value.Body, cancellationToken))
            : template.ToHttp(TemplateResponse.Of);
    }

    private static async Task<IResult> PreviewUnsaved(HttpRequest request, TemplatePreview preview, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<TemplatePreviewRequest>(cancellationToken);
        if (string.IsNullOrEmpty(body.TemplateType))
        {
            return Html(await preview.RenderAsync(TemplateType.Campaign, body.Body ?? "", cancellationToken));
        }

        return EnumText.TryParse<TemplateType>(body.TemplateType, out var type)
            ? Html(await preview.RenderAsync(type, body.Body ?? "", cancellationToken))
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, $"The template type must be one of: {string.Join(", ", EnumText.All<TemplateType>())}.");
    }

    private static IResult Html(Outcome<string> rendered) =>
        rendered.IsOk ? new RenderedMail(rendered.Value, isHtml: true) : rendered.ToHttp(html => html);

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
