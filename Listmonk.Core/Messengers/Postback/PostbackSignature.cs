using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Listmonk.Core.Messengers.Postback;

/// <summary>The proof that a request comes from this installation and was not altered (docs/messengers.md): an HMAC (RFC 2104) with SHA-256 over time and body.</summary>
public static class PostbackSignature
{
    /// <summary>Carries <c>sha256=</c> and the HMAC in hexadecimal.</summary>
    public const string Header = "X-Listmonk-Signature";

    /// <summary>Carries the time of the request in seconds since 1970; a receiver refuses old ones, so that nobody can send a request again.</summary>
    public const string TimeHeader = "X-Listmonk-Timestamp";

    /// <param name="key">The shared secret.</param>
    /// <param name="time">The value of <see cref="TimeHeader"/>.</param>
    /// <param name="body">The request's body as it is sent.</param>
    public static string Compute(string key, string time, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        hash.AppendData(Encoding.ASCII.GetBytes(time));
        hash.AppendData("."u8);
        hash.AppendData(body);
        return $"sha256={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    internal static void Sign(HttpRequestMessage request, string key, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(TimeHeader, time);
        request.Headers.Add(Header, Compute(key, time, body));
    }
}
