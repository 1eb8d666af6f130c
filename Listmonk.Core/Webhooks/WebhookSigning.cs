using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Listmonk.Core.Webhooks;

/// <summary>Secrets and signatures of Standard Webhooks: HMAC-SHA-256 over id, time and body.</summary>
public static class WebhookSigning
{
    public const string Prefix = "whsec_";

    /// <summary>The specification asks for 24 to 64 bytes.</summary>
    private const int SecretLength = 32;

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>The <c>webhook-signature</c> header: one signature for each secret, separated by blanks.</summary>
    public static string Sign(IEnumerable<string> secrets, string messageId, DateTimeOffset at, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}.{at.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed))}"));
    }

    /// <summary>Whether a text is a secret: the prefix, then 24 to 64 bytes in base64.</summary>
    public static bool IsSecret(string text)
    {
        try
        {
            return text.StartsWith(Prefix, StringComparison.Ordinal) && Key(text).Length is >= 24 and <= 64;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static byte[] Key(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);
}
