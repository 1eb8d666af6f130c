using Listmonk.Core.Common;
using Listmonk.Core.Media;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Http.Features;

namespace Listmonk.Web.Media;

/// <summary>listmonk's media API (spec/api.md 12).</summary>
internal static class MediaEndpoints
{
    /// <summary>Room for the multipart frame around the largest file.</summary>
    private const long MaxRequestSize = MediaRules.MaxSize + (1024 * 1024);

    public static void MapMediaEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/media", GetPage).RequirePermission(Permissions.MediaGet)
            .WithSummary("Find files").WithQuery("query", "Part of the name.").GivesPage<MediaResponse>();
        api.MapGet("/media/{id}", GetOne).RequirePermission(Permissions.MediaGet)
            .WithSummary("Read about a file").Gives<MediaResponse>().Refuses(StatusCodes.Status404NotFound);
        api.MapPost("/media", Upload).RequirePermission(Permissions.MediaManage)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxRequestSize))
            .WithSummary("Upload a file").TakesForm(new FormPart("file", "A picture or another file of a type that the settings allow.", IsFile: true)).Gives<MediaResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapDelete("/media/{id}", Delete).RequirePermission(Permissions.MediaManage)
            .WithSummary("Delete a file").GivesTrue().Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetPage(HttpContext context, MediaQueries media, CancellationToken cancellationToken)
    {
        var search = context.Request.Text("query");
        var page = await media.PageAsync(search, context.Request.Paging(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<MediaResponse>([.. page.Results.Select(MediaResponse.Of)], page.Total, page.Request), query: search);
    }

    private static async Task<IResult> GetOne(string id, MediaQueries media, CancellationToken cancellationToken) =>
        (await media.FindAsync(ApiRequest.ParseId(id), cancellationToken)).ToHttp(MediaResponse.Of, StatusCodes.Status404NotFound);

    private static async Task<IResult> Upload(HttpContext context, MediaService media, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Send the file as multipart/form-data in the field 'file'.");
        }

        var form = await context.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = MaxRequestSize }, cancellationToken);
        if (form.Files["file"] is not { } file)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Send the file in the field 'file'.");
        }

        await using var content = file.OpenReadStream();
        return (await media.UploadAsync(file.FileName, content, cancellationToken)).ToHttp(MediaResponse.Of);
    }

    private static async Task<IResult> Delete(string id, MediaService media, CancellationToken cancellationToken) =>
        (await media.DeleteAsync(ApiRequest.ParseId(id), cancellationToken)).ToHttp(StatusCodes.Status404NotFound);
}
