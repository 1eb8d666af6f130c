using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>JSON, base64, hashes, paths and URLs.</summary>
internal static class EncodingFunctions
{
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static readonly TemplateFunction[] All =
    [
        .. Json("toJson", escapeHtml: true, indent: null),
        .. Json("toRawJson", escapeHtml: false, indent: null),
        .. Json("toPrettyJson", escapeHtml: true, indent: "  "),
        new("fromJson", 1, 1, static (state, arguments) => ParseJson(state, Arguments.Text(arguments[0]), isStrict: false)),
        new("mustFromJson", 1, 1, static (state, arguments) => ParseJson(state, Arguments.Text(arguments[0]), isStrict: true)),
        new("b64enc", 1, 1, static (_, arguments) => Convert.ToBase64String(Bytes(arguments[0]))),
        new("b64dec", 1, 1, static (_, arguments) => FromBase64(Arguments.Text(arguments[0]))),
        new("b32enc", 1, 1, static (_, arguments) => ToBase32(Bytes(arguments[0]))),
        new("b32dec", 1, 1, static (_, arguments) => FromBase32(Arguments.Text(arguments[0]))),
#pragma warning disable CA5350 // A checksum for links and cache keys, not a security measure; templates of listmonk use it.
        new("sha1sum", 1, 1, static (_, arguments) => Convert.ToHexStringLower(SHA1.HashData(Bytes(arguments[0])))),
#pragma warning restore CA5350
        new("sha256sum", 1, 1, static (_, arguments) => Convert.ToHexStringLower(SHA256.HashData(Bytes(arguments[0])))),
        new("sha512sum", 1, 1, static (_, arguments) => Convert.ToHexStringLower(SHA512.HashData(Bytes(arguments[0])))),
        new("adler32sum", 1, 1, static (_, arguments) => Adler32(Bytes(arguments[0]))),
        new("uuidv4", 0, 0, static (_, _) => Guid.NewGuid().ToString()),
        new("base", 1, 1, static (_, arguments) => BaseName(Arguments.Text(arguments[0]))),
        new("dir", 1, 1, static (_, arguments) => Directory(Arguments.Text(arguments[0]))),
        new("clean", 1, 1, static (_, arguments) => Clean(Arguments.Text(arguments[0]))),
        new("ext", 1, 1, static (_, arguments) => Extension(Arguments.Text(arguments[0]))),
        new("isAbs", 1, 1, static (_, arguments) => Value.Bool(Arguments.Text(arguments[0]).StartsWith('/'))),
        new("urlParse", 1, 1, static (_, arguments) => ParseUrl(Arguments.Text(arguments[0]))),
        new("urlJoin", 1, 1, static (state, arguments) => JoinUrl(state, Arguments.Map(arguments[0]))),
    ];

    private static TemplateFunction[] Json(string name, bool escapeHtml, string? indent)
    {
        FunctionBody body = (state, arguments) => JsonText.Write(arguments[0], escapeHtml, indent, state.Limits.MaxOutputLength);
        return [new(name, 1, 1, body), new("must" + char.ToUpperInvariant(name[0]) + name[1..], 1, 1, body)];
    }

    private static object? ParseJson(RenderState state, string text, bool isStrict)
    {
        state.Reserve(text.Length / 16);
        try
        {
            return TemplateJson.Parse(text);
        }
        catch (JsonException failure)
        {
            return isStrict ? throw new EvaluationException($"this is not JSON: {failure.Message}") : null;
        }
    }

    private static byte[] Bytes(object? value) => Encoding.UTF8.GetBytes(Arguments.Text(value));

    private static string FromBase64(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw new EvaluationException("this is not base64");
        }
    }

    private static string ToBase32(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i += 5)
        {
            ulong block = 0;
            var count = Math.Min(5, bytes.Length - i);
            for (var j = 0; j < 5; j++)
            {
                block = (block << 8) | (j < count ? bytes[i + j] : 0u);
            }

            var letters = ((count * 8) + 4) / 5;
            for (var j = 0; j < 8; j++)
            {
                text.Append(j < letters ? Base32Alphabet[(int)(block >> (35 - (5 * j))) & 31] : '=');
            }
        }

        return text.ToString();
    }

    private static string FromBase32(string text)
    {
        var bytes = new List<byte>();
        uint buffer = 0;
        var bits = 0;
        foreach (var c in text.TrimEnd('='))
        {
            var digit = Base32Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                throw new EvaluationException("this is not base32");
            }

            buffer = (buffer << 5) | (uint)digit;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
                buffer &= (1u << bits) - 1;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string Adler32(byte[] bytes)
    {
        uint a = 1, b = 0;
        foreach (var value in bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        return ((b << 16) | a).ToString(CultureInfo.InvariantCulture);
    }

    private static string BaseName(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? (path.Length == 0 ? "." : "/") : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    private static string Directory(string path) => Clean(path[..(path.LastIndexOf('/') + 1)]);

    private static string Extension(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') ? path[dot..] : string.Empty;
    }

    private static string Clean(string path)
    {
        var isRooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (part)
            {
                case ".":
                    break;
                case ".." when kept.Count > 0 && kept[^1] != "..":
                    kept.RemoveAt(kept.Count - 1);
                    break;
                case ".." when isRooted:
                    break;
                default:
                    kept.Add(part);
                    break;
            }
        }

        var joined = string.Join('/', kept);
        return isRooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static TemplateMap ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _))
        {
            throw new EvaluationException($"\"{text}\" is not a URL");
        }

        var rest = text.AsSpan();
        var fragment = Cut(ref rest, '#');
        var query = Cut(ref rest, '?');
        var scheme = string.Empty;
        var colon = rest.IndexOf(':');
        if (colon > 0 && !rest[..colon].Contains('/'))
        {
            scheme = rest[..colon].ToString().ToLowerInvariant();
            rest = rest[(colon + 1)..];
        }

        string userInfo = string.Empty, host = string.Empty, opaque = string.Empty;
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            rest = rest[2..];
            var slash = rest.IndexOf('/');
            var authority = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[slash..];
            var at = authority.LastIndexOf('@');
            userInfo = at < 0 ? string.Empty : authority[..at].ToString();
            host = authority[(at + 1)..].ToString();
        }
        else if (scheme.Length > 0 && !rest.StartsWith("/", StringComparison.Ordinal))
        {
            opaque = rest.ToString();
            rest = default;
        }

        return new TemplateMap
        {
            ["scheme"] = scheme,
            ["userinfo"] = userInfo,
            ["host"] = host,
            ["hostname"] = host.Split(':')[0],
            ["path"] = Uri.UnescapeDataString(rest.ToString()),
            ["query"] = query,
            ["opaque"] = opaque,
            ["fragment"] = fragment,
        };

        static string Cut(ref ReadOnlySpan<char> text, char mark)
        {
            var at = text.IndexOf(mark);
            if (at < 0)
            {
                return string.Empty;
            }

            var tail = text[(at + 1)..].ToString();
            text = text[..at];
            return tail;
        }
    }

    private static string JoinUrl(RenderState state, TemplateMap parts)
    {
        var url = new TextBuilder(state.Limits.MaxOutputLength);
        var scheme = Part("scheme");
        var host = Part("host");
        url.Append(scheme).Append(scheme.Length > 0 ? ":" : string.Empty);
        if (Part("opaque") is { Length: > 0 } opaque)
        {
            url.Append(opaque);
        }
        else
        {
            var userInfo = Part("userinfo");
            url.Append(host.Length > 0 ? "//" : string.Empty).Append(userInfo).Append(userInfo.Length > 0 ? "@" : string.Empty).Append(host);
            var path = Part("path");
            url.Append(path.Length > 0 && path[0] != '/' && host.Length > 0 ? "/" : string.Empty).Append(path);
        }

        var query = Part("query");
        var fragment = Part("fragment");
        return url.Append(query.Length > 0 ? "?" : string.Empty).Append(query).Append(fragment.Length > 0 ? "#" : string.Empty).Append(fragment).ToString();

        string Part(string name) => parts.TryGetValue(name, out var value) ? GoText.Display(Value.Normal(value), state.Limits.MaxOutputLength) : string.Empty;
    }
}
