using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Listmonk.Web.Import;

/// <summary>listmonk's import API (spec/api.md 9). The upload is streamed to disk and never held in memory.</summary>
internal static class ImportEndpoints
{
    private const int MaxParamsLength = 100_000;

    public static void MapImportEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/import/subscribers", Status).RequirePermission(Permissions.SubscribersImport)
            .WithSummary("Read how far the import is").Gives<ImportStatusResponse>();
        api.MapGet("/import/subscribers/logs", Log).RequirePermission(Permissions.SubscribersImport)
            .WithSummary("Read the import's log").Gives<string>("""{"data": "2026/03/01 09:30:00 processing people.csv\n"}""");
        api.MapPost("/import/subscribers", Start).RequirePermission(Permissions.SubscribersImport)
            .WithSummary("Start an import").WithDescription("The parameters come first, so that they are checked before the file is taken in.")
            .TakesForm(new FormPart("params", """JSON, such as {"mode": "subscribe", "subscription_status": "confirmed", "delim": ",", "lists": [1], "overwrite_userinfo": true}."""), new FormPart("file", "A CSV or ZIP file.", IsFile: true))
            .Gives<ImportStatusResponse>();
        api.MapDelete("/import/subscribers", Stop).RequirePermission(Permissions.SubscribersImport)
            .WithSummary("Stop the import").Gives<ImportStatusResponse>();
        api.MapGet("/import/subscribers/{id:int}/rejected.csv", Rejected).RequirePermission(Permissions.SubscribersImport)
            .WithSummary("Download the lines that an import did not take").GivesFile("text/csv").Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Status(ImportQueries imports, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(ImportStatusResponse.From(await imports.StatusAsync(cancellationToken)));

    private static async Task<IResult> Log(ImportQueries imports, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(await imports.LogAsync(cancellationToken));

    private static async Task<IResult> Stop(ImportService imports, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(ImportStatusResponse.From(await imports.StopAsync(cancellationToken)));

    /// <summary>The faulty lines of any import, as a CSV file that can be mended and imported again; not part of listmonk's API.</summary>
    private static async Task<IResult> Rejected(int id, ImportQueries imports, CancellationToken cancellationToken) =>
        await imports.HasRejectedLinesAsync(id, cancellationToken)
            ? Results.Stream(stream => imports.WriteRejectedLinesAsync(id, stream, cancellationToken), "text/csv", $"import-{id}-rejected.csv")
            : OutcomeHttp.Error(StatusCodes.Status404NotFound, "There are no rejected lines of this import, or they are not kept any more.");

    private static async Task<IResult> Start(HttpContext context, ImportService imports, UploadStore uploads, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var (request, filename, upload) = await ReadAsync(context, imports, uploads, cancellationToken);
        if (request is { IsOk: false })
        {
            return request.ToHttp();
        }

        if (upload is { IsOk: false })
        {
            return upload.ToHttp();
        }

        return (await imports.StartAsync(request.Value, filename, upload.Value, context.Actor(), waits: false, cancellationToken)).ToHttp(ImportStatusResponse.From);
    }

    /// <summary>Reads the parts in any order; parameters that come first are checked before the file is taken in.</summary>
    private static async Task<(Outcome<ImportRequest> Request, string Filename, Outcome<StoredUpload> Upload)> ReadAsync(
        HttpContext context, ImportService imports, UploadStore uploads, CancellationToken cancellationToken)
    {
        Outcome<ImportRequest>? request = null;
        Outcome<StoredUpload>? upload = null;
        var filename = "";
        try
        {
            var reader = Open(context.Request);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
                {
                    continue;
                }

                if (HeaderUtilities.RemoveQuotes(part.Name) == "params")
                {
                    request = await ParamsAsync(section, context.Actor(), imports, cancellationToken);
                }
                else if (HeaderUtilities.RemoveQuotes(part.Name) == "file" && upload is null && request is not { IsOk: false })
                {
                    filename = HeaderUtilities.RemoveQuotes(part.FileName).ToString();
                    upload = await uploads.SaveAsync(filename, section.Body, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ApiException)
        {
            Discard(upload, uploads);
            throw exception as ApiException ?? new ApiException(StatusCodes.Status400BadRequest, "The upload cannot be read; send multipart/form-data.");
        }

        if (request is null or { IsOk: false })
        {
            Discard(upload, uploads);
        }

        return (
            request ?? Outcome<ImportRequest>.Invalid("params", "Invalid params: the part is missing."),
            filename,
            upload ?? Outcome<StoredUpload>.Invalid("file", "Invalid file: choose a CSV or ZIP file."));
    }

    private static MultipartReader Open(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 } boundary
            ? new MultipartReader(boundary.ToString(), request.Body)
            : throw new ApiException(StatusCodes.Status400BadRequest, "Invalid params: send multipart/form-data with the parts params and file.");

    private static async Task<Outcome<ImportRequest>> ParamsAsync(
        MultipartSection section, Actor actor, ImportService imports, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(section.Body);
        try
        {
            var request = JsonSerializer.Deserialize<ImportParams>(await ReadTextAsync(text, cancellationToken), ApiJson.Options)?.ToRequest()
                ?? throw new ApiException(StatusCodes.Status400BadRequest, "Invalid params.");
            var allowed = await imports.CanStartAsync(request, actor, waits: false, cancellationToken);
            return allowed.IsOk ? request : Outcome<ImportRequest>.From(allowed);
        }
        catch (JsonException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"Invalid params: {exception.Message}");
        }
    }

    private static async Task<string> ReadTextAsync(StreamReader text, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxParamsLength];
        var length = await text.ReadBlockAsync(buffer, cancellationToken);
        return length < MaxParamsLength ? new string(buffer, 0, length) : throw new ApiException(StatusCodes.Status400BadRequest, "Invalid params: too long.");
    }

    private static void Discard(Outcome<StoredUpload>? upload, UploadStore uploads)
    {
        if (upload is { IsOk: true })
        {
            uploads.Delete(upload.Value.Name);
        }
    }
}
