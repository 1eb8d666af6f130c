namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>
/// A puzzle of ALTCHA's first protocol: find the number, from 0 to <paramref name="MaxNumber"/>, whose digits after the salt have this hash.
/// </summary>
/// <param name="Algorithm">Always <c>SHA-256</c>.</param>
/// <param name="Challenge">The hash in lower-case hex digits.</param>
/// <param name="MaxNumber">The largest number to try.</param>
/// <param name="Salt">Random, with the moment of expiry as a parameter, in seconds since 1970.</param>
/// <param name="Signature">HMAC-SHA256 of the challenge, in lower-case hex digits.</param>
public sealed record AltchaChallenge(string Algorithm, string Challenge, int MaxNumber, string Salt, string Signature);

/// <summary>What a widget sends back as Base64 of JSON.</summary>
internal sealed record AltchaSolution(string? Algorithm, string? Challenge, int? Number, string? Salt, string? Signature);
