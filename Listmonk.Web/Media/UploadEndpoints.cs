using Listmonk.Core.Media;
using Microsoft.Net.Http.Headers;

namespace Listmonk.Web.Media;

/// <summary>
/// Serves uploaded files to everybody, because mails show them. They lie on the application's own origin, so nothing but raster pictures
/// is ever opened in place, and whatever is opened has no rights.
/// </summary>
internal static class UploadEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapUploads(this IEndpointRouteBuilder app) =>
        app.MapMethods($"/{FileSystemMediaStore.FolderName}/{{name}}", Methods, Serve).AllowAnonymous();

    private static async Task<IResult> Serve(string name, HttpContext context, MediaStores stores, CancellationToken cancellationToken)
    {
        if (await stores.OpenAsync(name, cancellationToken) is not { } stored)
        {
            return Results.Text("There is no such file.", statusCode: StatusCodes.Status404NotFound);
        }

        var contentType = MediaRules.ContentType(name);
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        headers.CacheControl = "public, max-age=604800";

        // A mail reader in a browser is another site, and shows the picture there.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        var disposition = new ContentDispositionHeaderValue(MediaRules.IsRaster(contentType) ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        headers.ContentDisposition = disposition.ToString();
        return Results.Stream(stored.Content, contentType, lastModified: stored.ModifiedAt, enableRangeProcessing: stored.Content.CanSeek);
    }
}
