using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using MimeKit;

namespace Listmonk.Core.Media;

/// <summary>What may be uploaded, under which name it is kept, and what its bytes must begin with (spec/transactional-media.md 2).</summary>
public static class MediaRules
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxSize = 25 * 1024 * 1024;

    public const int MaxNameLength = 200;
    public const string ThumbPrefix = "thumb_";
    private const string AnyExtension = "*";
    private const string SuffixAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> UnsafeInNames = SearchValues.Create("/\\:*?\"<>|#%&{}$!'`+=@;,^~[]()");

    private static readonly byte[][] Zip = [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]];

    /// <summary>Kinds that are text: a byte of zero gives away anything else.</summary>
    private static readonly FrozenSet<string> TextExtensions = FrozenSet.Create(StringComparer.Ordinal, "txt", "csv", "ics", "vcf", "md", "html", "htm", "svg", "json", "xml", "css");

    private static readonly byte[][] Programs = ["MZ"u8.ToArray(), [0x7F, 0x45, 0x4C, 0x46], [0xCA, 0xFE, 0xBA, 0xBE], [0xCF, 0xFA, 0xED, 0xFE], "#!"u8.ToArray()];

    private static readonly FrozenDictionary<string, byte[][]> Signatures = new Dictionary<string, byte[][]>(StringComparer.Ordinal)
    {
        ["png"] = [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]],
        ["jpg"] = [[0xFF, 0xD8, 0xFF]],
        ["jpeg"] = [[0xFF, 0xD8, 0xFF]],
        ["gif"] = ["GIF87a"u8.ToArray(), "GIF89a"u8.ToArray()],
        ["webp"] = ["RIFF"u8.ToArray()],
        ["pdf"] = ["%PDF-"u8.ToArray()],
        ["zip"] = Zip,
        ["docx"] = Zip,
        ["xlsx"] = Zip,
        ["pptx"] = Zip,
        ["odt"] = Zip,
        ["ods"] = Zip,
        ["epub"] = Zip,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Pictures that a browser may show from this origin: they cannot carry script.</summary>
    private static readonly FrozenSet<string> RasterTypes = FrozenSet.Create(StringComparer.Ordinal, "image/png", "image/jpeg", "image/gif", "image/webp");

    /// <summary>Lower case, without the dot; empty when there is none.</summary>
    public static string Extension(string fileName) => Path.GetExtension(fileName).TrimStart('.').ToLowerInvariant();

    public static bool AllowsExtension(string extension, IReadOnlyCollection<string> allowed) =>
        allowed.Any(entry => entry == AnyExtension || entry.Trim().TrimStart('.').Equals(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>The type by the extension; what a browser claims is not believed.</summary>
    public static string ContentType(string fileName) => MimeTypes.GetMimeType(fileName);

    public static bool IsRaster(string contentType) => RasterTypes.Contains(contentType);

    public static bool IsThumbnailed(string extension) => extension is "png" or "jpg" or "jpeg" or "gif" or "webp";

    /// <summary>
    /// Whether the bytes begin as files of this kind do. Kinds without a known beginning may hold anything but a program that hides
    /// under their name.
    /// </summary>
    public static bool MatchesExtension(string extension, ReadOnlySpan<byte> content)
    {
        if (!Signatures.TryGetValue(extension, out var signatures))
        {
            return extension == "svg" ? IsSvg(content)
                : TextExtensions.Contains(extension) ? !content.Contains((byte)0) && !IsProgram(content)
                : extension is "exe" or "dll" or "bin" or "sh" or "msi" or "class" or "so" || !IsProgram(content);
        }

        foreach (var signature in signatures)
        {
            if (content.StartsWith(signature))
            {
                return extension != "webp" || (content.Length > 12 && content[8..12].SequenceEqual("WEBP"u8));
            }
        }

        return false;
    }

    /// <summary>
    /// A name that is safe as a file and in an address: the last path segment, runs of white space as a dash, other special characters
    /// gone, not too long, with its extension.
    /// </summary>
    public static string CleanName(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..].Trim();
        var extension = Extension(name);
        var stem = extension.Length == 0 ? name.TrimEnd('.') : name[..^(extension.Length + 1)];
        var suffix = extension.Length == 0 ? "" : name[^(extension.Length + 1)..];
        stem = string.Join('-', stem.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        stem = string.Concat(stem.Where(letter => !UnsafeInNames.Contains(letter) && !char.IsControl(letter) && !char.IsSurrogate(letter))).TrimStart('.');
        var room = MaxNameLength - ThumbPrefix.Length - suffix.Length - 7;
        return (stem.Length == 0 ? RandomText(10) : stem.Length > room ? stem[..room] : stem) + suffix;
    }

    /// <summary>The name with six random letters before its extension, for when it is taken.</summary>
    public static string WithSuffix(string name)
    {
        var extension = Path.GetExtension(name);
        return $"{name[..^extension.Length]}_{RandomText(6)}{extension}";
    }

    private static bool IsProgram(ReadOnlySpan<byte> content)
    {
        foreach (var signature in Programs)
        {
            if (content.StartsWith(signature))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first element is svg, after a declaration, a document type or comments at most.</summary>
    private static bool IsSvg(ReadOnlySpan<byte> content)
    {
        var head = System.Text.Encoding.UTF8.GetString(content[..Math.Min(content.Length, 4096)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        while (head.StartsWith("<?", StringComparison.Ordinal) || head.StartsWith("<!", StringComparison.Ordinal))
        {
            var mark = head.StartsWith("<!--", StringComparison.Ordinal) ? "-->" : ">";
            var end = head.IndexOf(mark, StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            head = head[(end + mark.Length)..].TrimStart();
        }

        return head.StartsWith("<svg", StringComparison.OrdinalIgnoreCase) && !content.Contains((byte)0);
    }

    private static string RandomText(int length) => RandomNumberGenerator.GetString(SuffixAlphabet, length);
}
