using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Compares what proves a caller, in a time that says nothing about the secret. An empty secret never fits.</summary>
internal static class WebhookSecrets
{
    public static bool Equal(string given, string secret) =>
        secret.Length > 0 && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <param name="signature">Hexadecimal.</param>
    public static bool IsSigned(ReadOnlySpan<byte> content, string? signature, string key)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (key.Length == 0 || signature is null || signature.Length != 2 * given.Length
            || Convert.FromHexString(signature, given, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), content, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }

    /// <summary>Name and password (RFC 7617), or the password as a bearer token (RFC 6750).</summary>
    public static WebhookAnswer? RefuseUnlessSignedIn(WebhookRequest request, BounceCredentials credentials)
    {
        if (credentials.Password.Length == 0)
        {
            return WebhookAnswer.Forged("No password is set for this service.");
        }

        var header = request.Header("Authorization") ?? "";
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return Equal(header[7..].Trim(), credentials.Password) ? null : Unauthorized();
        }

        var bytes = new byte[1024];
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(header[6..].Trim(), bytes, out var count))
        {
            return Unauthorized();
        }

        return Equal(Encoding.UTF8.GetString(bytes, 0, count), $"{credentials.Username}:{credentials.Password}") ? null : Unauthorized();
    }

    private static WebhookAnswer Unauthorized() => new(WebhookVerdict.Unauthorized, "The name or the password is wrong.");
}
