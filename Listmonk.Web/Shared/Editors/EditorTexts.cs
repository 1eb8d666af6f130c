using System.Text;
using Microsoft.JSInterop;

namespace Listmonk.Web.Shared.Editors;

/// <summary>Takes texts from the browser as streams: a SignalR message holds 32 KB, a body may hold megabytes.</summary>
internal static class EditorTexts
{
    private const long MaxLength = 16 * 1024 * 1024;

    public static async Task<string> ReadAsync(IJSStreamReference stream)
    {
        await using var bytes = await stream.OpenReadStreamAsync(MaxLength);
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
