using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Settings;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Listmonk.Web.Api.OpenApi;

/// <summary>The OpenAPI document, made once from the routes and again only when the root URL changes (decision 0039).</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider, SettingsStore settings) : IDisposable
{
    public const string Name = "listmonk";

    private readonly SemaphoreSlim _turn = new(1);
    private volatile ApiDocumentText? _text;

    public async Task<ApiDocumentText> ReadAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } ready)
        {
            return ready;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return Current() ?? (_text = await MakeAsync(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private ApiDocumentText? Current() => _text is { } text && text.RootUrl == settings.Current.RootUrl ? text : null;

    private async Task<ApiDocumentText> MakeAsync(CancellationToken cancellationToken)
    {
        var rootUrl = settings.Current.RootUrl;
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        var json = Encoding.UTF8.GetBytes(text.ToString());
        return new ApiDocumentText(rootUrl, json, Compress(json), $"\"{Convert.ToHexStringLower(SHA256.HashData(json))[..32]}\"");
    }

    private static byte[] Compress(byte[] json)
    {
        using var memory = new MemoryStream();
        using (var brotli = new BrotliStream(memory, CompressionLevel.Optimal))
        {
            brotli.Write(json);
        }

        return memory.ToArray();
    }
}

/// <summary>The document as it goes out.</summary>
/// <param name="RootUrl">The address it names.</param>
/// <param name="Json">UTF-8.</param>
/// <param name="Brotli">The same, compressed.</param>
/// <param name="ETag">With its quotes.</param>
internal sealed record ApiDocumentText(string RootUrl, byte[] Json, byte[] Brotli, string ETag);
