using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Listmonk.Tests.Messengers.Dkim;

/// <summary>
/// Verifies an RSA signature by RFC 6376 §3.4 and §3.7, written for clearness from the text of the RFC, with regular expressions and without any code of
/// the product or of a mail library.
/// </summary>
internal static partial class DkimCheck
{
    /// <returns><c>pass</c>, or what is wrong: <c>body</c> or <c>signature</c>.</returns>
    public static string Verify(byte[] message, string publicKey)
    {
        // Latin-1 keeps each byte.
        var text = Encoding.Latin1.GetString(message);
        var split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = Field().Matches(text[..(split + 2)]).Select(match => match.Value).ToList();
        var signature = fields.Single(field => field.StartsWith("DKIM-Signature:", StringComparison.OrdinalIgnoreCase) && field.Contains("a=rsa-sha256", StringComparison.Ordinal));
        var tags = Tags(signature);
        var bodyHash = Convert.ToBase64String(SHA256.HashData(Encoding.Latin1.GetBytes(RelaxedBody(text[(split + 4)..]))));
        if (bodyHash != tags["bh"])
        {
            return "body";
        }

        var signed = new StringBuilder();
        var left = fields.Where(field => field != signature).ToList();
        foreach (var name in tags["h"].Split(':'))
        {
            var index = left.FindLastIndex(field => field.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
            if (index >= 0)
            {
                signed.Append(Relaxed(left[index])).Append("\r\n");
                left.RemoveAt(index);
            }
        }

        signed.Append(Relaxed(SignatureValue().Replace(signature, "")));
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
        return rsa.VerifyData(Encoding.Latin1.GetBytes(signed.ToString()), Convert.FromBase64String(tags["b"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? "pass" : "signature";
    }

    /// <summary>The tags of the first signature, without white space.</summary>
    public static Dictionary<string, string> Tags(string message)
    {
        var field = Field().Matches(message).First(match => match.Value.StartsWith("DKIM-Signature:", StringComparison.OrdinalIgnoreCase)).Value;
        return field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';')
            .Select(tag => WhiteSpace().Replace(tag, "").Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }

    private static string Relaxed(string field)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var value = Blanks().Replace(field[(colon + 1)..].Replace("\r\n", "", StringComparison.Ordinal), " ");
        return $"{field[..colon].TrimEnd().ToLowerInvariant()}:{value.Trim(' ')}";
    }

    private static string RelaxedBody(string body)
    {
        var lines = body.Split("\r\n").Select(line => Blanks().Replace(line, " ").TrimEnd(' ')).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return string.Concat(lines.Select(line => line + "\r\n"));
    }

    [GeneratedRegex(@"^[^:\s]+[ \t]*:.*?\r\n(?![ \t])", RegexOptions.Multiline | RegexOptions.Singleline, 5_000)]
    private static partial Regex Field();

    [GeneratedRegex(@"[ \t]+", RegexOptions.None, 5_000)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\s", RegexOptions.None, 5_000)]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"(?<=[;\s]b=)[A-Za-z0-9+/=\s]*", RegexOptions.None, 5_000)]
    private static partial Regex SignatureValue();
}
