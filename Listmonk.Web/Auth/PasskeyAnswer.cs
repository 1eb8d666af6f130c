using System.Buffers.Text;
using System.Text.Json;

namespace Listmonk.Web.Auth;

/// <summary>Reads from a browser's answer what the handler keeps to itself when it refuses.</summary>
internal static class PasskeyAnswer
{
    /// <summary>The key's id; null when the answer has none.</summary>
    public static byte[]? CredentialId(string json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            return answer.RootElement.TryGetProperty("id", out var id) && id.GetString() is { Length: > 0 } text ? Base64Url.DecodeFromChars(text) : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
