using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>
/// A puzzle of ALTCHA's second proof of work, which its widget speaks from version 3 on (https://altcha.org/docs/v2/proof-of-work-captcha): find
/// the counter whose key begins with a prefix. With SHA-256 and a cost of 1 the key is one hash of salt, nonce and counter.
/// </summary>
/// <param name="Signature">HMAC-SHA256 of what the puzzle is made of, in lower-case hex digits.</param>
public sealed record AltchaKeyChallenge(AltchaKeyParameters Parameters, string Signature);

/// <param name="Algorithm">Always <c>SHA-256</c>.</param>
/// <param name="Cost">How often is hashed; always 1.</param>
/// <param name="ExpiresAt">In seconds since 1970.</param>
/// <param name="KeyLength">In bytes; always 32.</param>
/// <param name="KeyPrefix">The first half of the key, in hex digits: only one counter has it.</param>
/// <param name="Nonce">16 random bytes in hex digits.</param>
/// <param name="Salt">16 random bytes in hex digits.</param>
public sealed record AltchaKeyParameters(string? Algorithm, int Cost, long ExpiresAt, int KeyLength, string? KeyPrefix, string? Nonce, string? Salt);

/// <summary>What such a widget sends back as Base64 of JSON.</summary>
internal sealed record AltchaKeySolution(AltchaKeyChallenge? Challenge, AltchaKeyCounter? Solution);

internal sealed record AltchaKeyCounter(long Counter);

/// <summary>Makes such puzzles and checks their solutions; who signs and spends them is <see cref="AltchaService"/>'s.</summary>
internal static class AltchaKeyPuzzle
{
    public const string Algorithm = "SHA-256";
    private const int PartBytes = 16;

    /// <param name="counter">The solution.</param>
    public static AltchaKeyParameters Make(int counter, long expiresAt)
    {
        var (nonce, salt) = (RandomNumberGenerator.GetHexString(PartBytes * 2, lowercase: true), RandomNumberGenerator.GetHexString(PartBytes * 2, lowercase: true));
        return new AltchaKeyParameters(Algorithm, Cost: 1, expiresAt, SHA256.HashSizeInBytes, Prefix(salt, nonce, (uint)counter), nonce, salt);
    }

    /// <summary>Whether the counter solves the puzzle. A widget's own key is not believed.</summary>
    public static bool IsSolved(AltchaKeyParameters parameters, long counter) =>
        parameters is { Algorithm: Algorithm, Cost: 1, KeyLength: SHA256.HashSizeInBytes, KeyPrefix: { } prefix, Nonce: { } nonce, Salt: { } salt }
        && counter is >= 0 and <= uint.MaxValue && IsPart(nonce) && IsPart(salt) && prefix == Prefix(salt, nonce, (uint)counter);

    /// <summary>What the signature covers. The other kind signs 64 hex digits, so neither can be passed off as the other.</summary>
    public static string Signed(AltchaKeyParameters parameters) =>
        string.Create(CultureInfo.InvariantCulture, $"{parameters.Salt}.{parameters.Nonce}.{parameters.KeyPrefix}.{parameters.ExpiresAt}");

    private static bool IsPart(string text) => text.Length == PartBytes * 2 && text.All(char.IsAsciiHexDigitLower);

    private static string Prefix(string salt, string nonce, uint counter)
    {
        Span<byte> text = stackalloc byte[(PartBytes * 2) + sizeof(uint)];
        Convert.FromHexString(salt).CopyTo(text);
        Convert.FromHexString(nonce).CopyTo(text[PartBytes..]);
        BinaryPrimitives.WriteUInt32BigEndian(text[(PartBytes * 2)..], counter);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, SHA256.HashSizeInBytes / 2));
    }
}
