using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.PublicPages.Captcha;

namespace Listmonk.Tests.PublicPages;

/// <summary>Does what a widget does.</summary>
internal static class AltchaPuzzle
{
    public static int Solve(AltchaChallenge challenge) =>
        Enumerable.Range(0, challenge.MaxNumber + 1).First(number => Hash(challenge.Salt, number) == challenge.Challenge);

    /// <summary>The answer that the form field carries.</summary>
    public static string Answer(AltchaChallenge challenge) => Encode(challenge, Solve(challenge));

    public static string Encode(AltchaChallenge challenge, int number) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new
    {
        algorithm = challenge.Algorithm,
        challenge = challenge.Challenge,
        number,
        salt = challenge.Salt,
        signature = challenge.Signature,
        took = 12,
    }));

    /// <summary>The answer of a widget of version 3.</summary>
    /// <param name="change">Parameters that are sent in place of the true ones.</param>
    public static string Answer(AltchaKeyChallenge challenge, Func<AltchaKeyParameters, AltchaKeyParameters>? change = null)
    {
        var counter = Enumerable.Range(0, int.MaxValue).First(number => AltchaKeyPuzzle.IsSolved(challenge.Parameters, number));
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
            new { challenge = challenge with { Parameters = change?.Invoke(challenge.Parameters) ?? challenge.Parameters }, solution = new { counter, derivedKey = "…", time = 1.5 } },
            JsonSerializerOptions.Web));
    }

    public static string Hash(string salt, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(salt + number.ToString(CultureInfo.InvariantCulture))));
}
