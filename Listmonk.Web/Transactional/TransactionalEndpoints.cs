using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Transactional;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Http.Features;

namespace Listmonk.Web.Transactional;

/// <summary>listmonk's transactional API (spec/transactional-media.md 1).</summary>
internal static class TransactionalEndpoints
{
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>Room for the multipart frame around document and files.</summary>
    private const long MaxRequestSize = TransactionalRules.MaxBodySize + TransactionalRules.MaxFilesSize + (1024 * 1024);

    public static void MapTransactionalEndpoints(this IEndpointRouteBuilder api) =>
        api.MapPost("/tx", Send).RequirePermission(Permissions.TxSend)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxRequestSize))
            .WithSummary("Send a transactional mail").WithDescription("A header `Idempotency-Key` makes a repeated call send once. Files are sent with a multipart form.")
            .Takes<TransactionalBody>().TakesForm(new FormPart("data", "The JSON document."), new FormPart("file", "An attachment; may be repeated.", IsFile: true)).GivesTrue().Refuses(StatusCodes.Status409Conflict);

    private static async Task<IResult> Send(HttpContext context, TransactionalService transactional, CancellationToken cancellationToken)
    {
        var (json, files) = context.Request.HasFormContentType && context.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            ? await ReadFormAsync(context.Request, cancellationToken)
            : (await ReadJsonAsync(context.Request, cancellationToken), []);
        var body = ApiRequest.ParseBody<TransactionalBody>(json);
        var key = context.Request.Headers[KeyHeader] is { Count: > 0 } given ? new IdempotencyKey(given.ToString(), Fingerprint(json, files)) : null;
        return (await transactional.SendAsync(body.ToCall(files, key), context.Actor(), cancellationToken)).ToHttp();
    }

    private static async Task<byte[]> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > TransactionalRules.MaxBodySize)
        {
            throw TooLarge("The JSON document", TransactionalRules.MaxBodySize);
        }

        if (request.ContentType is { Length: > 0 } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
        }

        using var memory = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > TransactionalRules.MaxBodySize)
            {
                throw TooLarge("The JSON document", TransactionalRules.MaxBodySize);
            }
        }

        return memory.Length == 0 ? "{}"u8.ToArray() : memory.ToArray();
    }

    private static async Task<(byte[] Json, IReadOnlyList<Attachment> Files)> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxRequestSize)
        {
            throw TooLarge("The request", MaxRequestSize);
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(
                new FormOptions { MultipartBodyLengthLimit = MaxRequestSize, ValueLengthLimit = TransactionalRules.MaxBodySize, ValueCountLimit = 100 }, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, exception.Message);
        }

        if (form["data"] is not [{ } document])
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "Invalid fields: data");
        }

        var files = form.Files.GetFiles("file");
        if (files.Count > TransactionalRules.MaxFiles || files.Sum(file => file.Length) > TransactionalRules.MaxFilesSize)
        {
            throw new ApiException(
                StatusCodes.Status413PayloadTooLarge,
                $"Invalid fields: file: at most {TransactionalRules.MaxFiles} files with {TransactionalRules.MaxFilesSize / 1024 / 1024} MB together");
        }

        var attachments = new List<Attachment>(files.Count);
        foreach (var file in files)
        {
            var content = new byte[file.Length];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(content, cancellationToken);
            attachments.Add(new Attachment(file.FileName, MediaType(file.ContentType), content));
        }

        return (Encoding.UTF8.GetBytes(document), attachments);
    }

    /// <summary>Without parameters, which a mail's header has its own of.</summary>
    private static string MediaType(string? contentType) =>
        contentType is { Length: > 0 } ? contentType.Split(';', 2)[0].Trim() : "application/octet-stream";

    /// <summary>Of what a call says, not of its bytes: a repeat has another multipart boundary.</summary>
    private static string Fingerprint(byte[] json, IReadOnlyList<Attachment> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(json));
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.FileName)));
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.ContentType)));
            hash.AppendData(SHA256.HashData(file.Content.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ApiException TooLarge(string what, long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"{what} is larger than {limit / 1024 / 1024} MB.");
}
